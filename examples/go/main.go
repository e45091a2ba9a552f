// A login by phone number, with the standard library. Start it: WAVERIFY_API_KEY=wv_live_… go run main.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

type answer struct {
	Message string `json:"message"`
	Data    struct {
		VerificationID string `json:"verificationId"`
		PhoneNumber    string `json:"phoneNumber"`
	} `json:"data"`
}

var (
	client  = &http.Client{Timeout: 30 * time.Second}
	baseURL = setting("WAVERIFY_URL", "http://127.0.0.1:3000")
)

// waverify calls Waverify and returns the status and the body of the response.
func waverify(action string, fields map[string]string) (status int, found answer, err error) {
	text, err := json.Marshal(fields)
	if err != nil {
		return 0, found, err
	}
	request, err := http.NewRequest("POST", baseURL+"/api/otp/"+action, bytes.NewReader(text))
	if err != nil {
		return 0, found, err
	}
	request.Header.Set("X-API-Key", os.Getenv("WAVERIFY_API_KEY"))
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return 0, found, err
	}
	defer response.Body.Close()
	return response.StatusCode, found, json.NewDecoder(response.Body).Decode(&found)
}

func sendCode(w http.ResponseWriter, r *http.Request) {
	var body struct{ Phone string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, "the body must be JSON", http.StatusBadRequest)
		return
	}
	status, found, err := waverify("send", map[string]string{"phoneNumber": body.Phone, "clientIp": addressOf(r)})
	if status == http.StatusOK {
		// Only this browser uses up the attempts of its code.
		http.SetCookie(w, &http.Cookie{
			Name: "verification", Value: found.Data.VerificationID,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Path: "/login",
		})
	}
	reply(w, status, found, err)
}

func logIn(w http.ResponseWriter, r *http.Request) {
	var body struct{ Code string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, "the body must be JSON", http.StatusBadRequest)
		return
	}
	cookie, err := r.Cookie("verification")
	if err != nil {
		http.Error(w, "request a code first", http.StatusBadRequest)
		return
	}
	status, found, err := waverify("verify", map[string]string{
		"verificationId": cookie.Value, "otp": body.Code, "clientIp": addressOf(r),
	})
	// With status 200, the user owns the number found.Data.PhoneNumber: start a session for it here.
	reply(w, status, found, err)
}

func addressOf(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

func reply(w http.ResponseWriter, status int, found answer, err error) {
	if err != nil {
		http.Error(w, "try again in a moment", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": found.Message})
}

func setting(name, byDefault string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return byDefault
}

func main() {
	http.HandleFunc("/login/code", sendCode)
	http.HandleFunc("/login", logIn)
	address := "127.0.0.1:" + setting("PORT", "8080")
	fmt.Println("http://" + address)
	log.Fatal(http.ListenAndServe(address, nil))
}

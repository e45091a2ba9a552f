// go run verify.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type answer struct {
	Message string
	Data    *struct{ VerificationID, PhoneNumber string }
}

func waverify(action string, body map[string]string) answer {
	text, _ := json.Marshal(body)
	url := os.Getenv("WAVERIFY_URL") + "/api/otp/" + action
	request, _ := http.NewRequest("POST", url, bytes.NewReader(text))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-API-Key", os.Getenv("WAVERIFY_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	var found answer
	if err := json.NewDecoder(response.Body).Decode(&found); err != nil {
		log.Fatal(err)
	}
	if found.Data == nil {
		log.Fatal(found.Message)
	}
	return found
}

func main() {
	sent := waverify("send", map[string]string{"phoneNumber": "+6281234567890"})
	var code string
	fmt.Print("Code: ")
	fmt.Scanln(&code)
	checked := waverify("verify", map[string]string{"verificationId": sent.Data.VerificationID, "otp": code})
	fmt.Println(checked.Data.PhoneNumber, "is verified.")
}

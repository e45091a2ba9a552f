"""A login by phone number, with nothing but Python 3. Start it: WAVERIFY_API_KEY=wv_live_… python3 app.py"""
import json
import os
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

URL = os.environ.get("WAVERIFY_URL", "http://127.0.0.1:3000")
KEY = os.environ["WAVERIFY_API_KEY"]


def waverify(action, body):
    """Calls Waverify. Returns the status and the body of the response."""
    headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
    request = Request(f"{URL}/api/otp/{action}", json.dumps(body).encode(), headers)
    try:
        with urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        return error.code, json.load(error)


class Login(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        client_ip = self.client_address[0]
        if self.path == "/login/code":
            status, answer = waverify("send", {"phoneNumber": body["phone"], "clientIp": client_ip})
            self.reply(status, answer["message"], answer.get("data", {}).get("verificationId"))
        elif self.path == "/login":
            cookie = SimpleCookie(self.headers["Cookie"]).get("verification")
            known = {"verificationId": cookie.value if cookie else "none"}
            status, answer = waverify("verify", {**known, "otp": body["code"], "clientIp": client_ip})
            # With status 200, the user owns the number answer["data"]["phoneNumber"]: start a session for it here.
            self.reply(status, answer["message"])
        else:
            self.send_error(404)

    def reply(self, status, message, verification_id=None):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if verification_id:  # Only this browser uses up the attempts of its code.
            self.send_header("Set-Cookie", f"verification={verification_id}; HttpOnly; SameSite=Lax; Path=/login")
        self.end_headers()
        self.wfile.write(json.dumps({"message": message}).encode())


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Login)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()

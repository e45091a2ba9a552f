# A receiver of Waverify webhooks for Python 3.8, without dependencies. Start it with:
# WEBHOOK_SECRET=whsec_… PORT=8080 python3 receiver.py
import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BYTES = 1_000_000

key = base64.b64decode(os.environ.get("WEBHOOK_SECRET", "").replace("whsec_", "", 1))
if len(key) < 24:
    raise SystemExit("Set WEBHOOK_SECRET to the secret of the webhook")


def is_signed(headers, body):
    """The body must be the bytes as they arrived, not JSON that was parsed and written again."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    is_number = timestamp.isascii() and timestamp.isdigit()
    if not message_id or not is_number or abs(time.time() - int(timestamp)) > 300:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    # For a day after the secret is replaced, there are two.
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(given.encode(), expected) for given in signatures)


def handle(event):
    # An event can arrive again, with the same id: skip the ids that you have already handled.
    print(event["id"], event["type"], event["data"], flush=True)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        size = self.headers.get("content-length", "")
        if not size.isdigit() or int(size) > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(int(size))
        if not is_signed(self.headers, body):
            print("Refused: the signature does not match. Check WEBHOOK_SECRET.", flush=True)
            return self.answer(401)
        handle(json.loads(body))
        # Any 2xx within 15 seconds; otherwise the event is sent again later.
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()


ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()

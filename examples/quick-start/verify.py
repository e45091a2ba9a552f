# python3 verify.py
import json, os
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def waverify(action, body):
    headers = {"X-API-Key": os.environ["WAVERIFY_API_KEY"], "Content-Type": "application/json"}
    url = f"{os.environ['WAVERIFY_URL']}/api/otp/{action}"
    try:
        with urlopen(Request(url, json.dumps(body).encode(), headers)) as response:
            return json.load(response)["data"]
    except HTTPError as error:
        raise SystemExit(json.load(error)["message"])


sent = waverify("send", {"phoneNumber": "+6281234567890"})
code = input("Code: ")
checked = waverify("verify", {"verificationId": sent["verificationId"], "otp": code})
print(checked["phoneNumber"], "is verified.")

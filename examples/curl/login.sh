#!/bin/sh
# Verifies a phone number: WAVERIFY_API_KEY=wv_live_… ./login.sh +6281234567890
set -eu
url=${WAVERIFY_URL:-http://127.0.0.1:3000}

post() {
  curl -sS "$url/api/otp/$1" -H "X-API-Key: $WAVERIFY_API_KEY" -H 'Content-Type: application/json' -d "$2"
}

post send "{\"phoneNumber\":\"$1\"}"
printf '\nCode: '
read -r code
post verify "{\"phoneNumber\":\"$1\",\"otp\":\"$code\"}"
echo

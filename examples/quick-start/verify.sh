# 1. Send a code.
curl -sS "$WAVERIFY_URL/api/otp/send" -H "X-API-Key: $WAVERIFY_API_KEY" \
  -H 'Content-Type: application/json' -d '{"phoneNumber": "+6281234567890"}'

# 2. Check the code that the user typed.
curl -sS "$WAVERIFY_URL/api/otp/verify" -H "X-API-Key: $WAVERIFY_API_KEY" \
  -H 'Content-Type: application/json' -d '{"phoneNumber": "+6281234567890", "otp": "123456"}'

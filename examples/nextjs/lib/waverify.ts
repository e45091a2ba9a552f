// The API key stays on the server: import this file from route handlers and server actions only.
const { WAVERIFY_URL = 'http://127.0.0.1:3000', WAVERIFY_API_KEY = '' } = process.env;

type Answer = { message: string; data?: { verificationId: string; phoneNumber: string } };

export async function waverify(action: 'send' | 'verify', body: object) {
  const response = await fetch(`${WAVERIFY_URL}/api/otp/${action}`, {
    method: 'POST',
    headers: { 'X-API-Key': WAVERIFY_API_KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    cache: 'no-store',
  });
  return { status: response.status, answer: (await response.json()) as Answer };
}

import { waverify } from '../../../lib/waverify';

/** POST /login/code {phone}: sends a code. */
export async function POST(request: Request) {
  const { phone } = await request.json();
  const { status, answer } = await waverify('send', { phoneNumber: phone });
  const response = Response.json({ message: answer.message }, { status });
  if (answer.data) {
    // Only this browser uses up the attempts of its code.
    const cookie = `verification=${answer.data.verificationId}; HttpOnly; Secure; SameSite=Lax; Path=/login`;
    response.headers.set('set-cookie', cookie);
  }
  return response;
}

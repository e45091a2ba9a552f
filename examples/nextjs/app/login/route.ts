import { waverify } from '../../lib/waverify';

/** POST /login {code}: checks the code. */
export async function POST(request: Request) {
  const { code } = await request.json();
  const cookies = request.headers.get('cookie') ?? '';
  const [, verificationId = 'none'] = /(?:^|; )verification=([^;]+)/.exec(cookies) ?? [];
  const { status, answer } = await waverify('verify', { verificationId, otp: code });
  // With status 200, the user owns the number answer.data.phoneNumber: start a session for it here.
  return Response.json({ message: answer.message }, { status });
}

// npx tsx verify.mts
import { createInterface } from 'node:readline/promises';

const { WAVERIFY_URL, WAVERIFY_API_KEY = '' } = process.env;

async function waverify(action: 'send' | 'verify', body: object) {
  const response = await fetch(`${WAVERIFY_URL}/api/otp/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': WAVERIFY_API_KEY },
    body: JSON.stringify(body),
  });
  type Answer = { message: string; data: Record<string, string> };
  const { message, data } = (await response.json()) as Answer;
  if (!response.ok) throw new Error(message);
  return data;
}

const { verificationId } = await waverify('send', { phoneNumber: '+6281234567890' });
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const otp = await terminal.question('Code: ');
terminal.close();
const { phoneNumber } = await waverify('verify', { verificationId, otp });
console.log(`${phoneNumber} is verified.`);

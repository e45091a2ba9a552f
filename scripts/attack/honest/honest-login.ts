import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Caller, Request } from '../caller.ts';
import type { CodeBook } from './code-book.ts';

/** The longest time that a login server waits before a retry, while the user looks at the page. */
const LONGEST_RETRY_SECONDS = 5;

/** `out` has the step and the response at which the login failed. */
export type Login =
  | { readonly outcome: 'in'; readonly sendMs: number; readonly verifyMs: number }
  | { readonly outcome: 'out'; readonly reason: string };

type Person = {
  readonly phoneNumber: string;
  readonly clientIp: string;
  readonly mistypes: boolean;
  /** Which login server the person uses. */
  readonly shop: number;
};

type Place = {
  readonly caller: Caller;
  readonly codes: CodeBook;
  readonly shopKeys: readonly string[];
};

/** One person requests a code and enters it, after one wrong attempt for people who mistype. */
export async function logIn({ caller, codes, shopKeys }: Place, person: Person): Promise<Login> {
  const { phoneNumber, clientIp, shop } = person;
  const ask = (path: string, fields: Request['body']) =>
    withRetry(caller, {
      path,
      key: shopKeys[shop] ?? '',
      from: `192.0.2.${shop + 1}`,
      body: { ...fields, clientIp },
    });
  const sent = await ask('/api/otp/send', { phoneNumber });
  if (sent.status !== 200) return { outcome: 'out', reason: `send ${sent.code}` };
  const code = await codes.find(phoneNumber);
  if (code === undefined) return { outcome: 'out', reason: 'no code received' };
  const { verificationId } = sent.data;
  if (person.mistypes) {
    const wrong = await ask('/api/otp/verify', { verificationId, otp: otherThan(code) });
    if (wrong.code !== 'otp_invalid') return { outcome: 'out', reason: `mistype ${wrong.code}` };
  }
  const verified = await ask('/api/otp/verify', { verificationId, otp: code });
  if (verified.status !== 200) return { outcome: 'out', reason: `verify ${verified.code}` };
  return { outcome: 'in', sendMs: sent.tookMs, verifyMs: verified.tookMs };
}

/** Makes a call, and retries it once if the wait is short. The wait counts as login time. */
async function withRetry(
  caller: Caller,
  request: Request,
): Promise<Answer & { readonly tookMs: number }> {
  const askedAt = performance.now();
  let answer = await caller.call(request);
  const wait = answer.retryAfterSeconds;
  if (answer.status !== 200 && wait !== undefined && wait <= LONGEST_RETRY_SECONDS) {
    await pause(wait * 1000);
    answer = await caller.call(request);
  }
  return { ...answer, tookMs: performance.now() - askedAt };
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
}

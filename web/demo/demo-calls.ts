import { reach, readFailure, toFailure } from '../lib/failure.ts';

export type Sent = {
  /** In E.164, as the service reads what was typed. */
  readonly phoneNumber: string;
  readonly verificationId: string;
  readonly channel: string;
  readonly length: number;
  readonly resendIn: number;
  /** When it was sent and when it expires, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly expiresAt: number;
};

const PLACE = 'waverify.demo';

/** The code that this tab waits for. It survives a reload, because another one cannot be sent at once. */
export const awaited = {
  read(): Sent | undefined {
    const sent = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null') as Sent | null;
    return sent && Date.now() < sent.expiresAt ? sent : undefined;
  },
  keep: (sent: Sent) => sessionStorage.setItem(PLACE, JSON.stringify(sent)),
  forget: () => sessionStorage.removeItem(PLACE),
};

export async function sendCode(phoneNumber: string, locale: string): Promise<Sent> {
  type Answer = Omit<Sent, 'sentAt'> & { readonly expiresIn: number };
  const answer = await post<Answer>('/demo/send', { phoneNumber, locale });
  const sentAt = Date.now();
  const sent = { ...answer, sentAt, expiresAt: sentAt + answer.expiresIn * 1000 };
  awaited.keep(sent);
  return sent;
}

/** Checks a code and returns the verified number. */
export async function verifyCode(verificationId: string, otp: string): Promise<string> {
  type Answer = { readonly phoneNumber: string };
  try {
    const { phoneNumber } = await post<Answer>('/demo/verify', { verificationId, otp });
    awaited.forget();
    return phoneNumber;
  } catch (error) {
    const { code, attemptsLeft = 0 } = toFailure(error);
    if (code === 'otp_invalid' && attemptsLeft === 0) awaited.forget();
    throw error;
  }
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await reach(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw await readFailure(response);
  return (await response.json()) as T;
}

import type { Answer } from './client.ts';
import type { Harness } from './harness.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The calls that a login flow makes, as short as they are in a sentence. */
export function createOtpCalls(h: Harness) {
  const post = (action: string) => (phoneNumber: string, fields: Fields) =>
    h.client.post(`/api/otp/${action}`, { phoneNumber, ...fields });
  const send = (phoneNumber: string, fields: Fields = {}) => post('send')(phoneNumber, fields);

  /** Sends, and reads the code where the person would. */
  async function sendCode(phoneNumber: string, fields: Fields = {}): Promise<string> {
    const { status, raw } = await send(phoneNumber, fields);
    if (status !== 200) throw new Error(`sending to ${phoneNumber} was answered ${status}: ${raw}`);
    return h.gateway.codeFor(phoneNumber);
  }

  const rows = (phoneNumber: string) =>
    h.database.models.OTPLog.findAll({ where: { phoneNumber }, order: [['id', 'ASC']] });

  /** The newest row of a number, as the database has it. */
  async function row(phoneNumber: string) {
    const last = (await rows(phoneNumber)).at(-1);
    if (!last) throw new Error(`there is no row of ${phoneNumber}`);
    return last;
  }

  return {
    send,
    sendCode,
    resend: (phoneNumber: string, fields: Fields = {}) => post('resend')(phoneNumber, fields),
    verify: (phoneNumber: string, otp: string, fields: Fields = {}) =>
      post('verify')(phoneNumber, { otp, ...fields }),
    verifyById: (verificationId: unknown, otp: string, fields: Fields = {}) =>
      h.client.post('/api/otp/verify', { verificationId, otp, ...fields }),
    expire: (phoneNumber: string, fields: Fields = {}) => post('expire')(phoneNumber, fields),
    unlock: (phoneNumber: string) => post('unlock')(phoneNumber, {}),
    status: (phoneNumber: string, query = '') =>
      h.client.get(`/api/otp/status/${encodeURIComponent(phoneNumber)}${query}`),
    rows,
    row,
    liveRows: async (phoneNumber: string) =>
      (await rows(phoneNumber)).filter(({ activeKey }) => activeKey !== null),
    messagesTo: (phoneNumber: string) => h.gateway.messages.filter(({ to }) => to === phoneNumber),
  };
}

export type OtpCalls = ReturnType<typeof createOtpCalls>;

/** `count` different codes that are not `code`. */
export function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    String((Number(code) + 1 + index) % 10 ** code.length).padStart(code.length, '0'),
  );
}

/** Starts all calls before it waits for any. */
export function inParallel<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)));
}

/** Calls for every item, `size` at a time, so that none is turned away for want of a place. */
export async function inBatches<T, R>(
  items: readonly T[],
  call: (item: T, index: number) => Promise<R>,
  size = 20,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += size) {
    const batch = items.slice(from, from + size);
    results.push(...(await Promise.all(batch.map((item, i) => call(item, from + i)))));
  }
  return results;
}

export function withStatus(answers: readonly Answer[], status: number): Answer[] {
  return answers.filter((answer) => answer.status === status);
}

/** How many answers there were of each kind, such as `{ '200': 1, 'otp_invalid': 2 }`. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const kind = body.code ?? String(status);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

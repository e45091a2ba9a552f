import type { Answer } from './caller.ts';

/** Counts by name. */
export type Counts = Readonly<Record<string, number>>;

/** What an attacker achieved. */
export type Spoils = {
  readonly requests: number;
  /** Messages that were sent. */
  readonly sent: number;
  /** Attempts with the result wrong or right, whether or not there was a code to compare with. */
  readonly attempts: number;
  readonly refused: number;
  /** Responses by code. */
  readonly answers: Counts;
};

const REFUSALS = [401, 403, 429, 503];

export type Tally = ReturnType<typeof createTally>;

/** Counts the responses to an attacker. */
export function createTally() {
  const answers: Record<string, number> = {};
  let requests = 0;
  let sent = 0;
  let attempts = 0;
  let refused = 0;

  function add(path: string, { status, code }: Answer): void {
    requests += 1;
    answers[code] = (answers[code] ?? 0) + 1;
    if (path === '/api/otp/send' && status === 200) sent += 1;
    if (path === '/api/otp/verify' && (status === 200 || code === 'otp_invalid')) attempts += 1;
    if (REFUSALS.includes(status)) refused += 1;
  }

  const read = (): Spoils => ({ requests, sent, attempts, refused, answers });
  return { add, read };
}

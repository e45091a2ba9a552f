import type { Answer } from './caller.ts';

/** How often each thing happened, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** What an attacker got. */
export type Spoils = {
  readonly requests: number;
  /** Messages that went out. */
  readonly sent: number;
  /** Attempts that were answered as wrong or right, whether or not there was a code to compare with. */
  readonly guessed: number;
  readonly refused: number;
  /** Answers by their code. */
  readonly answers: Counts;
};

const REFUSALS = [401, 403, 429, 503];

export type Tally = ReturnType<typeof createTally>;

/** Counts what came of each request. */
export function createTally() {
  const answers: Record<string, number> = {};
  let requests = 0;
  let sent = 0;
  let guessed = 0;
  let refused = 0;

  function add(path: string, { status, code }: Answer): void {
    requests += 1;
    answers[code] = (answers[code] ?? 0) + 1;
    if (path === '/api/otp/send' && status === 200) sent += 1;
    if (path === '/api/otp/verify' && (status === 200 || code === 'otp_invalid')) guessed += 1;
    if (REFUSALS.includes(status)) refused += 1;
  }

  const read = (): Spoils => ({ requests, sent, guessed, refused, answers });
  return { add, read };
}

import type { Caller, Request } from '../caller.ts';
import type { Tally } from '../tally.ts';

/** What an attacker knows and has. Plain data, because it is sent to another process. */
export type Target = {
  readonly origin: string;
  readonly seconds: number;
  /** Honest logins per second, for attacks on people who are logging in. */
  readonly honestRate: number;
  /** The keys of public login servers. The attacker can use their pages, but does not know the keys. */
  readonly shopKeys: readonly string[];
  readonly leakedKey: string;
  readonly hostileKey: string;
  /** Email addresses of existing users. */
  readonly knownEmails: readonly string[];
};

export type Attack = {
  readonly name: string;
  run(target: Target, tally: Tally): Promise<void>;
};

/** A second bound for every attack besides its duration. */
const MOST_REQUESTS = 1_000_000;
const PAUSE_WITHOUT_ANSWER_MS = 50;

type Pumping = {
  readonly caller: Caller;
  readonly connections: number;
  readonly seconds: number;
  readonly tally: Tally;
};

/** Makes one request after another on each connection, as fast as they are answered. */
export async function pump(
  { caller, connections, seconds, tally }: Pumping,
  draw: (index: number, elapsedSeconds: number) => Request,
): Promise<void> {
  const startedAt = performance.now();
  let made = 0;
  async function work(): Promise<void> {
    for (;;) {
      const elapsed = (performance.now() - startedAt) / 1000;
      if (elapsed >= seconds || made >= MOST_REQUESTS) return;
      const request = draw(made++, elapsed);
      const answer = await caller.call(request);
      tally.add(request.path, answer);
      if (answer.status === 0) await new Promise((go) => setTimeout(go, PAUSE_WITHOUT_ANSWER_MS));
    }
  }
  await Promise.all(Array.from({ length: connections }, work));
}

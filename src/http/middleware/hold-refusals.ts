import { setTimeout as pause } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { LRUCache } from 'lru-cache';
import { formatCaller } from '../../domain/access/caller.ts';
import type { ReadClientAddress } from '../client-address.ts';
import type { HttpEnv } from '../http-env.ts';

const REFUSALS = [401, 403, 429];
const HOLD_MS = 1000;

/** So many refusals of one credential are answered at once; the count goes down by two a second. */
const FREE_REFUSALS = 64;
const FORGIVEN_A_SECOND = 2;
/** The count goes no higher, so that it is down again half a minute after a flood. */
const MOST_COUNTED = 2 * FREE_REFUSALS;

/** One after the other or a few at once are no flood, however many they are. */
const BUSY_REQUESTS = 8;
const MOST_HELD = 200;
const MOST_CREDENTIALS = 10_000;

/**
 * Answers refusals and wrong codes of a credential (without one, an address) that goes on and on a
 * second later, while many requests are in progress: a flood then takes little from all others, and
 * whoever is served does not notice. It changes no answer.
 */
export function holdRefusals(readClientAddress: ReadClientAddress): MiddlewareHandler<HttpEnv> {
  const counts = createDecayingCounts();
  let inProgress = 0;
  let held = 0;

  async function hold(): Promise<void> {
    held += 1;
    await pause(HOLD_MS);
    held -= 1;
  }

  return async (c, next) => {
    inProgress += 1;
    try {
      await next();
      if (!isRefusal(c)) return;
      const isFlood = counts.add(nameOfAsker(c, readClientAddress)) > FREE_REFUSALS;
      if (isFlood && inProgress > BUSY_REQUESTS && held < MOST_HELD) await hold();
    } finally {
      inProgress -= 1;
    }
  };
}

function isRefusal(c: Context<HttpEnv>): boolean {
  return REFUSALS.includes(c.res.status) || c.get('problem')?.code === 'otp_invalid';
}

function nameOfAsker(c: Context<HttpEnv>, readClientAddress: ReadClientAddress): string {
  const caller = c.get('caller');
  return caller ? formatCaller(caller) : readClientAddress(c);
}

/** Counts that go down by themselves. */
function createDecayingCounts() {
  const counts = new LRUCache<string, { readonly count: number; readonly at: number }>({
    max: MOST_CREDENTIALS,
  });

  /** Adds one; returns the count. */
  function add(name: string): number {
    const at = performance.now();
    const last = counts.get(name) ?? { count: 0, at };
    const left = Math.max(0, last.count - ((at - last.at) / 1000) * FORGIVEN_A_SECOND);
    const count = Math.min(MOST_COUNTED, left + 1);
    counts.set(name, { count, at });
    return count;
  }

  return { add };
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { formatCaller } from '../../domain/access/caller.ts';
import { createRecentEntries } from '../../lib/recent-entries.ts';
import type { ReadClientAddress } from '../client-address.ts';
import type { HttpEnv } from '../http-env.ts';

const REFUSALS = [401, 403, 429];
const HOLD_MS = 1000;

/** This many refusals of one credential are not delayed. The count decreases by two per second. */
const FREE_REFUSALS = 64;
const FORGIVEN_A_SECOND = 2;
/** The maximum of the count, so that it is below the threshold half a minute after a flood. */
const MOST_COUNTED = 2 * FREE_REFUSALS;

/** With at most this many requests in progress, no response is delayed. */
const BUSY_REQUESTS = 8;
const MOST_HELD = 200;
const MOST_CREDENTIALS = 10_000;

/**
 * Delays refusals and wrong codes by a second if one credential (or address, without one) causes many
 * of them while many requests are in progress. A flood then takes little capacity from other callers.
 * The responses themselves do not change.
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

/** Counts that decrease over time. */
function createDecayingCounts() {
  const counts = createRecentEntries<{ readonly count: number; readonly at: number }>({
    most: MOST_CREDENTIALS,
  });

  /** Adds one and returns the count. */
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

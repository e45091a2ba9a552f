import { setTimeout as pause } from 'node:timers/promises';
import { addSeconds } from '../../lib/time/clock.ts';
import { COUNTING_LEASE } from '../analytics/context.ts';
import type { MaintenanceContext } from './context.ts';

type RunContext = Pick<MaintenanceContext, 'leases' | 'owner' | 'ending' | 'logger' | 'now'>;

/**
 * Processes up to `batch` rows, and returns how many. If fewer rows do not mean that none is left, it also
 * returns whether that is so.
 */
export type Step = (batch: number) => Promise<number | Run>;

type Job = {
  readonly name: string;
  readonly step: Step;
  readonly batch?: number;
  /** The pause after a step, as a multiple of its duration. */
  readonly rest?: number;
  readonly leaseSeconds?: number | undefined;
  /** A time of `performance.now()`. Until then a caller waits for the job, even if another node runs it. */
  readonly until?: number | undefined;
};

/** The result of a job. It is not done if another node runs it, its time ran out, or the process stops. */
export type Run = { readonly rows: number; readonly isDone: boolean };

/**
 * Small steps, with a pause of `REST` times the duration of the step, so that requests are not delayed: the
 * busier the database, the longer the pause. Measured by `npm run bench -- verify-while-pruning`.
 */
const BATCH = 100;
const REST = 3;
const SHORTEST_REST_MS = 5;

/** How often to check whether another node has finished. */
const WAIT_MS = 100;

/** How long a dead node blocks a job for the others. Longer than any step. */
const LEASE_SECONDS = 120;

/**
 * Runs a job on one node at a time. Repeats the step until nothing is left or the process stops, and renews the lease
 * before each step.
 */
export async function runExclusive(ctx: RunContext, job: Job): Promise<Run> {
  const { name, step, batch = BATCH, rest = REST, until } = job;
  let rows = 0;
  while (await acquire(ctx, job)) {
    const startedAt = performance.now();
    const done = await step(batch);
    const { rows: added, isDone } =
      typeof done === 'number' ? { rows: done, isDone: done < batch } : done;
    rows += added;
    if (isDone || isPast(until) || ctx.ending.signal.aborted) {
      await end(ctx, name, rows);
      return { rows, isDone };
    }
    await pause(Math.max(SHORTEST_REST_MS, rest * (performance.now() - startedAt)));
  }
  return { rows, isDone: false };
}

async function end(
  { leases, owner, logger }: RunContext,
  name: string,
  rows: number,
): Promise<void> {
  await leases.release({ name, owner });
  // Counting runs all the time, so it is not logged.
  if (rows > 0 && name !== COUNTING_LEASE) logger.info({ job: name, rows }, 'job done');
}

/** Acquires or renews the lease. If a caller waits, it retries until `until`. */
async function acquire({ leases, owner, now }: RunContext, job: Job): Promise<boolean> {
  const { name, leaseSeconds = LEASE_SECONDS, until } = job;
  // Another holder may have taken the lease for the usual time.
  const longestMs = Math.max(leaseSeconds, LEASE_SECONDS) * 1000;
  const take = () =>
    leases.acquire({ name, owner }, now(), addSeconds(now(), leaseSeconds), longestMs);
  while (!(await take())) {
    if (until === undefined || isPast(until)) return false;
    await pause(WAIT_MS);
  }
  return true;
}

function isPast(until: number | undefined): boolean {
  return until !== undefined && performance.now() > until;
}

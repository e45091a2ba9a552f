import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../lib/logger.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import { COUNTING_LEASE } from '../analytics/context.ts';

type Dependencies = {
  readonly leases: LeaseStore;
  readonly logger: Logger;
  readonly now: Clock;
};

type Job = {
  readonly name: string;
  /** Takes up to `BATCH` rows; returns how many. */
  readonly step: () => Promise<number>;
  readonly leaseSeconds?: number | undefined;
  /** A moment of `performance.now()`: somebody waits until then, also for another node. */
  readonly until?: number | undefined;
};

/** What a job did; not done when another node does it, or its time was over. */
export type Run = { readonly rows: number; readonly isDone: boolean };

/**
 * Small steps, and between them a rest of so many times what the step took, so that requests are not held
 * up: the busier the database, the longer the rest. Measured by `npm run bench -- verify-while-tidying`.
 */
export const BATCH = 100;
const REST = 3;
const SHORTEST_REST_MS = 5;

/** How often it is looked whether another node has ended. */
const WAIT_MS = 100;

/** How long a node that died keeps a job from the others: longer than its longest step. */
const LEASE_SECONDS = 120;

/** Does what one node at a time may do. */
export function createExclusiveRunner({ leases, logger, now }: Dependencies) {
  const owner = randomUUID();

  /** Repeats the step until nothing is left, holding a lease that each step prolongs. */
  async function workAlone(job: Job): Promise<Run> {
    const { name, step, until } = job;
    let rows = 0;
    while (await acquire(job)) {
      const startedAt = performance.now();
      const done = await step();
      rows += done;
      const isDone = done < BATCH;
      if (isDone || isPast(until)) {
        await end(name, rows);
        return { rows, isDone };
      }
      await pause(Math.max(SHORTEST_REST_MS, REST * (performance.now() - startedAt)));
    }
    return { rows, isDone: false };
  }

  async function end(name: string, rows: number): Promise<void> {
    await leases.release({ name, owner });
    // Counting is done all the time: a line for each would tell nothing.
    if (rows > 0 && name !== COUNTING_LEASE) logger.info({ job: name, rows }, 'job done');
  }

  /** Takes the lease, or prolongs it; where somebody waits, it is tried again until their time is over. */
  async function acquire(job: Job): Promise<boolean> {
    const { name, leaseSeconds = LEASE_SECONDS, until } = job;
    // Whoever else does this work may hold it for the usual time.
    const longestMs = Math.max(leaseSeconds, LEASE_SECONDS) * 1000;
    const take = () =>
      leases.acquire({ name, owner }, now(), addSeconds(now(), leaseSeconds), longestMs);
    while (!(await take())) {
      if (until === undefined || isPast(until)) return false;
      await pause(WAIT_MS);
    }
    return true;
  }

  return workAlone;
}

function isPast(until: number | undefined): boolean {
  return until !== undefined && performance.now() > until;
}

import { setTimeout as pause } from 'node:timers/promises';
import type { WhatsAppMessage } from '../../../domain/conversations/whatsapp-message.ts';
import type { SessionRef } from '../../../storage/conversations/ingest-store.ts';
import type { IngestContext } from '../context.ts';
import type { InboxItem } from '../inbox.ts';
import { createJobQueue } from './job-queue.ts';
import { planJobs } from './plan-jobs.ts';

export type SessionInbox = ReturnType<typeof createSessionInbox>;

/** How many items wait while the database does not respond. Further ones are lost: WhatsApp has its receipt by then. */
const MOST_WAITING = 1000;

/** Old messages wait for the others. */
const MOST_PAST = 200;

/** How many items one round takes, and how long it collects them at least. */
const ROUND = 200;
const COLLECT_MS = 50;

/** A job that took longer, because the database is busy, is not followed by a longer pause. */
const LONGEST_PAUSE_MS = 250;

const RETRY_MS = 500;

/**
 * Writes what a session receives, in order, in the background. It is repeated until the database responds. Codes are
 * written by the same database, on SQLite by the same writer, so this takes half of its time at most.
 */
export function createSessionInbox(ctx: IngestContext, session: SessionRef) {
  const items: InboxItem[] = [];
  const jobs = createJobQueue(ctx, session);
  const roomFor: (() => void)[] = [];
  let working: Promise<void> | undefined;
  let isClosed = false;

  const countWaiting = () => items.length + jobs.count();

  function add(item: InboxItem): void {
    if (items.length >= MOST_WAITING) {
      ctx.onLost(1);
      return;
    }
    items.push(item);
    working ??= work().finally(() => {
      working = undefined;
    });
  }

  /** Adds an old message as soon as few others wait. */
  async function addPast(message: WhatsAppMessage): Promise<void> {
    while (items.length >= MOST_PAST && !isClosed) {
      await new Promise<void>((resolve) => roomFor.push(resolve));
    }
    if (!isClosed) add({ kind: 'message', message });
  }

  async function work(): Promise<void> {
    await pause(COLLECT_MS);
    while (countWaiting() > 0) {
      const startedAt = performance.now();
      const isDone = await runNext();
      if (!isDone && isClosed) return;
      await rest(isDone ? pauseAfter(performance.now() - startedAt) : RETRY_MS);
    }
  }

  /** Between rounds, items are collected. The jobs of one round follow each other sooner, or a burst would not fit. */
  function pauseAfter(tookMs: number): number {
    const least = jobs.count() === 0 ? COLLECT_MS : 0;
    return Math.min(Math.max(tookMs, least), LONGEST_PAUSE_MS);
  }

  async function rest(milliseconds: number): Promise<void> {
    if (!isClosed) await pause(milliseconds);
  }

  /** Runs the next job; false if it must be repeated. */
  function runNext(): Promise<boolean> {
    if (jobs.count() === 0) jobs.add(planJobs(items.splice(0, ROUND)));
    makeRoom();
    return jobs.runNext();
  }

  function makeRoom(): void {
    for (const resolve of roomFor.splice(0)) resolve();
  }

  return {
    add,
    addPast,
    isIdle: () => countWaiting() === 0 && working === undefined,
    /** Writes what waits, and gives up at the first failure. */
    async close(): Promise<void> {
      isClosed = true;
      makeRoom();
      await working;
      if (countWaiting() > 0) ctx.onLost(countWaiting());
    },
  };
}

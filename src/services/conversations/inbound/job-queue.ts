import { AppError } from '../../../domain/errors.ts';
import type { SessionRef } from '../../../storage/conversations/ingest-store.ts';
import type { IngestContext } from '../context.ts';
import type { InboxState, Job } from '../inbox.ts';
import { createEarlyReceipts } from './early-receipts.ts';
import { createKnownLids } from './known-lids.ts';
import { splitJob } from './plan-jobs.ts';
import { runJob } from './run-job.ts';

/** Runs jobs one after another. One that fails stays in its place. */
export function createJobQueue(ctx: IngestContext, session: SessionRef) {
  const { sessionId } = session;
  const jobs: Job[] = [];
  const state: InboxState = {
    session,
    lids: createKnownLids(ctx.lids, sessionId),
    early: createEarlyReceipts(ctx.now),
    names: new Map(),
  };
  let isFailing = false;

  /** Runs the next job; false if it must be repeated, because the database does not respond. */
  async function runNext(): Promise<boolean> {
    const [job] = jobs;
    if (!job) return true;
    try {
      await runJob(ctx, state, job);
      jobs.shift();
      isFailing = false;
      return true;
    } catch (error) {
      return onFault(job, error);
    }
  }

  function onFault(job: Job, err: unknown): boolean {
    if (err instanceof AppError && err.code === 'database_unavailable') {
      if (!isFailing) ctx.logger.error({ err, sessionId }, 'messages wait for the database');
      isFailing = true;
      return false;
    }
    const parts = splitJob(job);
    jobs.splice(0, 1, ...parts);
    if (parts.length > 0) return true;
    ctx.logger.error({ err, sessionId }, 'a message cannot be stored');
    ctx.onLost(1);
    return true;
  }

  return {
    add: (added: readonly Job[]) => void jobs.push(...added),
    count: () => jobs.length,
    runNext,
  };
}

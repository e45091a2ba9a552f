import { AppError } from '../../domain/errors.ts';
import { createBufferedWriter } from '../../lib/concurrency/buffered-writer.ts';
import type { Logger } from '../../lib/logger.ts';
import type { ActivityStore, DatedActivity } from '../../storage/activity/activity-store.ts';

type Dependencies = {
  readonly activities: Pick<ActivityStore, 'recordAll'>;
  readonly logger: Logger;
};

const FLUSH_MS = 1000;

/** Rows per transaction. A full batch is written immediately. */
const MANY_ROWS = 200;

/** How many rows are kept while the database does not respond. */
const MOST_ROWS = 10_000;

/** If more rows of a batch fail than this, or all of them, the fault is not in the rows. */
const FEW = 5;

/**
 * Writes activities in the background, so that no request waits: every second, when a batch is full, and on
 * stop. A crash loses those of the last second. Verifications, deliveries, limits, and everything that is
 * counted or audited are not written here.
 */
export function createActivityRecorder({ activities, logger }: Dependencies) {
  let waiting: DatedActivity[] = [];
  const writer = createBufferedWriter({
    ...{ delayMs: FLUSH_MS, writeWaiting, subject: 'activity', unit: 'rows', logger },
  });

  function add(dated: DatedActivity): void {
    if (waiting.length >= MOST_ROWS) {
      writer.countDropped(1);
      return;
    }
    waiting.push(dated);
    writer.schedule();
    if (waiting.length === MANY_ROWS) void writer.flush();
  }

  /** Rows that are added meanwhile wait for the next write. Under load, each would be a batch of its own. */
  async function writeWaiting(): Promise<unknown> {
    const inTotal = waiting.length;
    // Small transactions: on SQLite all other writers wait for each.
    for (let from = 0; from < inTotal; from += MANY_ROWS) {
      const batch = waiting.slice(0, Math.min(MANY_ROWS, inTotal - from));
      waiting = waiting.slice(batch.length);
      const { left, fault } = await writeBatch(batch);
      if (fault === undefined) continue;
      waiting = [...left, ...waiting];
      writer.countDropped(Math.max(0, waiting.length - MOST_ROWS));
      waiting = waiting.slice(0, MOST_ROWS);
      writer.schedule();
      return fault;
    }
    return undefined;
  }

  async function writeBatch(batch: readonly DatedActivity[]): Promise<Outcome> {
    const fault = await tryToWrite(batch);
    if (fault === undefined) return { left: [], fault };
    // The database responds but rejects the batch, so write the rows that it accepts.
    return isOutage(fault) ? { left: batch, fault } : writeOneByOne(batch);
  }

  async function writeOneByOne(batch: readonly DatedActivity[]): Promise<Outcome> {
    const refused: DatedActivity[] = [];
    for (const [index, dated] of batch.entries()) {
      const fault = await tryToWrite([dated]);
      if (fault === undefined) continue;
      refused.push(dated);
      const isHopeless = refused.length > FEW || refused.length === batch.length;
      if (isHopeless) return { left: [...refused, ...batch.slice(index + 1)], fault };
    }
    writer.countDropped(refused.length);
    return { left: [], fault: undefined };
  }

  /** Returns the error, if there was one. */
  function tryToWrite(batch: readonly DatedActivity[]): Promise<unknown> {
    return activities.recordAll(batch).then(
      () => undefined,
      (fault: unknown) => fault ?? new Error('unknown reason'),
    );
  }

  return { add, flush: writer.flush, close: () => writer.close(() => waiting.length) };
}

type Outcome = { readonly left: readonly DatedActivity[]; readonly fault: unknown };

function isOutage(fault: unknown): boolean {
  return fault instanceof AppError && fault.code === 'database_unavailable';
}

import type { ActivityAction } from '../../domain/activity.ts';
import { PRUNABLE } from '../analytics/rollup-source-store.ts';
import type { Database } from '../database.ts';
import { ActivityLog, type NewActivityRow } from '../models/activity/activity-log.ts';
import { chunk, cut, optional, placeholders, type Step } from '../statement.ts';

/** What happened, as `activity_logs` keeps it. Never a code, never a message's text. */
export type Activity = {
  readonly accountId: string;
  readonly action: ActivityAction;
  readonly status: 'success' | 'error';
  readonly sessionId?: string;
  readonly messageType?: string;
  readonly phoneNumber?: string;
  readonly messageId?: string;
  /** The verification that it is about. */
  readonly verificationId?: string;
  readonly details?: string;
  /** Whether a test key did it. */
  readonly isTest?: boolean;
  readonly errorMessage?: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
  /** JSON of what was asked and answered: names that are listed, and nothing secret. */
  readonly requestData?: string;
  readonly responseData?: string;
  /** Whole milliseconds. */
  readonly duration?: number;
};

/** An activity that is written later than it happened. */
export type DatedActivity = { readonly activity: Activity; readonly at: Date };

/** What the roll-ups count (services/analytics). */
const COUNTED: ReadonlySet<ActivityAction> = new Set(['message_send', 'limit_hit']);

/** Few sizes of statements: SQLite keeps each one prepared. */
const ROWS_AT_ONCE = [100, 10, 1] as const;

export type ActivityStore = ReturnType<typeof createActivityStore>;

export function createActivityStore({ statements, models }: Database) {
  function record(activity: Activity, now: Date): Promise<void> {
    return models.ActivityLog.logActivity(toNewRow(activity, now));
  }

  /** Records activities together: all of them, or none. */
  async function recordAll(dated: readonly DatedActivity[]): Promise<void> {
    await statements.transact(inPieces(dated, ROWS_AT_ONCE).map(toRowsStep));
  }

  /** Deletes up to `batch` counted rows that were written before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await statements.select(
      `SELECT "id" FROM "activity_logs" WHERE "createdAt" < $1 AND ${PRUNABLE.activity_logs}
       ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return statements.change(
      `DELETE FROM "activity_logs" WHERE "id" IN (${placeholders(old.length)})`,
      old.map((row) => Number(row['id'])),
    );
  }

  return { record, recordAll, toStep, prune };
}

/** The row of an activity as a step, for those who change something and tell of it in one go. */
function toStep(activity: Activity, now: Date): Step {
  return ActivityLog.insertion(toNewRow(activity, now));
}

/** `items` in as few pieces as `sizes`, the greatest first, the last of them 1, allow. */
function inPieces<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const [size = 1, ...smaller] = sizes;
  const whole = items.length - (items.length % size);
  const pieces = chunk(items.slice(0, whole), size);
  return whole === items.length ? pieces : [...pieces, ...inPieces(items.slice(whole), smaller)];
}

function toRowsStep(dated: readonly DatedActivity[]): Step {
  return ActivityLog.insertion(...dated.map(({ activity, at }) => toNewRow(activity, at)));
}

/** Each field stands in each row, so that several of them are one statement. */
function toNewRow(activity: Activity, now: Date): NewActivityRow {
  const { accountId, action, status, sessionId, phoneNumber, messageId, verificationId } = activity;
  const { messageType, details, ipAddress, requestData, responseData, duration } = activity;
  const { errorMessage, userAgent, isTest = false } = activity;
  return {
    ...{ accountId, action, status, sessionId, phoneNumber, messageId, verificationId },
    ...{ messageType, details, ipAddress, requestData, responseData, duration, isTest },
    errorMessage: optional(errorMessage, (text) => cut(text, 500)),
    userAgent: userAgent?.slice(0, 512),
    countDue: COUNTED.has(action) ? now : undefined,
    createdAt: now,
    updatedAt: now,
  };
}

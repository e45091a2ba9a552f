import type { ActivityAction } from '../../domain/activity.ts';
import { PRUNABLE } from '../analytics/rollup-source-store.ts';
import type { Database } from '../database.ts';
import { ActivityLog, type NewActivityRow } from '../models/activity/activity-log.ts';
import { cut, optional, placeholders, readIds, type Step } from '../statement.ts';

/** An entry of `activity_logs`. It never contains a code or the text of a message. */
export type Activity = {
  readonly accountId: string;
  readonly action: ActivityAction;
  readonly status: 'success' | 'error';
  readonly sessionId?: string;
  readonly messageType?: string;
  readonly phoneNumber?: string;
  readonly messageId?: string;
  /** The verification that the activity is about. */
  readonly verificationId?: string;
  readonly details?: string;
  /** Whether a test key caused it. */
  readonly isTest?: boolean;
  readonly errorMessage?: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
  /** JSON of the request and the response: only listed fields, and no secrets. */
  readonly requestData?: string;
  readonly responseData?: string;
  /** Whole milliseconds. */
  readonly duration?: number;
};

/** An activity with the time at which it happened, for a later INSERT. */
export type DatedActivity = { readonly activity: Activity; readonly at: Date };

/** The actions that the roll-ups count (services/analytics). */
const COUNTED: ReadonlySet<ActivityAction> = new Set(['message_send', 'otp_relay', 'limit_hit']);

export type ActivityStore = ReturnType<typeof createActivityStore>;

export function createActivityStore({ statements, models }: Database) {
  function record(activity: Activity, now: Date): Promise<void> {
    return models.ActivityLog.logActivity(toNewRow(activity, now));
  }

  /** Records activities, all or none. */
  function recordAll(dated: readonly DatedActivity[]): Promise<void> {
    return models.ActivityLog.insertRows(dated.map(({ activity, at }) => toNewRow(activity, at)));
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
      readIds(old),
    );
  }

  return { record, recordAll, toStep, prune };
}

/** Returns the INSERT of an activity as a step, for changes that are recorded in the same transaction. */
function toStep(activity: Activity, now: Date): Step {
  return ActivityLog.insertion(toNewRow(activity, now));
}

/** Each row has all fields, so that one statement can insert several rows. */
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

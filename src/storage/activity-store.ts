import type { Database } from './database.ts';
import { throwDatabaseFault } from './database-fault.ts';
import { cut, placeholders, type Step } from './statement.ts';

type ActivityAction =
  | 'session_create'
  | 'session_delete'
  | 'session_restart'
  | 'qr_generate'
  | 'qr_scan'
  | 'connection_open'
  | 'connection_close'
  | 'message_send'
  | 'message_receive'
  | 'otp_send'
  | 'otp_unlock'
  | 'limit_hit'
  | 'access_denied'
  | 'key_create'
  | 'key_rotate'
  | 'key_revoke'
  | 'user_create'
  | 'user_update'
  | 'user_delete'
  | 'auth_login'
  | 'auth_logout'
  | 'test_number_change';

/** What happened, as `activity_logs` keeps it. Never a passcode, never a message's text. */
export type Activity = {
  readonly accountId: string;
  readonly action: ActivityAction;
  readonly status: 'success' | 'error';
  readonly sessionId?: string;
  readonly messageType?: string;
  readonly phoneNumber?: string;
  readonly messageId?: string;
  /** The challenge that it is about. */
  readonly verificationId?: string;
  readonly details?: string;
  readonly errorMessage?: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
};

/** What the roll-ups count (services/analytics). */
const COUNTED: ReadonlySet<ActivityAction> = new Set(['message_send', 'limit_hit']);

export type ActivityStore = ReturnType<typeof createActivityStore>;

export function createActivityStore({ models, statements }: Database) {
  async function record(activity: Activity, now: Date): Promise<void> {
    await models.ActivityLog.create(toNewRow(activity, now)).catch(throwDatabaseFault);
  }

  /** Deletes up to `batch` counted rows that were written before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await statements.select(
      `SELECT "id" FROM "activity_logs" WHERE "createdAt" < $1 AND "countDue" IS NULL
       ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return statements.change(
      `DELETE FROM "activity_logs" WHERE "id" IN (${placeholders(old.length)})`,
      old.map((row) => Number(row['id'])),
    );
  }

  return { record, toStep, prune };
}

/** The row of an activity as a step, for those who change something and tell of it in one go. */
function toStep(activity: Activity, now: Date): Step {
  const row = Object.entries(toNewRow(activity, now));
  const names = row.map(([name]) => `"${name}"`).join(', ');
  return {
    sql: `INSERT INTO "activity_logs" (${names}) VALUES (${placeholders(row.length)})`,
    values: row.map(([, value]) => value),
  };
}

function toNewRow(activity: Activity, now: Date) {
  const userAgent = activity.userAgent?.slice(0, 512) ?? null;
  const errorMessage = activity.errorMessage === undefined ? null : cut(activity.errorMessage, 500);
  const countDue = COUNTED.has(activity.action) ? now : null;
  return { ...activity, userAgent, errorMessage, countDue, createdAt: now, updatedAt: now };
}

import type { Database } from './database.ts';
import { throwDatabaseFault } from './database-fault.ts';
import { cut, placeholders } from './statement.ts';

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
  | 'limit_hit';

/** What happened, as `activity_logs` keeps it. Never a passcode, never a message's text. */
export type Activity = {
  readonly accountId: string;
  readonly action: ActivityAction;
  readonly status: 'success' | 'error';
  readonly sessionId?: string;
  readonly messageType?: string;
  readonly phoneNumber?: string;
  readonly messageId?: string;
  readonly details?: string;
  readonly errorMessage?: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
};

export type ActivityStore = ReturnType<typeof createActivityStore>;

export function createActivityStore({ models, statements }: Database) {
  async function record(activity: Activity, now: Date): Promise<void> {
    const userAgent = activity.userAgent?.slice(0, 512) ?? null;
    const errorMessage =
      activity.errorMessage === undefined ? null : cut(activity.errorMessage, 500);
    const row = { ...activity, userAgent, errorMessage, createdAt: now, updatedAt: now };
    await models.ActivityLog.create(row).catch(throwDatabaseFault);
  }

  /** Deletes up to `batch` rows that were written before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await statements.select(
      `SELECT "id" FROM "activity_logs" WHERE "createdAt" < $1 ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return statements.change(
      `DELETE FROM "activity_logs" WHERE "id" IN (${placeholders(old.length)})`,
      old.map((row) => Number(row['id'])),
    );
  }

  return { record, prune };
}

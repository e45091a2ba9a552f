import type { Database } from './database.ts';
import { throwDatabaseFault } from './database-fault.ts';
import { placeholders } from './statement.ts';

/** What happened, as `activity_logs` keeps it. Never a passcode, never a message's text. */
export type Activity = {
  readonly accountId: string;
  readonly action: 'otp_unlock' | 'limit_hit';
  readonly status: 'success' | 'error';
  readonly phoneNumber?: string;
  readonly details?: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
};

export type ActivityStore = ReturnType<typeof createActivityStore>;

export function createActivityStore({ models, statements }: Database) {
  async function record(activity: Activity, now: Date): Promise<void> {
    const userAgent = activity.userAgent?.slice(0, 512) ?? null;
    const row = { ...activity, userAgent, createdAt: now, updatedAt: now };
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

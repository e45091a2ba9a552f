import type { Database } from '../database.ts';
import { ActivityLog } from '../models/activity/activity-log.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { placeholders } from '../statement.ts';
import {
  type LoggedActivity,
  type LoggedVerification,
  loggedVerification,
  toLoggedActivity,
  toLoggedVerification,
} from './log-entry.ts';

const beginning = OTPLog.pick('createdAt');

type About = {
  readonly accountId: string;
  readonly phoneNumber: string;
  readonly actions: readonly string[];
  readonly from: Date;
  readonly to: Date;
};

export type TimelineStore = ReturnType<typeof createTimelineStore>;

/** More than any verification has; a flood of activities is not read in full. */
const MAX_ACTIVITIES = 500;

/** Reads what is stored about one verification. */
export function createTimelineStore({ statements: { select } }: Database) {
  async function findVerification(verificationId: string): Promise<LoggedVerification | undefined> {
    const [row] = await select(
      `SELECT ${loggedVerification.columns} FROM "otp_logs" WHERE "verificationId" = $1`,
      [verificationId],
    );
    return row && toLoggedVerification(loggedVerification.decode(row));
  }

  /** Finds when the next verification for the same number and purpose was created. */
  async function findSuccession(verification: LoggedVerification): Promise<Date | undefined> {
    const { accountId, phoneNumber, purpose, id } = verification;
    const [row] = await select(
      `SELECT ${beginning.columns} FROM "otp_logs"
       WHERE "accountId" = $1 AND "phoneNumber" = $2 AND "purpose" = $3 AND "id" > $4
       ORDER BY "id" LIMIT 1`,
      [accountId, phoneNumber, purpose, id],
    );
    return row && beginning.decode(row).createdAt;
  }

  /** Lists the activities of this verification in its account, oldest first. */
  async function listActivitiesOf(
    { verificationId, accountId }: Pick<LoggedVerification, 'verificationId' | 'accountId'>,
    actions: readonly string[],
  ): Promise<LoggedActivity[]> {
    // Another account may have named the verification too.
    const rows = await select(
      `SELECT ${ActivityLog.columns} FROM "activity_logs"
       WHERE "verificationId" = $1 AND "accountId" = $2
         AND "action" IN (${placeholders(actions.length, 3)})
       ORDER BY "createdAt", "id" LIMIT ${MAX_ACTIVITIES}`,
      [verificationId, accountId, ...actions],
    );
    return rows.map(ActivityLog.decode).map(toLoggedActivity);
  }

  /** Lists the activities about a number in a period, oldest first. */
  async function listActivitiesAbout(about: About): Promise<LoggedActivity[]> {
    const { accountId, phoneNumber, actions, from, to } = about;
    // For several numbers at once, SQLite would read all rows of the account in the period.
    const rows = await select(
      `SELECT ${ActivityLog.columns} FROM "activity_logs"
       WHERE "accountId" = $1 AND "phoneNumber" = $2 AND "createdAt" >= $3 AND "createdAt" <= $4
         AND "action" IN (${placeholders(actions.length, 5)})
       ORDER BY "createdAt", "id" LIMIT ${MAX_ACTIVITIES}`,
      [accountId, phoneNumber, from, to, ...actions],
    );
    return rows.map(ActivityLog.decode).map(toLoggedActivity);
  }

  return { findVerification, findSuccession, listActivitiesOf, listActivitiesAbout };
}

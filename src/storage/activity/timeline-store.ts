import type { Database } from '../database.ts';
import { ActivityLog } from '../models/activity/activity-log.ts';
import { RelayedMessage } from '../models/hooks/relayed-message.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { placeholders } from '../statement.ts';
import type { Selected } from '../table.ts';
import {
  type LoggedActivity,
  type LoggedVerification,
  loggedVerification,
  toLoggedActivity,
  toLoggedVerification,
} from './log-entry.ts';

const beginning = OTPLog.pick('createdAt');

const relayed = RelayedMessage.pick(
  ...(['relayId', 'accountId', 'phoneNumber', 'region', 'purpose'] as const),
  ...(['status', 'channel', 'createdAt', 'updatedAt', 'expiresAt'] as const),
);

export type LoggedRelay = Selected<typeof relayed>;

type About = {
  readonly accountId: string;
  readonly phoneNumbers: readonly string[];
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

  /** Finds a message whose code another server owns. */
  async function findRelayed(relayId: string): Promise<LoggedRelay | undefined> {
    const [row] = await select(
      `SELECT ${relayed.columns} FROM "relayed_messages" WHERE "relayId" = $1`,
      [relayId],
    );
    return row && relayed.decode(row);
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

  /** Lists the activities of this verification, oldest first. Another account may have named it too. */
  async function listActivitiesOf(
    { verificationId, accountId }: Pick<LoggedVerification, 'verificationId' | 'accountId'>,
    actions: readonly string[],
  ): Promise<LoggedActivity[]> {
    const rows = await select(
      `SELECT ${ActivityLog.columns} FROM "activity_logs"
       WHERE "verificationId" = $1 AND "accountId" = $2
         AND "action" IN (${placeholders(actions.length, 3)})
       ORDER BY "id" LIMIT ${MAX_ACTIVITIES}`,
      [verificationId, accountId, ...actions],
    );
    // Rows are written when their calls end.
    return rows
      .map(ActivityLog.decode)
      .map(toLoggedActivity)
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  }

  /** Lists the activities about these numbers in a period, oldest first. */
  async function listActivitiesAbout(about: About): Promise<LoggedActivity[]> {
    const { accountId, phoneNumbers, actions, from, to } = about;
    const rows = await select(
      `SELECT ${ActivityLog.columns} FROM "activity_logs"
       WHERE "accountId" = $1 AND "createdAt" >= $2 AND "createdAt" <= $3
         AND "phoneNumber" IN (${placeholders(phoneNumbers.length, 4)})
         AND "action" IN (${placeholders(actions.length, 4 + phoneNumbers.length)})
       ORDER BY "id" LIMIT ${MAX_ACTIVITIES}`,
      [accountId, from, to, ...phoneNumbers, ...actions],
    );
    return rows.map(ActivityLog.decode).map(toLoggedActivity);
  }

  return { findVerification, findRelayed, findSuccession, listActivitiesOf, listActivitiesAbout };
}

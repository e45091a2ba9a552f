import type { RollupSource } from '../../domain/analytics/rollup.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { Database } from '../database.ts';
import { ActivityLog, counted } from '../models/activity/activity-log.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { chunk, placeholders, type Step } from '../statement.ts';
import type { Selected } from '../table.ts';

const events = OTPLog.pick(
  ...(['id', 'accountId', 'channel', 'sessionId', 'region', 'phoneNumber', 'sentBy'] as const),
  ...(['createdAt', 'deliveredAt', 'verifiedAt', 'seen', 'counted', 'method'] as const),
);
const beginning = {
  otp_logs: OTPLog.pick('createdAt'),
  activity_logs: ActivityLog.pick('createdAt'),
};

/**
 * The events of a verification. `seen` and `counted` are sets of events as in
 * domain/analytics/funnel-stats.ts. `sentBy` is the credential that requested it, if it is known.
 */
export type CountableVerification = Omit<Selected<typeof events>, 'channel'> & {
  /** Empty if no channel accepted the message. */
  readonly channel: string;
};

export type CountableActivity = Selected<typeof counted>;

export type RollupSourceStore = ReturnType<typeof createRollupSourceStore>;

/**
 * The condition for rows that are counted in full and can be pruned, oldest first. It selects ended
 * verifications by status, because SQLite would use the wrong index for "activeKey" IS NULL.
 */
export const PRUNABLE: Readonly<Record<RollupSource, string>> = {
  otp_logs: `"status" <> 'sent' AND "countDue" IS NULL`,
  activity_logs: '"countDue" IS NULL',
};

/** The maximum number of rows that one statement marks. */
const MARKS_PER_STATEMENT = 100;

/** Finds the log rows that are due for counting, and marks them as counted. */
export function createRollupSourceStore({ statements: { select }, models }: Database) {
  async function listDueVerifications(now: Date, limit: number): Promise<CountableVerification[]> {
    const rows = await select(
      `SELECT ${events.columns} FROM "otp_logs" WHERE "countDue" <= $1 ORDER BY "countDue" LIMIT ${limit}`,
      [now],
    );
    return rows.map(events.decode).map(toVerification);
  }

  async function listDueActivities(now: Date, limit: number): Promise<CountableActivity[]> {
    const rows = await select(
      `SELECT ${counted.columns} FROM "activity_logs" WHERE "countDue" <= $1
       ORDER BY "countDue" LIMIT ${limit}`,
      [now],
    );
    return rows.map(counted.decode);
  }

  /** Lists verifications with counted events, an id above `after` and created at `since` or later. */
  async function listCountedVerifications(
    { since, after }: { readonly since: Date; readonly after: number },
    limit: number,
  ): Promise<CountableVerification[]> {
    const rows = await select(
      `SELECT ${events.columns} FROM "otp_logs"
       WHERE "id" > $1 AND "counted" > 0 AND "createdAt" >= $2 ORDER BY "id" LIMIT ${limit}`,
      [after, since],
    );
    return rows.map(events.decode).map(toVerification);
  }

  /** The same for activities. */
  function listCountedActivities(
    cursor: { readonly since: Date; readonly after: number },
    limit: number,
  ): Promise<CountableActivity[]> {
    return models.ActivityLog.getMessageStats(cursor, limit);
  }

  /** Finds when the oldest row of a log that could be pruned was created; undefined if there is none. */
  async function findOldest(log: RollupSource): Promise<Date | undefined> {
    const [row] = await select(
      `SELECT ${beginning[log].columns} FROM "${log}" WHERE ${PRUNABLE[log]} ORDER BY "createdAt" LIMIT 1`,
      [],
    );
    return row && beginning[log].decode(row).createdAt;
  }

  return {
    findOldest,
    listDueVerifications,
    listDueActivities,
    listCountedVerifications,
    listCountedActivities,
    toVerificationMarks,
    toActivityMarks,
  };
}

/**
 * Returns the steps that mark the events of verifications as counted. A step fails if another node has
 * counted any of them. Events since the verifications were read stay due.
 */
function toVerificationMarks(verifications: readonly CountableVerification[]): Step[] {
  const groups = groupBy(verifications, ({ counted, seen }) => `${counted} ${seen}`);
  return [...groups.values()].flatMap((group) =>
    chunk(group, MARKS_PER_STATEMENT).map(toVerificationMark),
  );
}

function toVerificationMark(alike: readonly CountableVerification[]): Step {
  const [first] = alike;
  return {
    sql: `UPDATE "otp_logs" SET "counted" = $1,
        "countDue" = CASE WHEN "seen" = $1 THEN NULL ELSE "countDue" END
      WHERE "counted" = $2 AND "id" IN (${placeholders(alike.length, 3)})`,
    values: [first?.seen ?? 0, first?.counted ?? 0, ...alike.map(({ id }) => id)],
    expectedRows: alike.length,
  };
}

function toActivityMarks(activities: readonly CountableActivity[]): Step[] {
  return chunk(activities, MARKS_PER_STATEMENT).map((some) => ({
    sql: `UPDATE "activity_logs" SET "countDue" = NULL
      WHERE "countDue" IS NOT NULL AND "id" IN (${placeholders(some.length)})`,
    values: some.map(({ id }) => id),
    expectedRows: some.length,
  }));
}

function toVerification({ channel = '', ...row }: Selected<typeof events>): CountableVerification {
  return { ...row, channel };
}

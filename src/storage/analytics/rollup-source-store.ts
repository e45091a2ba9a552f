import type { RollupSource } from '../../domain/analytics/rollup.ts';
import type { Database } from '../database.ts';
import { ActivityLog, counted } from '../models/activity/activity-log.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { chunk, placeholders, type Step } from '../statement.ts';
import type { Selected } from '../table.ts';

const events = OTPLog.pick(
  ...(['id', 'accountId', 'channel', 'sessionId', 'region', 'phoneNumber', 'sentBy'] as const),
  ...(['createdAt', 'deliveredAt', 'verifiedAt', 'seen', 'counted'] as const),
);
const beginning = {
  otp_logs: OTPLog.pick('createdAt'),
  activity_logs: ActivityLog.pick('createdAt'),
};

/**
 * What the row of a verification tells of its events, and which of them are counted: sets of events, as in
 * domain/analytics/funnel-stats.ts. `sentBy` is the credential that asked for it, where it is known.
 */
export type CountableVerification = Omit<Selected<typeof events>, 'channel'> & {
  /** Empty when no channel took its message. */
  readonly channel: string;
};

export type CountableActivity = Selected<typeof counted>;

export type RollupSourceStore = ReturnType<typeof createRollupSourceStore>;

/**
 * Rows that nothing is to be counted of any more: pruning takes these, the oldest first. Ended verifications
 * are told by their status: to SQLite, "activeKey" IS NULL would look like the index to take.
 */
export const PRUNABLE: Readonly<Record<RollupSource, string>> = {
  otp_logs: `"status" <> 'sent' AND "countDue" IS NULL`,
  activity_logs: '"countDue" IS NULL',
};

/** So many rows are marked by one statement. */
const MARKED_AT_ONCE = 100;

/** Finds what of the logs is to be counted, and marks it as counted. */
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

  /** The verifications with an id above `after` of which anything is counted, made at `since` or later. */
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

  /** The same of activities. */
  function listCountedActivities(
    cursor: { readonly since: Date; readonly after: number },
    limit: number,
  ): Promise<CountableActivity[]> {
    return models.ActivityLog.getMessageStats(cursor, limit);
  }

  /**
   * When the oldest row of a log was made that might have been pruned, as older ones are; undefined when
   * there is none.
   */
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
 * The steps that mark all that is seen of verifications as counted: each only as long as nobody else counted
 * any of it. What happened since they were read stays due.
 */
function toVerificationMarks(verifications: readonly CountableVerification[]): Step[] {
  const groups = new Map<string, CountableVerification[]>();
  for (const verification of verifications) {
    const change = `${verification.counted} ${verification.seen}`;
    groups.set(change, [...(groups.get(change) ?? []), verification]);
  }
  return [...groups.values()].flatMap((group) =>
    chunk(group, MARKED_AT_ONCE).map(toVerificationMark),
  );
}

function toVerificationMark(alike: readonly CountableVerification[]): Step {
  const [first] = alike;
  return {
    sql: `UPDATE "otp_logs" SET "counted" = $1,
        "countDue" = CASE WHEN "seen" = $1 THEN NULL ELSE "countDue" END
      WHERE "counted" = $2 AND "id" IN (${placeholders(alike.length, 3)})`,
    values: [first?.seen ?? 0, first?.counted ?? 0, ...alike.map(({ id }) => id)],
    touching: alike.length,
  };
}

function toActivityMarks(activities: readonly CountableActivity[]): Step[] {
  return chunk(activities, MARKED_AT_ONCE).map((some) => ({
    sql: `UPDATE "activity_logs" SET "countDue" = NULL
      WHERE "countDue" IS NOT NULL AND "id" IN (${placeholders(some.length)})`,
    values: some.map(({ id }) => id),
    touching: some.length,
  }));
}

function toVerification({ channel = '', ...row }: Selected<typeof events>): CountableVerification {
  return { ...row, channel };
}

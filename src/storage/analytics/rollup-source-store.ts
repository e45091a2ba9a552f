import type { RollupSource } from '../../domain/analytics/rollup.ts';
import type { Database } from '../database.ts';
import { chunk, optional, placeholders, type Row, type Step, toDate } from '../statement.ts';

/** What the row of a verification tells of its events, and which of them are counted. */
export type CountableVerification = {
  readonly id: number;
  readonly accountId: string;
  /** Empty when no channel took its message. */
  readonly channel: string;
  readonly sessionId: string;
  readonly region: string;
  readonly phoneNumber: string;
  /** The credential that asked for it, where it is known. */
  readonly sentBy: string | undefined;
  readonly createdAt: Date;
  readonly deliveredAt: Date | undefined;
  readonly verifiedAt: Date | undefined;
  /** Sets of events, as in domain/figures.ts. */
  readonly seen: number;
  readonly counted: number;
};

export type CountableActivity = {
  readonly id: number;
  readonly accountId: string;
  readonly sessionId: string | undefined;
  readonly action: string;
  readonly status: string;
  readonly createdAt: Date;
};

export type RollupSourceStore = ReturnType<typeof createRollupSourceStore>;

const CHALLENGE = `"id", "accountId", "channel", "sessionId", "region", "phoneNumber", "sentBy", "createdAt", "deliveredAt",
  "verifiedAt", "seen", "counted"`;
const ACTIVITY = `"id", "accountId", "sessionId", "action", "status", "createdAt"`;

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
export function createRollupSourceStore({ statements: { select } }: Database) {
  async function listDueVerifications(now: Date, limit: number): Promise<CountableVerification[]> {
    const rows = await select(
      `SELECT ${CHALLENGE} FROM "otp_logs" WHERE "countDue" <= $1 ORDER BY "countDue" LIMIT ${limit}`,
      [now],
    );
    return rows.map(toVerification);
  }

  async function listDueActivities(now: Date, limit: number): Promise<CountableActivity[]> {
    const rows = await select(
      `SELECT ${ACTIVITY} FROM "activity_logs" WHERE "countDue" <= $1
       ORDER BY "countDue" LIMIT ${limit}`,
      [now],
    );
    return rows.map(toActivity);
  }

  /** The verifications with an id above `after` of which anything is counted, made at `since` or later. */
  async function listCountedVerifications(
    { since, after }: { readonly since: Date; readonly after: number },
    limit: number,
  ): Promise<CountableVerification[]> {
    const rows = await select(
      `SELECT ${CHALLENGE} FROM "otp_logs"
       WHERE "id" > $1 AND "counted" > 0 AND "createdAt" >= $2 ORDER BY "id" LIMIT ${limit}`,
      [after, since],
    );
    return rows.map(toVerification);
  }

  /** The same of activities: those of `actions` that are counted. */
  async function listCountedActivities(
    { since, after }: { readonly since: Date; readonly after: number },
    limit: number,
  ): Promise<CountableActivity[]> {
    const rows = await select(
      `SELECT ${ACTIVITY} FROM "activity_logs"
       WHERE "id" > $1 AND "countDue" IS NULL AND "createdAt" >= $2
         AND "action" IN ('message_send', 'limit_hit') ORDER BY "id" LIMIT ${limit}`,
      [after, since],
    );
    return rows.map(toActivity);
  }

  /**
   * When the oldest row of a log was made that might have been pruned, as older ones are; undefined when
   * there is none.
   */
  async function findOldest(log: RollupSource): Promise<Date | undefined> {
    const [row] = await select(
      `SELECT "createdAt" FROM "${log}" WHERE ${PRUNABLE[log]} ORDER BY "createdAt" LIMIT 1`,
      [],
    );
    return row && toDate(row['createdAt']);
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

function toVerification(row: Row): CountableVerification {
  return {
    id: Number(row['id']),
    accountId: String(row['accountId']),
    channel: String(row['channel'] ?? ''),
    sessionId: String(row['sessionId']),
    region: String(row['region']),
    phoneNumber: String(row['phoneNumber']),
    sentBy: optional(row['sentBy'], String),
    createdAt: toDate(row['createdAt']),
    deliveredAt: optional(row['deliveredAt'], toDate),
    verifiedAt: optional(row['verifiedAt'], toDate),
    seen: Number(row['seen']),
    counted: Number(row['counted']),
  };
}

function toActivity(row: Row): CountableActivity {
  return {
    id: Number(row['id']),
    accountId: String(row['accountId']),
    sessionId: optional(row['sessionId'], String),
    action: String(row['action']),
    status: String(row['status']),
    createdAt: toDate(row['createdAt']),
  };
}

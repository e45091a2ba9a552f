import { type LoggedActivity, toLoggedActivity } from '../activity/log-entry.ts';
import { PRUNABLE } from '../analytics/rollup-source-store.ts';
import type { Database } from '../database.ts';
import { ActivityLog } from '../models/activity/activity-log.ts';
import { chunk, placeholders, type Row, type Value } from '../statement.ts';

/** One person, as one account knows them. */
export type RecipientKey = { readonly accountId: string; readonly phoneNumber: string };

export type RecipientStore = ReturnType<typeof createRecipientStore>;

/** Small steps, so that requests are not held up. */
const BATCH = 200;

const OF_NUMBER = `"accountId" = $1 AND "phoneNumber" = $2`;

/** Finds and erases what is on record about one number in one account. */
export function createRecipientStore({ statements }: Database) {
  const { select, change } = statements;

  /** The ids of its live verifications. */
  async function listLive({ accountId, phoneNumber }: RecipientKey): Promise<number[]> {
    const rows = await select(
      `SELECT "id" FROM "otp_logs" WHERE ${OF_NUMBER} AND "activeKey" IS NOT NULL`,
      [accountId, phoneNumber],
    );
    return rows.map((row) => Number(row['id']));
  }

  /** Has everything counted now, also what would have waited for more to happen. */
  async function makeDue({ accountId, phoneNumber }: RecipientKey, now: Date): Promise<void> {
    await change(`UPDATE "otp_logs" SET "countDue" = $3 WHERE ${OF_NUMBER} AND "countDue" > $3`, [
      ...[accountId, phoneNumber],
      now,
    ]);
  }

  /** Whether anything is left that was made until `until`. */
  async function hasAny({ accountId, phoneNumber }: RecipientKey, until: Date): Promise<boolean> {
    for (const table of ['otp_logs', 'activity_logs']) {
      const [row] = await select(
        `SELECT "id" FROM "${table}" WHERE ${OF_NUMBER} AND "createdAt" <= $3 LIMIT 1`,
        [accountId, phoneNumber, until],
      );
      if (row) return true;
    }
    return false;
  }

  /** Erases verifications that are over and counted, with their deliveries and what names them. */
  async function eraseVerifications({ accountId, phoneNumber }: RecipientKey) {
    const erased = { verifications: 0, deliveries: 0, activities: 0 };
    for (;;) {
      const rows = await select(
        `SELECT "id", "verificationId" FROM "otp_logs" WHERE ${OF_NUMBER} AND ${PRUNABLE.otp_logs}
         ORDER BY "id" LIMIT ${BATCH}`,
        [accountId, phoneNumber],
      );
      if (rows.length === 0) return erased;
      const handles = rows.map((row) => String(row['verificationId']));
      erased.deliveries += await eraseAll('deliveries', 'verificationId', handles);
      erased.activities += await eraseNamed(accountId, handles);
      erased.verifications += await eraseAll(
        'otp_logs',
        'id',
        idsOf(rows),
        `AND ${PRUNABLE.otp_logs}`,
      );
    }
  }

  /** Erases the account's counted activities about these verifications; another one may have named them, too. */
  function eraseNamed(accountId: string, verificationIds: readonly string[]): Promise<number> {
    return change(
      `DELETE FROM "activity_logs" WHERE "accountId" = $1 AND ${PRUNABLE.activity_logs}
         AND "verificationId" IN (${placeholders(verificationIds.length, 2)})`,
      [accountId, ...verificationIds],
    );
  }

  /** Erases the counted activities about the number. */
  async function eraseActivities({ accountId, phoneNumber }: RecipientKey): Promise<number> {
    let erased = 0;
    for (;;) {
      const rows = await select(
        `SELECT "id" FROM "activity_logs" WHERE ${OF_NUMBER} AND ${PRUNABLE.activity_logs} LIMIT ${BATCH}`,
        [accountId, phoneNumber],
      );
      if (rows.length === 0) return erased;
      erased += await eraseAll('activity_logs', 'id', idsOf(rows));
    }
  }

  function eraseAll(
    table: 'deliveries' | 'activity_logs' | 'otp_logs',
    column: 'id' | 'verificationId',
    values: readonly Value[],
    condition = '',
  ): Promise<number> {
    const sql = `DELETE FROM "${table}" WHERE "${column}" IN (${placeholders(values.length)})`;
    return change(`${sql} ${condition}`, values);
  }

  /** Erases what the account's sessions know of the number; what they know of their own, they need. */
  async function eraseContacts({ accountId, phoneNumber }: RecipientKey): Promise<number> {
    const digits = phoneNumber.replace('+', '');
    await change(
      `DELETE FROM "session_credentials" WHERE "sessionId" IN (SELECT "sessionId" FROM "sessions"
           WHERE "accountId" = $1 AND ("userPhone" IS NULL OR "userPhone" <> $2))
         AND ("keyId" = $3 OR "keyId" LIKE $4 OR "keyId" LIKE $5 OR "keyId" LIKE $6)`,
      [accountId, phoneNumber, digits, `${digits}.%`, `${digits}:%`, `${digits}@%`],
    );
    return change(
      `DELETE FROM "session_contacts" WHERE "phoneNumber" = $2
         AND "sessionId" IN (SELECT "sessionId" FROM "sessions" WHERE "accountId" = $1)`,
      [accountId, phoneNumber],
    );
  }

  /** Erases the answers that are kept for a repeated request and name the number. */
  function eraseAnswers({ accountId, phoneNumber }: RecipientKey): Promise<number> {
    return change(
      `DELETE FROM "idempotency_keys" WHERE "accountId" = $1 AND "responseBody" LIKE $2`,
      [accountId, `%"${phoneNumber}"%`],
    );
  }

  /** Up to `limit` activities of the account that name these verifications, but no number. */
  async function listNamelessActivities(
    accountId: string,
    verificationIds: readonly string[],
    limit: number,
  ): Promise<LoggedActivity[]> {
    const found: LoggedActivity[] = [];
    for (const some of chunk(verificationIds, BATCH)) {
      const rows = await select(
        `SELECT ${ActivityLog.columns} FROM "activity_logs" WHERE "accountId" = $1 AND "phoneNumber" IS NULL
           AND "verificationId" IN (${placeholders(some.length, 2)}) LIMIT ${limit}`,
        [accountId, ...some],
      );
      found.push(...rows.map(ActivityLog.decode).map(toLoggedActivity));
    }
    return found;
  }

  /** The sessions of the account that have looked the number up or heard of it. */
  async function listContacts({ accountId, phoneNumber }: RecipientKey): Promise<string[]> {
    const rows = await select(
      `SELECT "sessionId" FROM "session_contacts" WHERE "phoneNumber" = $2
         AND "sessionId" IN (SELECT "sessionId" FROM "sessions" WHERE "accountId" = $1)
       ORDER BY "sessionId"`,
      [accountId, phoneNumber],
    );
    return rows.map((row) => String(row['sessionId']));
  }

  return {
    ...{ listLive, makeDue, hasAny, listNamelessActivities, listContacts },
    ...{ eraseVerifications, eraseActivities, eraseContacts, eraseAnswers },
  };
}

function idsOf(rows: readonly Row[]): number[] {
  return rows.map((row) => Number(row['id']));
}

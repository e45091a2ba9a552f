import { isEmailRecipient } from '../../domain/recipient.ts';
import { type LoggedActivity, toLoggedActivity } from '../activity/log-entry.ts';
import { PRUNABLE } from '../analytics/rollup-source-store.ts';
import type { Database } from '../database.ts';
import { ActivityLog } from '../models/activity/activity-log.ts';
import { chunk, placeholders, readIds, type Value } from '../statement.ts';

/** A recipient in one account. */
export type RecipientKey = { readonly accountId: string; readonly phoneNumber: string };

export type RecipientStore = ReturnType<typeof createRecipientStore>;

/** Small batches, so that requests do not wait for long. */
const BATCH = 200;

const OF_NUMBER = `"accountId" = $1 AND "phoneNumber" = $2`;

/** Finds and erases what is stored about one recipient in one account. */
export function createRecipientStore({ statements }: Database) {
  const { select, change } = statements;

  /** Lists the ids of the live verifications of a number. */
  async function listLive({ accountId, phoneNumber }: RecipientKey): Promise<number[]> {
    const rows = await select(
      `SELECT "id" FROM "otp_logs" WHERE ${OF_NUMBER} AND "activeKey" IS NOT NULL`,
      [accountId, phoneNumber],
    );
    return readIds(rows);
  }

  /** Makes all events of the number due for counting at `now`. */
  async function makeDue({ accountId, phoneNumber }: RecipientKey, now: Date): Promise<void> {
    await change(`UPDATE "otp_logs" SET "countDue" = $3 WHERE ${OF_NUMBER} AND "countDue" > $3`, [
      ...[accountId, phoneNumber],
      now,
    ]);
  }

  /** Whether anything is left that was created at `until` or earlier. */
  async function hasAny({ accountId, phoneNumber }: RecipientKey, until: Date): Promise<boolean> {
    for (const table of ['otp_logs', 'activity_logs', 'relayed_messages']) {
      const [row] = await select(
        `SELECT "id" FROM "${table}" WHERE ${OF_NUMBER} AND "createdAt" <= $3 LIMIT 1`,
        [accountId, phoneNumber, until],
      );
      if (row) return true;
    }
    return false;
  }

  /** Erases verifications that have ended and are counted, with their deliveries and activities. */
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
      await eraseAll('inbound_places', 'verificationId', handles);
      await eraseAll('inbound_verifications', 'verificationId', handles);
      await eraseEvents(handles);
      erased.activities += await eraseNamed(accountId, handles);
      erased.verifications += await eraseAll(
        'otp_logs',
        'id',
        readIds(rows),
        `AND ${PRUNABLE.otp_logs}`,
      );
    }
  }

  /** Erases the messages that were relayed to the number, with their deliveries and activities. */
  async function eraseRelays({ accountId, phoneNumber }: RecipientKey) {
    const erased = { deliveries: 0, activities: 0 };
    for (;;) {
      const rows = await select(
        `SELECT "id", "relayId" FROM "relayed_messages" WHERE ${OF_NUMBER} ORDER BY "id" LIMIT ${BATCH}`,
        [accountId, phoneNumber],
      );
      if (rows.length === 0) return erased;
      const handles = rows.map((row) => String(row['relayId']));
      erased.deliveries += await eraseAll('deliveries', 'verificationId', handles);
      erased.activities += await eraseNamed(accountId, handles);
      await eraseAll('relayed_messages', 'id', readIds(rows));
    }
  }

  /** Erases the events of verifications, and what was pushed of them. */
  async function eraseEvents(verificationIds: readonly string[]): Promise<void> {
    const list = placeholders(verificationIds.length);
    await change(
      `DELETE FROM "webhook_deliveries"
       WHERE "eventId" IN (SELECT "eventId" FROM "events" WHERE "subject" IN (${list}))`,
      verificationIds,
    );
    await change(`DELETE FROM "events" WHERE "subject" IN (${list})`, verificationIds);
  }

  /** Erases the counted activities about these verifications, but only those of this account. */
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
      erased += await eraseAll('activity_logs', 'id', readIds(rows));
    }
  }

  function eraseAll(
    table:
      | 'deliveries'
      | 'activity_logs'
      | 'otp_logs'
      | 'inbound_verifications'
      | 'inbound_places'
      | 'relayed_messages',
    column: 'id' | 'verificationId',
    values: readonly Value[],
    condition = '',
  ): Promise<number> {
    const sql = `DELETE FROM "${table}" WHERE "${column}" IN (${placeholders(values.length)})`;
    return change(`${sql} ${condition}`, values);
  }

  /**
   * Erases what the sessions of the account know about the number. A session keeps the credentials for
   * its own number, because it needs them. Sessions know no email addresses.
   */
  async function eraseContacts({ accountId, phoneNumber }: RecipientKey): Promise<number> {
    if (isEmailRecipient(phoneNumber)) return 0;
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

  /** Erases the hosted pages on which the number was to be verified, or was. */
  function erasePages({ accountId, phoneNumber }: RecipientKey): Promise<number> {
    return change(`DELETE FROM "verification_pages" WHERE ${OF_NUMBER}`, [accountId, phoneNumber]);
  }

  /** Erases the stored answers of idempotent requests that contain the recipient. */
  function eraseAnswers({ accountId, phoneNumber }: RecipientKey): Promise<number> {
    return change(
      `DELETE FROM "idempotency_keys" WHERE "accountId" = $1 AND "responseBody" LIKE $2 ESCAPE '!'`,
      [accountId, `%"${escapeLike(phoneNumber)}"%`],
    );
  }

  /** Lists up to `limit` activities of the account about these verifications that contain no number. */
  async function listNamelessActivities(
    accountId: string,
    verificationIds: readonly string[],
    limit: number,
  ): Promise<LoggedActivity[]> {
    const found: LoggedActivity[] = [];
    for (const some of chunk(verificationIds, BATCH)) {
      // COALESCE, because with IS NULL, SQLite would read all rows of the account that have no number.
      const rows = await select(
        `SELECT ${ActivityLog.columns} FROM "activity_logs"
         WHERE "accountId" = $1 AND COALESCE("phoneNumber", '') = '' AND "verificationId" IN (${placeholders(some.length, 2)}) LIMIT ${limit}`,
        [accountId, ...some],
      );
      found.push(...rows.map(ActivityLog.decode).map(toLoggedActivity));
    }
    return found;
  }

  /** Lists the sessions of the account that have a contact with the number. */
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
    ...{ eraseRelays, eraseVerifications, eraseActivities, eraseContacts, erasePages },
    ...{ eraseAnswers },
  };
}

/** Characters with a meaning in LIKE, and the escape character: an address may have all of them. */
function escapeLike(text: string): string {
  return text.replace(/[%_!]/g, (character) => `!${character}`);
}

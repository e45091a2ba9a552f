import type { Database } from '../database.ts';
import { Delivery } from '../models/delivery/delivery.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { Event } from '../models/webhooks/event.ts';
import { placeholders, type Row, readIds, whereAll } from '../statement.ts';
import type { RowOf, Selected } from '../table.ts';
import { type AddressedEvent, toEventSteps } from './event-steps.ts';

const verification = OTPLog.pick(
  ...(['id', 'accountId', 'verificationId', 'sessionId', 'phoneNumber', 'region'] as const),
  ...(['purpose', 'status', 'channel', 'attempts', 'maxAttempts'] as const),
  ...(['createdAt', 'updatedAt', 'expiresAt', 'verifiedAt', 'method'] as const),
);
const delivery = Delivery.pick(
  ...(['id', 'verificationId', 'channel', 'sessionId', 'messageId', 'reason', 'step'] as const),
  ...(['createdAt', 'acceptedAt', 'deliveredAt', 'readAt', 'failedAt'] as const),
);

/** What the events of a verification are derived from. */
export type ChangedVerification = Selected<typeof verification>;
export type ChangedDelivery = Selected<typeof delivery>;

/** Names a verification: by its row, its ID, or a message. */
export type ChangedRow =
  | { readonly id: number }
  | { readonly verificationId: string }
  | { readonly messageId: string };

export type StoredEvent = RowOf<typeof Event>;

type EventFilter = {
  readonly accountId: string;
  /** Undefined for all. */
  readonly types: readonly string[] | undefined;
  readonly subject: string | undefined;
};

export type EventStore = ReturnType<typeof createEventStore>;

/** Stores what happened in accounts that have an endpoint. */
export function createEventStore({ statements, syntax }: Database) {
  const { select, change, transact } = statements;

  /** Finds the verifications that have changed. */
  async function findChanged(rows: readonly ChangedRow[]): Promise<ChangedVerification[]> {
    const ids = rows.flatMap((row) => ('id' in row ? [row.id] : []));
    const messageIds = rows.flatMap((row) => ('messageId' in row ? [row.messageId] : []));
    const named = rows.flatMap((row) => ('verificationId' in row ? [row.verificationId] : []));
    const sent = await selectIn(
      `SELECT "verificationId" FROM "deliveries" WHERE "messageId"`,
      messageIds,
    );
    const verificationIds = [...named, ...sent.map((row) => String(row['verificationId']))];
    const found = await Promise.all([
      selectIn(`SELECT ${verification.columns} FROM "otp_logs" WHERE "id"`, ids),
      selectIn(
        `SELECT ${verification.columns} FROM "otp_logs" WHERE "verificationId"`,
        verificationIds,
      ),
    ]);
    const byId = new Map(found.flat().map((row) => [Number(row['id']), verification.decode(row)]));
    return [...byId.values()];
  }

  /** Finds the verifications that were ended by the creation of newer ones, which are given by their IDs. */
  async function findReplacedBy(newer: readonly string[]): Promise<ChangedVerification[]> {
    if (newer.length === 0) return [];
    const found = await select(
      `SELECT ${verification.columns} FROM "otp_logs" WHERE "id" IN (
         SELECT "older"."id" FROM "otp_logs" AS "newer" JOIN "otp_logs" AS "older"
           ON "older"."accountId" = "newer"."accountId" AND "older"."phoneNumber" = "newer"."phoneNumber"
           AND "older"."status" = 'expired' AND "older"."updatedAt" = "newer"."createdAt"
           AND "older"."createdAt" < "newer"."createdAt"
         WHERE "newer"."verificationId" IN (${placeholders(newer.length)}))`,
      newer,
    );
    return found.map(verification.decode);
  }

  /** Lists the deliveries of verifications, oldest first. */
  async function listDeliveries(verificationIds: readonly string[]): Promise<ChangedDelivery[]> {
    const found = await selectIn(
      `SELECT ${delivery.columns} FROM "deliveries" WHERE "verificationId"`,
      verificationIds,
    );
    return found.map(delivery.decode).sort((a, b) => a.id - b.id);
  }

  /** Returns which of the events are recorded. */
  async function findRecorded(eventIds: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await selectIn(`SELECT "eventId" FROM "events" WHERE "eventId"`, eventIds);
    return new Set(found.map((row) => String(row['eventId'])));
  }

  /** Records events in order, and that they are to be pushed, all or none. What is recorded already stays as it is. */
  async function record(addressed: readonly AddressedEvent[], now: Date): Promise<void> {
    await transact(toEventSteps(syntax, addressed, now));
  }

  /** Lists verifications that may have events which are not recorded; at most `limit`. */
  async function listDue(now: Date, limit: number): Promise<ChangedVerification[]> {
    const due = await select(
      `SELECT ${verification.columns} FROM "otp_logs" WHERE "eventsDueAt" <= $1
       ORDER BY "eventsDueAt" LIMIT ${limit}`,
      [now],
    );
    return due.map(verification.decode);
  }

  /** Stores when to look at verifications again; undefined for never. */
  async function lookAgain(ids: readonly number[], at: Date | undefined, now: Date): Promise<void> {
    await change(
      `UPDATE "otp_logs" SET "eventsDueAt" = $1
       WHERE "eventsDueAt" <= $2 AND "id" IN (${placeholders(ids.length, 3)})`,
      [at ?? null, now, ...ids],
    );
  }

  /** Lists events of an account, newest first; one more than the page holds if there are more. */
  async function list(
    { accountId, types, subject }: EventFilter,
    { limit, before }: { readonly limit: number; readonly before: number | undefined },
  ): Promise<StoredEvent[]> {
    const { where, values } = whereAll([
      ['"accountId" =', accountId],
      ['"subject" =', subject],
      ['"id" <', before],
    ]);
    const ofTypes = types ? `AND "type" IN (${placeholders(types.length, values.length + 1)})` : '';
    const rows = await select(
      `SELECT ${Event.columns} FROM "events" ${where} ${ofTypes} ORDER BY "id" DESC LIMIT ${limit + 1}`,
      [...values, ...(types ?? [])],
    );
    return rows.map(Event.decode);
  }

  async function find(accountId: string, eventId: string): Promise<StoredEvent | undefined> {
    const [row] = await select(
      `SELECT ${Event.columns} FROM "events" WHERE "eventId" = $1 AND "accountId" = $2`,
      [eventId, accountId],
    );
    return row && Event.decode(row);
  }

  /** Finds the phone numbers of verifications that still exist. */
  async function findNumbers(
    verificationIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const found = await selectIn(
      `SELECT "verificationId", "phoneNumber" FROM "otp_logs" WHERE "verificationId"`,
      verificationIds,
    );
    return new Map(found.map((row) => [String(row['verificationId']), String(row['phoneNumber'])]));
  }

  /** Deletes up to `batch` events from before `before`, and their pushes; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "events" WHERE "createdAt" < $1 ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    const ids = readIds(old);
    const list = placeholders(ids.length);
    await change(
      `DELETE FROM "webhook_deliveries"
       WHERE "eventId" IN (SELECT "eventId" FROM "events" WHERE "id" IN (${list}))`,
      ids,
    );
    return change(`DELETE FROM "events" WHERE "id" IN (${list})`, ids);
  }

  async function selectIn(sql: string, values: readonly (string | number)[]): Promise<Row[]> {
    return values.length === 0 ? [] : select(`${sql} IN (${placeholders(values.length)})`, values);
  }

  return {
    findChanged,
    findReplacedBy,
    listDeliveries,
    findRecorded,
    record,
    listDue,
    lookAgain,
    list,
    find,
    findNumbers,
    prune,
  };
}

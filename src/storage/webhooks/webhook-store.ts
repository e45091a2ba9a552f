import {
  DISABLE_AFTER_FAILURES,
  DISABLE_AFTER_SECONDS,
  type PushDisabledReason,
  REPORT_AFTER_FAILURES,
  REPORT_AFTER_SECONDS,
  type WebhookDisabledReason,
} from '../../domain/webhooks/webhook.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { Database } from '../database.ts';
import { Webhook } from '../models/webhooks/webhook.ts';
import { cut, insertionBelow, type Step, toDate } from '../statement.ts';
import type { NewRowOf, RowOf } from '../table.ts';
import { type AddressedEvent, toEventSteps } from './event-steps.ts';

export type StoredWebhook = RowOf<typeof Webhook>;
export type NewWebhook = Omit<NewRowOf<typeof Webhook>, 'id'>;

/** What a person may change. Undefined leaves it, NULL empties it. */
export type WebhookChanges = {
  readonly url?: string | undefined;
  readonly description?: string | null | undefined;
  readonly events?: readonly string[] | undefined;
  readonly sessions?: readonly string[] | null | undefined;
  readonly purposes?: readonly string[] | null | undefined;
  readonly seesNumbers?: boolean | undefined;
  readonly isActive?: boolean | undefined;
  readonly disabledReason?: WebhookDisabledReason | null | undefined;
  readonly failures?: number | undefined;
  readonly failingSince?: Date | null | undefined;
  readonly lastError?: string | null | undefined;
  readonly sealedSecret?: string | undefined;
};

type Page = { readonly limit: number; readonly before: number | undefined };

/** Names an endpoint of an account. */
export type WebhookRef = { readonly accountId: string; readonly webhookId: string };

/** A change that is an event. */
type Recorded = { readonly now: Date; readonly event: AddressedEvent };

/** With the endpoint, and the latest time at which it may have begun to fail. */
const IS_UNREPORTED = `"webhookId" = $1 AND "isActive" = TRUE
  AND "failures" >= ${REPORT_AFTER_FAILURES} AND "failingSince" <= $2
  AND ("failingReportedAt" IS NULL OR "failingReportedAt" < "failingSince")`;

export type WebhookStore = ReturnType<typeof createWebhookStore>;

/** Stores the endpoints that events are pushed to. */
export function createWebhookStore({ statements, models, syntax }: Database) {
  const { select, change, transact } = statements;

  /** Creates an endpoint; false if the account has `most` of them, or the session has one. */
  async function create(webhook: NewWebhook, most: number, now: Date): Promise<boolean> {
    await models.Account.ensure(webhook.accountId, now);
    const { sql, values } = insertionBelow(Webhook.insertion(webhook), {
      ...{ table: 'webhooks', column: 'accountId', value: webhook.accountId, most },
    });
    return statements.insert(sql, values);
  }

  /** Reads all endpoints of all accounts. */
  async function listAll(): Promise<StoredWebhook[]> {
    const rows = await select(`SELECT ${Webhook.columns} FROM "webhooks" ORDER BY "id"`, []);
    return rows.map(Webhook.decode);
  }

  /** Returns a text that differs when an endpoint was created, changed or deleted. */
  async function version(): Promise<string> {
    // Of all, not of the last one: the clocks of nodes differ.
    const rows = await select(`SELECT "id", "updatedAt" FROM "webhooks" ORDER BY "id"`, []);
    return rows.map(({ id, updatedAt }) => `${id} ${toDate(updatedAt).getTime()}`).join();
  }

  /** Lists the endpoints of an account, newest first; one more than the page holds if there are more. */
  async function list(accountId: string, { limit, before }: Page): Promise<StoredWebhook[]> {
    const rows = await select(
      `SELECT ${Webhook.columns} FROM "webhooks" WHERE "accountId" = $1 AND "id" < $2
       ORDER BY "id" DESC LIMIT ${limit + 1}`,
      [accountId, before ?? 2 ** 31 - 1],
    );
    return rows.map(Webhook.decode);
  }

  async function find({ accountId, webhookId }: WebhookRef): Promise<StoredWebhook | undefined> {
    const [row] = await select(
      `SELECT ${Webhook.columns} FROM "webhooks" WHERE "webhookId" = $1 AND "accountId" = $2`,
      [webhookId, accountId],
    );
    return row && Webhook.decode(row);
  }

  /** Finds the own endpoint of a session. */
  async function findOfSession(sessionId: string): Promise<StoredWebhook | undefined> {
    const [row] = await select(`SELECT ${Webhook.columns} FROM "webhooks" WHERE "sessionId" = $1`, [
      sessionId,
    ]);
    return row && Webhook.decode(row);
  }

  /** Changes an endpoint; false if it does not exist. */
  async function update(
    { accountId, webhookId }: WebhookRef,
    changes: WebhookChanges,
    now: Date,
  ): Promise<boolean> {
    const { sets, values } = Webhook.assignment({ ...changes, updatedAt: now }, 3);
    const sql = `UPDATE "webhooks" SET ${sets} WHERE "webhookId" = $1 AND "accountId" = $2`;
    return (await change(sql, [webhookId, accountId, ...values])) === 1;
  }

  /** Replaces a secret; the present one stays valid until `previousUntil`. False if another caller was first. */
  async function rotate(
    { accountId, webhookId }: WebhookRef,
    secret: { readonly present: string; readonly next: string; readonly previousUntil: Date },
    now: Date,
  ): Promise<boolean> {
    // MySQL assigns from left to right, so "sealedSecret" comes last.
    const rotated = await change(
      `UPDATE "webhooks" SET "sealedPreviousSecret" = "sealedSecret", "previousUntil" = $4,
         "updatedAt" = $5, "sealedSecret" = $6
       WHERE "webhookId" = $1 AND "accountId" = $2 AND "sealedSecret" = $3`,
      [webhookId, accountId, secret.present, secret.previousUntil, now, secret.next],
    );
    return rotated === 1;
  }

  /** Deletes an endpoint and what was to be pushed to it; false if it does not exist. */
  function remove({ accountId, webhookId }: WebhookRef): Promise<boolean> {
    return transact([
      {
        sql: `DELETE FROM "webhooks" WHERE "webhookId" = $1 AND "accountId" = $2`,
        values: [webhookId, accountId],
        expectedRows: 1,
      },
      { sql: `DELETE FROM "webhook_deliveries" WHERE "webhookId" = $1`, values: [webhookId] },
    ]);
  }

  /** Notes that an attempt succeeded. */
  async function noteSuccess(webhookId: string, now: Date): Promise<void> {
    await change(
      `UPDATE "webhooks" SET "failures" = 0, "failingSince" = NULL, "lastError" = NULL,
         "lastSuccessAt" = $2 WHERE "webhookId" = $1`,
      [webhookId, now],
    );
  }

  /** Notes that an attempt failed. */
  async function noteFailure(webhookId: string, error: string, now: Date): Promise<void> {
    await change(
      `UPDATE "webhooks" SET "failures" = "failures" + 1, "lastError" = $2,
         "failingSince" = COALESCE("failingSince", $3) WHERE "webhookId" = $1`,
      [webhookId, cut(error, 255), now],
    );
  }

  /** Finds an active endpoint that has failed for five minutes and three times in a row, if that is not reported. */
  async function findUnreported(webhookId: string, now: Date): Promise<StoredWebhook | undefined> {
    const [row] = await select(`SELECT ${Webhook.columns} FROM "webhooks" WHERE ${IS_UNREPORTED}`, [
      webhookId,
      addSeconds(now, -REPORT_AFTER_SECONDS),
    ]);
    return row && Webhook.decode(row);
  }

  /** Marks it as reported and records the event of it, both or none. False if `findUnreported` does not find it. */
  function reportFailing(webhookId: string, now: Date, event: AddressedEvent): Promise<boolean> {
    const values = [webhookId, addSeconds(now, -REPORT_AFTER_SECONDS), now];
    const sql = `UPDATE "webhooks" SET "failingReportedAt" = $3 WHERE ${IS_UNREPORTED}`;
    return changeWith({ sql, values }, { now, event });
  }

  /**
   * Disables an endpoint that has answered that it is gone, or that has only failed for days, and records the event of
   * it, both or none. False if it is not so, or the endpoint is disabled already.
   */
  function disable(
    webhookId: string,
    reason: PushDisabledReason,
    { now, event }: Recorded,
  ): Promise<boolean> {
    const isDue = `"failures" >= ${DISABLE_AFTER_FAILURES} AND "failingSince" <= $3`;
    const sql = `UPDATE "webhooks" SET "isActive" = FALSE, "disabledReason" = '${reason}', "updatedAt" = $2
       WHERE "webhookId" = $1 AND "isActive" = TRUE AND ${reason === 'gone' ? 'TRUE' : isDue}`;
    const since = reason === 'gone' ? [] : [addSeconds(now, -DISABLE_AFTER_SECONDS)];
    return changeWith({ sql, values: [webhookId, now, ...since] }, { now, event });
  }

  /** Makes a change of one row, and records its event in the same transaction. */
  function changeWith(step: Step, { now, event }: Recorded): Promise<boolean> {
    return transact([{ ...step, expectedRows: 1 }, ...toEventSteps(syntax, [event], now)]);
  }

  return {
    create,
    listAll,
    version,
    list,
    find,
    findOfSession,
    update,
    rotate,
    remove,
    noteSuccess,
    noteFailure,
    findUnreported,
    reportFailing,
    disable,
  };
}

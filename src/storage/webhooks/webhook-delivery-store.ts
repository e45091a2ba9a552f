import type { WebhookDeliveryStatus } from '../../domain/webhooks/webhook.ts';
import type { Database } from '../database.ts';
import { Event } from '../models/webhooks/event.ts';
import { WebhookDelivery } from '../models/webhooks/webhook-delivery.ts';
import { cut, placeholders, type Row, readIds, whereAll } from '../statement.ts';
import type { RowOf, Selected } from '../table.ts';

const push = WebhookDelivery.pick('webhookId', 'attempts', 'createdAt', 'updatedAt');
const pushed = Event.pick(
  ...(['id', 'eventId', 'accountId', 'type', 'subject', 'data', 'occurredAt'] as const),
);

/** An event that this node pushes to an endpoint. */
export type ClaimedPush = Selected<typeof push> & {
  readonly deliveryId: number;
  readonly event: Selected<typeof pushed>;
  /** Only the holder of the claim may say how it ended. */
  readonly claim: string;
};

/** How an attempt ended. */
export type PushOutcome = {
  readonly status: WebhookDeliveryStatus;
  /** When to try again; undefined if it has ended. */
  readonly nextAttemptAt: Date | undefined;
  readonly responseStatus: number | undefined;
  readonly response: string | undefined;
  readonly error: string | undefined;
  readonly milliseconds: number | undefined;
};

/** A push as people see it. */
export type StoredPush = RowOf<typeof WebhookDelivery> & {
  readonly type: string;
  readonly occurredAt: Date;
};

type Filter = { readonly webhookId: string; readonly status: WebhookDeliveryStatus | undefined };
type Page = { readonly limit: number; readonly before: number | undefined };

export type WebhookDeliveryStore = ReturnType<typeof createWebhookDeliveryStore>;

/** Stores which events are to be pushed to which endpoints, and how that went. */
export function createWebhookDeliveryStore({ statements }: Database) {
  const { select, change } = statements;

  /** Lists the active endpoints to which something is to be pushed now. */
  async function listDueWebhooks(now: Date): Promise<string[]> {
    const due = await select(
      `SELECT "webhookId" FROM "webhooks" WHERE "isActive" = TRUE AND EXISTS (
         SELECT 1 FROM "webhook_deliveries"
         WHERE "webhook_deliveries"."webhookId" = "webhooks"."webhookId" AND "nextAttemptAt" <= $1)`,
      [now],
    );
    return due.map((row) => String(row['webhookId']));
  }

  /**
   * Claims up to `limit` pushes to an endpoint that are due. Until `until`, no other node takes them; then, one does
   * unless this node has said how they ended. `claim` is new for each call.
   */
  async function claim(
    webhookId: string,
    { claim, until }: { readonly claim: string; readonly until: Date },
    now: Date,
    limit: number,
  ): Promise<ClaimedPush[]> {
    const due = await select(
      `SELECT "id" FROM "webhook_deliveries" WHERE "webhookId" = $1 AND "nextAttemptAt" <= $2
       ORDER BY "nextAttemptAt", "id" LIMIT ${limit}`,
      [webhookId, now],
    );
    if (due.length === 0) return [];
    const ids = readIds(due);
    const claimed = await change(
      `UPDATE "webhook_deliveries" SET "claimedBy" = $1, "nextAttemptAt" = $2
       WHERE "nextAttemptAt" <= $3 AND "id" IN (${placeholders(ids.length, 4)})`,
      [claim, until, now, ...ids],
    );
    if (claimed === 0) return [];
    const rows = await select(
      `SELECT "webhook_deliveries"."id" AS "deliveryId", ${push.columns}, ${pushed.columns}
       FROM "webhook_deliveries" JOIN "events" ON "events"."eventId" = "webhook_deliveries"."eventId"
       WHERE "webhook_deliveries"."claimedBy" = $1
         AND "webhook_deliveries"."id" IN (${placeholders(ids.length, 2)})`,
      [claim, ...ids],
    );
    return rows.map((row) => ({
      ...push.decode(row),
      deliveryId: Number(row['deliveryId']),
      event: pushed.decode(row),
      claim,
    }));
  }

  /** Stores how an attempt ended; false if another node has taken the push meanwhile. */
  async function settle(
    { deliveryId, claim }: Pick<ClaimedPush, 'deliveryId' | 'claim'>,
    outcome: PushOutcome,
    now: Date,
  ): Promise<boolean> {
    const { status, nextAttemptAt = null, responseStatus = null, milliseconds = null } = outcome;
    const { response, error } = outcome;
    const settled = await change(
      `UPDATE "webhook_deliveries" SET "status" = $3, "attempts" = "attempts" + 1, "nextAttemptAt" = $4,
         "claimedBy" = NULL, "responseStatus" = $5, "response" = $6, "lastError" = $7,
         "durationMs" = $8, "updatedAt" = $9
       WHERE "id" = $1 AND "claimedBy" = $2`,
      [
        ...([deliveryId, claim, status, nextAttemptAt, responseStatus] as const),
        ...[response === undefined ? null : cut(response, 1024)],
        ...[error === undefined ? null : cut(error, 255)],
        ...([milliseconds, now] as const),
      ],
    );
    return settled === 1;
  }

  /** Ends a claimed push that is not tried, and says why. */
  async function drop(
    { deliveryId, claim }: Pick<ClaimedPush, 'deliveryId' | 'claim'>,
    reason: string,
    now: Date,
  ): Promise<void> {
    await change(
      `UPDATE "webhook_deliveries" SET "status" = 'FAILED', "nextAttemptAt" = NULL,
         "claimedBy" = NULL, "lastError" = $1, "updatedAt" = $2
       WHERE "id" = $3 AND "claimedBy" = $4`,
      [reason, now, deliveryId, claim],
    );
  }

  /** Makes a push that was claimed and not tried due again. */
  async function release(
    { deliveryId, claim }: Pick<ClaimedPush, 'deliveryId' | 'claim'>,
    now: Date,
  ): Promise<void> {
    await change(
      `UPDATE "webhook_deliveries" SET "claimedBy" = NULL, "nextAttemptAt" = $1
       WHERE "id" = $2 AND "claimedBy" = $3`,
      [now, deliveryId, claim],
    );
  }

  /** Makes all pushes of claims that were not tried due again. */
  async function putBack(claims: readonly string[], now: Date): Promise<void> {
    if (claims.length === 0) return;
    await change(
      `UPDATE "webhook_deliveries" SET "claimedBy" = NULL, "nextAttemptAt" = $1
       WHERE "claimedBy" IN (${placeholders(claims.length, 2)})`,
      [now, ...claims],
    );
  }

  /** Lists pushes to an endpoint, newest first; one more than the page holds if there are more. */
  async function list(
    { webhookId, status }: Filter,
    { limit, before }: Page,
  ): Promise<StoredPush[]> {
    const { where, values } = whereAll([
      ['"webhook_deliveries"."webhookId" =', webhookId],
      ['"webhook_deliveries"."status" =', status],
      ['"webhook_deliveries"."id" <', before],
    ]);
    const rows = await select(
      `SELECT ${WebhookDelivery.columns}, "events"."type", "events"."occurredAt"
       FROM "webhook_deliveries" JOIN "events" ON "events"."eventId" = "webhook_deliveries"."eventId"
       ${where} ORDER BY "webhook_deliveries"."id" DESC LIMIT ${limit + 1}`,
      values,
    );
    return rows.map(toStoredPush);
  }

  /** Finds a push of an account. */
  async function find(accountId: string, id: number): Promise<StoredPush | undefined> {
    const [row] = await select(
      `SELECT ${WebhookDelivery.columns}, "events"."type", "events"."occurredAt"
       FROM "webhook_deliveries" JOIN "events" ON "events"."eventId" = "webhook_deliveries"."eventId"
       WHERE "webhook_deliveries"."id" = $1 AND "events"."accountId" = $2`,
      [id, accountId],
    );
    return row && toStoredPush(row);
  }

  /** Pushes an event again, as if it had not been tried; false while a node is trying it. */
  async function replay(id: number, now: Date): Promise<boolean> {
    const replayed = await change(
      `UPDATE "webhook_deliveries" SET "status" = 'PENDING', "attempts" = 0, "nextAttemptAt" = $2,
         "updatedAt" = $2 WHERE "id" = $1 AND "claimedBy" IS NULL`,
      [id, now],
    );
    return replayed === 1;
  }

  /** Pushes again what has ended since a time: all, or only what failed. Returns how many. */
  function replaySince(
    webhookId: string,
    { since, status }: { readonly since: Date; readonly status: 'FAILED' | undefined },
    now: Date,
  ): Promise<number> {
    const tried =
      status === undefined ? `"status" <> 'PENDING'` : `"status" IN ('RETRYING', 'FAILED')`;
    return change(
      `UPDATE "webhook_deliveries" SET "status" = 'PENDING', "attempts" = 0, "nextAttemptAt" = $3,
         "updatedAt" = $3
       WHERE "webhookId" = $1 AND "createdAt" >= $2 AND "claimedBy" IS NULL AND ${tried}`,
      [webhookId, since, now],
    );
  }

  return {
    listDueWebhooks,
    claim,
    settle,
    drop,
    release,
    putBack,
    list,
    find,
    replay,
    replaySince,
  };
}

function toStoredPush(row: Row): StoredPush {
  const { type, occurredAt } = Event.pick('type', 'occurredAt').decode(row);
  return { ...WebhookDelivery.decode(row), type, occurredAt };
}

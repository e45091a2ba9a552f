import type { DeliveryFailureReason, DeliveryStatus } from '../domain/delivery.ts';
import type { Database } from './database.ts';
import { placeholders, type Row, toDate, type Value } from './statement.ts';

export type Delivery = {
  readonly channel: string;
  readonly status: DeliveryStatus;
  readonly reason: DeliveryFailureReason | undefined;
  readonly updatedAt: Date;
};

export type NewDelivery = {
  readonly accountId: string;
  readonly verificationId: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly messageId: string;
};

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** Keeps deliveries: one row for each attempt to reach a recipient on one channel. */
export function createDeliveryStore({ statements }: Database) {
  const { select, change } = statements;

  /** Records an attempt before it is made, so that a crash leaves it `pending`, not unknown. */
  async function begin(delivery: NewDelivery, now: Date): Promise<void> {
    const columns: [string, Value][] = [
      ...Object.entries(delivery),
      ['status', 'pending'],
      ['createdAt', now],
      ['updatedAt', now],
    ];
    await change(
      `INSERT INTO "deliveries" (${columns.map(([name]) => `"${name}"`).join(', ')})
       VALUES (${placeholders(columns.length)})`,
      columns.map(([, value]) => value),
    );
  }

  /** Records that the channel took the message. */
  async function markAccepted(messageId: string, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "status" = 'accepted', "updatedAt" = $2
       WHERE "messageId" = $1 AND "status" = 'pending'`,
      [messageId, now],
    );
  }

  async function markFailed(
    messageId: string,
    failure: { readonly reason: DeliveryFailureReason; readonly details: string },
    now: Date,
  ): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "status" = 'failed', "reason" = $2, "details" = $3, "updatedAt" = $4
       WHERE "messageId" = $1 AND "status" = 'pending'`,
      [messageId, failure.reason, failure.details.slice(0, 500), now],
    );
  }

  /** The newest attempt of a verification. */
  async function findLatest(verificationId: string): Promise<Delivery | undefined> {
    const [row] = await select(
      `SELECT "channel", "status", "reason", "updatedAt" FROM "deliveries"
       WHERE "verificationId" = $1 ORDER BY "id" DESC LIMIT 1`,
      [verificationId],
    );
    return row && toDelivery(row);
  }

  /** Deletes up to `batch` attempts that were made before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "deliveries" WHERE "createdAt" < $1 ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(`DELETE FROM "deliveries" WHERE "id" IN (${placeholders(old.length)})`, [
      ...old.map((row) => Number(row['id'])),
    ]);
  }

  return { begin, markAccepted, markFailed, findLatest, prune };
}

function toDelivery(row: Row): Delivery {
  return {
    channel: String(row['channel']),
    status: row['status'] as DeliveryStatus,
    reason: (row['reason'] ?? undefined) as DeliveryFailureReason | undefined,
    updatedAt: toDate(row['updatedAt']),
  };
}

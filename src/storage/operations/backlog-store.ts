import type { SessionState } from '../../domain/whatsapp/session.ts';
import type { Database } from '../database.ts';
import { optional, type Row, toDate } from '../statement.ts';

/** What waits in a queue now. */
export type Backlog = { readonly waiting: number; readonly oldestAt: Date | undefined };

export type BacklogStore = ReturnType<typeof createBacklogStore>;

/** Reads, for metrics, what waits in the queues of all nodes, and what has failed. Each read uses an index. */
export function createBacklogStore({ statements: { select } }: Pick<Database, 'statements'>) {
  /** Deliveries whose next step is due and that no node works on. */
  async function readDeliveries(now: Date): Promise<Backlog> {
    const [row] = await select(
      `SELECT COUNT(*) AS "waiting", MIN("dueAt") AS "oldestAt" FROM "deliveries"
       WHERE "dueAt" <= $1 AND ("claimedUntil" IS NULL OR "claimedUntil" <= $1)`,
      [now],
    );
    return toBacklog(row);
  }

  /** Events that are due to be pushed to an active webhook and that no node pushes. */
  async function readPushes(now: Date): Promise<Backlog> {
    const [row] = await select(
      `SELECT COUNT(*) AS "waiting", MIN("nextAttemptAt") AS "oldestAt" FROM "webhook_deliveries"
       WHERE "nextAttemptAt" <= $1
         AND "webhookId" IN (SELECT "webhookId" FROM "webhooks" WHERE "isActive" = TRUE)`,
      [now],
    );
    return toBacklog(row);
  }

  /** Active webhooks whose latest attempt failed. */
  async function countFailingWebhooks(): Promise<number> {
    const [row] = await select(
      `SELECT COUNT(*) AS "failing" FROM "webhooks"
       WHERE "isActive" = TRUE AND "failingSince" IS NOT NULL`,
      [],
    );
    return Number(row?.['failing']);
  }

  /** Channels and regions of accounts of which fewer codes are verified than usual. */
  async function countConversionDrops(): Promise<number> {
    const [row] = await select(
      `SELECT COUNT(*) AS "drops" FROM "conversion_drops" WHERE "endedAt" IS NULL`,
      [],
    );
    return Number(row?.['drops']);
  }

  /** WhatsApp sessions of all accounts. States without a session are left out. */
  async function countSessions(): Promise<ReadonlyMap<SessionState, number>> {
    const rows = await select(
      `SELECT "state", COUNT(*) AS "sessions" FROM "sessions" GROUP BY "state"`,
      [],
    );
    return new Map(
      rows.map((row) => [String(row['state']) as SessionState, Number(row['sessions'])]),
    );
  }

  return { readDeliveries, readPushes, countFailingWebhooks, countConversionDrops, countSessions };
}

function toBacklog(row: Row | undefined): Backlog {
  return { waiting: Number(row?.['waiting']), oldestAt: optional(row?.['oldestAt'], toDate) };
}

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../../src/lib/logger.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createKnownEndpoints } from '../../../src/services/webhooks/known-endpoints.ts';
import { noteHealth } from '../../../src/services/webhooks/pushing/endpoint-health.ts';
import { createEventStore } from '../../../src/storage/webhooks/event-store.ts';
import type { PushOutcome } from '../../../src/storage/webhooks/webhook-delivery-store.ts';
import {
  createWebhookStore,
  type WebhookStore,
} from '../../../src/storage/webhooks/webhook-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const START = new Date('2026-11-30T12:00:00.000Z');
const SEVEN_MINUTES = 420;

const FAILED: PushOutcome = {
  ...{ status: 'RETRYING', responseStatus: 500, response: '', error: 'HTTP 500' },
  ...{ nextAttemptAt: START, milliseconds: 5 },
};
const GONE: PushOutcome = { ...FAILED, status: 'FAILED', responseStatus: 410 };

onEveryDatabase('what is known of an endpoint on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let webhooks: WebhookStore;
  let now = START;
  let recorded = 0;
  let created = 0;
  let webhookId: string;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    webhooks = createWebhookStore(migrated.database);
  });
  afterAll(() => migrated.close());

  async function create(name: string): Promise<void> {
    const row = {
      ...{ webhookId: name, accountId: 'shop', url: 'https://shop.example/hook', events: ['*'] },
      ...{ sealedSecret: 'sealed', createdAt: START, updatedAt: START },
    };
    expect(await webhooks.create(row, 50, START)).toBe(true);
  }

  beforeEach(async () => {
    created += 1;
    webhookId = `wh_${created}`;
    [now, recorded] = [START, 0];
    await create(webhookId);
    await create(`${webhookId}_observer`);
  });

  async function note(outcome: PushOutcome, database = migrated.database): Promise<void> {
    const store = createWebhookStore(database);
    const endpoints = createKnownEndpoints(store);
    await endpoints.refresh();
    const [endpoint] = (await store.listAll()).filter((one) => one.webhookId === webhookId);
    if (!endpoint) throw new Error('the endpoint does not exist');
    await noteHealth(
      {
        ...{ webhooks: store, endpoints, logger: createLogger('silent'), now: () => now },
        onDisabled: () => {},
        onRecorded: () => {
          recorded += 1;
        },
      },
      endpoint,
      outcome,
    );
  }

  async function listTypes(): Promise<string[]> {
    const filter = { accountId: 'shop', types: undefined, subject: webhookId };
    const page = { limit: 50, before: undefined };
    return (await createEventStore(migrated.database).list(filter, page)).map(({ type }) => type);
  }

  /** Who the events about the endpoint are pushed to. */
  async function listReceivers(): Promise<string[]> {
    const rows = await migrated.database.statements.select(
      `SELECT "webhookId" FROM "webhook_deliveries" WHERE "eventId" IN (
         SELECT "eventId" FROM "events" WHERE "subject" = $1)`,
      [webhookId],
    );
    return rows.map((row) => String(row['webhookId']));
  }

  async function failForMinutes(): Promise<void> {
    for (let failures = 0; failures < 3; failures += 1) await note(FAILED);
    now = addSeconds(START, SEVEN_MINUTES);
  }

  it('that it fails is stored together with the event, once', async () => {
    await failForMinutes();
    expect(await listTypes()).toEqual([]);
    await Promise.all(Array.from({ length: 4 }, () => note(FAILED)));
    // Without waiting: a node that dies now has lost nothing.
    expect([await listTypes(), recorded]).toEqual([['webhook.failing'], 1]);
    expect(await listReceivers()).toContain(`${webhookId}_observer`);
    expect(await listReceivers()).not.toContain(webhookId);
  });

  it('that it is gone is stored together with the event, once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => note(GONE)));
    expect([await listTypes(), recorded]).toEqual([['webhook.disabled'], 1]);
    expect(await webhooks.find({ accountId: 'shop', webhookId })).toMatchObject({
      ...{ isActive: false, disabledReason: 'gone' },
    });
  });

  it('is not marked as reported or disabled while the event cannot be stored', async () => {
    const { statements } = migrated.database;
    const broken = {
      ...migrated.database,
      statements: {
        ...statements,
        transact: (steps: Parameters<typeof statements.transact>[0]) =>
          statements.transact([...steps, { sql: 'DELETE FROM "no_such_table"', values: [] }]),
      },
    };
    await expect(note(GONE, broken)).rejects.toThrow();
    await failForMinutes();
    await expect(note(FAILED, broken)).rejects.toThrow();
    expect(await listTypes()).toEqual([]);
    expect(await webhooks.find({ accountId: 'shop', webhookId })).toMatchObject({
      ...{ isActive: true, failingReportedAt: undefined },
    });
    await note(FAILED);
    expect(await listTypes()).toEqual(['webhook.failing']);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBacklogStore } from '../../../src/storage/operations/backlog-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import { createMigratedDatabase } from '../../support/database/migrated-database.ts';

const NOW = new Date('2026-12-01T12:00:00.000Z');
const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
const after = (seconds: number) => before(-seconds);
const TIMES = { createdAt: before(3600), updatedAt: before(3600) };

onEveryDatabase('the backlog on %s', (dialect) => {
  let migrated: Awaited<ReturnType<typeof createMigratedDatabase>>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    await migrated.database.models.Account.ensure('default', NOW);
  });
  afterAll(() => migrated.close());

  const open = () => createBacklogStore(migrated.database);

  it('is empty at first', async () => {
    const store = open();
    expect(await store.readDeliveries(NOW)).toEqual({ waiting: 0, oldestAt: undefined });
    expect(await store.readPushes(NOW)).toEqual({ waiting: 0, oldestAt: undefined });
    expect(await store.countFailingWebhooks()).toBe(0);
    expect(await store.countSessions()).toEqual(new Map());
  });

  it('has the steps that are due and that no node works on, with the oldest', async () => {
    const { Delivery } = migrated.database.models;
    const delivery = { accountId: 'default', verificationId: 'v', channel: 'http', ...TIMES };
    const steps = [
      { dueAt: before(30) },
      { dueAt: before(90), claimedBy: 'dead', claimedUntil: before(10) },
      { dueAt: before(600), claimedBy: 'busy', claimedUntil: after(10) },
      { dueAt: after(5) },
      {},
    ];
    for (const step of steps) await Delivery.insertRow({ ...delivery, ...step });
    expect(await open().readDeliveries(NOW)).toEqual({ waiting: 2, oldestAt: before(90) });
  });

  it('has the events that are due for active webhooks, and the webhooks that fail', async () => {
    const { Webhook, WebhookDelivery } = migrated.database.models;
    const webhook = { accountId: 'default', url: 'https://a.example', events: ['*'], ...TIMES };
    const hooks = [
      { webhookId: 'well' },
      { webhookId: 'failing', failures: 2, failingSince: before(60) },
      { webhookId: 'paused', isActive: false, failingSince: before(60) },
    ];
    for (const hook of hooks) {
      await Webhook.insertRow({ ...webhook, sealedSecret: 'sealed', ...hook });
    }
    const pushes = [
      { webhookId: 'well', nextAttemptAt: before(5) },
      { webhookId: 'failing', nextAttemptAt: before(45) },
      { webhookId: 'failing', nextAttemptAt: after(45) },
      { webhookId: 'paused', nextAttemptAt: before(900) },
      { webhookId: 'well' },
    ];
    for (const [index, push] of pushes.entries()) {
      await WebhookDelivery.insertRow({ eventId: `e-${index}`, ...push, ...TIMES });
    }
    expect(await open().readPushes(NOW)).toEqual({ waiting: 2, oldestAt: before(45) });
    expect(await open().countFailingWebhooks()).toBe(1);
  });

  it('has the sessions by state', async () => {
    const { Session } = migrated.database.models;
    for (const [index, state] of (['open', 'open', 'backoff'] as const).entries()) {
      await Session.insertRow({
        ...{ accountId: 'default', sessionId: `s-${index}`, state, ...TIMES },
      });
    }
    const expected = new Map([
      ['open', 2],
      ['backoff', 1],
    ]);
    expect(await open().countSessions()).toEqual(expected);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createWebhookStore,
  type WebhookStore,
} from '../../../src/storage/webhooks/webhook-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOW = new Date('2026-11-30T12:00:00.000Z');
const EARLIER = new Date(NOW.getTime() - 200);

onEveryDatabase('the stored webhooks on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let webhooks: WebhookStore;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    webhooks = createWebhookStore(migrated.database);
  });
  afterAll(() => migrated.close());

  const ref = (webhookId: string) => ({ accountId: 'shop', webhookId });

  async function create(webhookId: string): Promise<void> {
    const row = {
      ...{ ...ref(webhookId), url: 'https://shop.example/hook', events: ['*'] },
      ...{ sealedSecret: 'sealed', createdAt: NOW, updatedAt: NOW },
    };
    expect(await webhooks.create(row, 50, NOW)).toBe(true);
  }

  it('have another version after each change, also by a node whose clock is behind', async () => {
    const versions = [await webhooks.version()];
    const note = async () => versions.push(await webhooks.version());
    await create('wh_one');
    await note();
    await create('wh_other');
    await note();
    await webhooks.update(ref('wh_other'), { isActive: false }, EARLIER);
    await note();
    await webhooks.remove(ref('wh_one'));
    await note();
    expect(new Set(versions).size).toBe(versions.length);
    expect(await webhooks.version()).toBe(versions.at(-1));
  });
});

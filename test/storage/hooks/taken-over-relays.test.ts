import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRelayStore } from '../../../src/storage/hooks/relay-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOW = new Date('2026-12-01T10:00:00Z');
const EARLIER = new Date(NOW.getTime() - 60_000);

onEveryDatabase('an event whose call hangs before its message is in the queue (%s)', (dialect) => {
  let migrated: MigratedDatabase;
  let store: ReturnType<typeof createRelayStore>;
  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    await migrated.database.models.Account.ensure('default', EARLIER);
    store = createRelayStore(migrated.database);
  });
  afterAll(() => migrated.close());

  const sealed = { message: 'sealed', eraseAt: new Date(NOW.getTime() + 60_000) };

  async function receive(relayId: string, eventKey: string): Promise<void> {
    const isNew = await store.receive({
      ...{
        relayId,
        accountId: 'default',
        hookId: undefined,
        eventKey,
        phoneNumber: '+6281234567890',
      },
      ...{ region: 'ID', purpose: 'login', codeLength: 6, sentBy: 'hook:hk_1', ipAddress: '::1' },
      ...{ createdAt: EARLIER, expiresAt: sealed.eraseAt },
    });
    expect(isNew).toBe(true);
  }

  it('is not sent by that call any more after another one has taken it over', async () => {
    await receive('hangs', 'event-1');
    expect(await store.releaseEvent('event-1', new Date(0), NOW)).toBe(true);
    expect(await store.startSending('hangs', sealed, NOW)).toBe(false);
  });

  it('is not put into the queue either if it hangs one step later', async () => {
    await receive('hangs-later', 'event-2');
    expect(await store.startSending('hangs-later', sealed, NOW)).toBe(true);
    expect(await store.findSendable('hangs-later', NOW)).toBeDefined();
    const released = Array.from({ length: 5 }, () =>
      store.releaseEvent('event-2', new Date(0), NOW),
    );
    expect((await Promise.all(released)).filter(Boolean)).toHaveLength(1);
    expect(await store.findSendable('hangs-later', NOW)).toBeUndefined();
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeliveryStore } from '../../../src/storage/delivery/delivery-store.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import { onEveryServer } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { newVerification } from '../../support/database/new-verification.ts';

type Store = ReturnType<typeof createDeliveryStore>;

const now = new Date('2026-03-01T12:00:00.000Z');

/** What becomes of a message, and of its verification with it. */
const changes: Readonly<Record<string, (store: Store, messageId: string) => Promise<unknown>>> = {
  'an acceptance': (store, messageId) =>
    store.markAccepted({ verificationId: messageId, channel: 'http', messageId }, {}, now),
  'a receipt of its delivery': (store, messageId) => store.markDelivered(messageId, 'default', now),
  'a receipt of its reading': (store, messageId) => store.markRead(messageId, 'default', now),
};

/** Two statements that lock the same rows in different orders wait for each other, until the server ends one of them. */
onEveryServer('a change of a delivery on %s', (dialect) => {
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
  });
  afterAll(() => migrated.close());

  /** A verification and its delivery, both under the same ID. */
  async function begin(id: string): Promise<void> {
    const row = newVerification(now, { verificationId: id });
    const { accountId, sessionId } = row;
    const delivery = { channel: 'http', messageId: id, until: 'delivered' } as const;
    const first = { ...{ accountId, sessionId, verificationId: id }, ...delivery };
    await createVerificationStore(migrated.database).open(row, now, { delivery: first });
  }

  it.each(Object.entries(changes))('by %s locks the delivery first', async (name, change) => {
    const { database } = migrated;
    const { sequelize } = database;
    const id = name.slice(0, 20);
    await begin(id);
    const q = dialect === 'postgres' ? '"' : '`';
    const lock = (table: string, where: string, transaction: object) =>
      sequelize.query(
        `SELECT 1 FROM ${q}${table}${q} WHERE ${q}${where}${q} = '${id}' FOR UPDATE NOWAIT`,
        { transaction: transaction as never },
      );
    const transaction = await sequelize.transaction();
    await lock('deliveries', 'messageId', transaction);
    const changing = change(createDeliveryStore(database), id);
    await pause(300); // By now, it waits for the delivery.
    await lock('otp_logs', 'verificationId', transaction);
    await transaction.rollback();
    await changing;
    const { status } = (await createDeliveryStore(database).findLatest(id)) ?? {};
    expect(status).not.toBe('sending');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSeconds } from '../../src/lib/clock.ts';
import { createDeliveryStore, type DeliveryStore } from '../../src/storage/delivery-store.ts';
import { dialects } from '../support/databases.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts';

const FAILURE = { reason: 'unavailable', details: 'the gateway answered 503' } as const;

describe.each(dialects)('the delivery store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: DeliveryStore;
  let count = 0;
  const now = new Date('2026-03-01T23:59:59.999Z');
  const later = addSeconds(now, 1);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createDeliveryStore(migrated.database);
  });
  afterAll(() => migrated.close());

  async function begin(verificationId: string, at = now) {
    count += 1;
    const messageId = `message-${count}`;
    await store.begin(
      { accountId: 'default', verificationId, channel: 'http', sessionId: 'default', messageId },
      at,
    );
    return messageId;
  }

  it('has an attempt on record before it is made', async () => {
    await begin('begun');
    expect(await store.findLatest('begun')).toEqual({
      channel: 'http',
      status: 'pending',
      reason: undefined,
      updatedAt: now,
    });
  });

  it('ends an attempt once, as accepted or as failed', async () => {
    const accepted = await begin('accepted');
    await store.markAccepted(accepted, later);
    await store.markFailed(accepted, FAILURE, addSeconds(later, 1));
    expect(await store.findLatest('accepted')).toMatchObject({
      status: 'accepted',
      reason: undefined,
      updatedAt: later,
    });
    const failed = await begin('failed');
    await store.markFailed(failed, FAILURE, later);
    await store.markAccepted(failed, addSeconds(later, 1));
    expect(await store.findLatest('failed')).toMatchObject({
      status: 'failed',
      reason: 'unavailable',
      updatedAt: later,
    });
  });

  it('finds the newest attempt of a verification, and none of another', async () => {
    await store.markFailed(await begin('twice'), FAILURE, now);
    await begin('twice');
    expect((await store.findLatest('twice'))?.status).toBe('pending');
    expect(await store.findLatest('nobody')).toBeUndefined();
  });

  it('cuts long details, so that a failure can always be recorded', async () => {
    const messageId = await begin('long');
    await store.markFailed(messageId, { ...FAILURE, details: 'x'.repeat(70_000) }, later);
    const row = await migrated.database.models.Delivery.findOne({ where: { messageId } });
    expect(row?.details).toHaveLength(500);
  });

  it('prunes attempts that were made before a moment, no more than a batch at once', async () => {
    await migrated.database.models.Delivery.destroy({ where: {} });
    const before = new Date('2026-02-01T00:00:00.000Z');
    for (let day = 1; day <= 3; day += 1) await begin('old', addSeconds(before, -day));
    await begin('kept', before);
    expect(await store.prune(before, 2)).toBe(2);
    expect(await store.prune(before, 2)).toBe(1);
    expect(await store.prune(before, 2)).toBe(0);
    expect(await store.findLatest('kept')).toBeDefined();
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  type Acceptance,
  createDeliveryStore,
  type DeliveryStore,
} from '../../../src/storage/delivery/delivery-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const FAILURE = { reason: 'unavailable', details: 'the gateway returned 503' } as const;

onEveryDatabase('the delivery store on %s', (dialect) => {
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
    await migrated.database.models.Delivery.insertRow({
      ...{ accountId: 'default', verificationId, channel: 'http', sessionId: 'default', messageId },
      ...{ createdAt: at, updatedAt: at },
    });
    return messageId;
  }

  /** Without its verification, which these tests do not need. */
  const markAccepted = (messageId: string, by: Acceptance, at: Date) =>
    store.markAccepted({ verificationId: 'none', channel: 'http', messageId }, by, at);

  it('has an attempt on record before it is made', async () => {
    await begin('begun');
    expect(await store.findLatest('begun')).toEqual({
      channel: 'http',
      status: 'sending',
      reason: undefined,
      updatedAt: now,
    });
  });

  it('ends an attempt once, as accepted or as failed', async () => {
    const accepted = await begin('accepted');
    await markAccepted(accepted, {}, later);
    await store.markFailed(accepted, FAILURE, addSeconds(later, 1));
    expect(await store.findLatest('accepted')).toMatchObject({
      status: 'accepted',
      reason: undefined,
      updatedAt: later,
    });
    const failed = await begin('failed');
    await store.markFailed(failed, FAILURE, later);
    await markAccepted(failed, {}, addSeconds(later, 1));
    expect(await store.findLatest('failed')).toMatchObject({
      status: 'failed',
      reason: 'unavailable',
      updatedAt: later,
    });
  });

  const rowOf = async (messageId: string) =>
    (await migrated.database.models.Delivery.findOne({ where: { messageId } }))?.get();

  it('notes which session took the message when it was another, and what is to be told of it', async () => {
    const [same, other] = [await begin('same'), await begin('other')];
    await markAccepted(same, { sessionId: undefined }, later);
    await markAccepted(other, { sessionId: 'second', details: 'the first is full' }, later);
    expect(await rowOf(same)).toMatchObject({ sessionId: 'default', details: null });
    expect(await rowOf(other)).toMatchObject({
      sessionId: 'second',
      details: 'the first is full',
      status: 'accepted',
    });
  });

  it('claims no delivery whose next step begins between the read and the claim', async () => {
    const verificationId = 'overtaken';
    const overtaken = await begin(verificationId);
    await markAccepted(overtaken, {}, now);
    const { database } = migrated;
    let beginNext: (() => Promise<unknown>) | undefined = () => begin(verificationId);
    const change: typeof database.statements.change = async (sql, values) => {
      const begins = beginNext;
      beginNext = undefined;
      await begins?.();
      return database.statements.change(sql, values);
    };
    const statements = { ...database.statements, change };
    const slow = createDeliveryStore({ ...database, statements });
    const claim = { nodeId: 'node', until: addSeconds(later, 30) };
    const times = { now: later, staleBefore: now };
    expect(await slow.claimLatest(verificationId, claim, times)).toBeUndefined();
    expect(await rowOf(overtaken)).toMatchObject({ claimedBy: null, dueAt: null });
  });

  const accept = (messageId: string) => markAccepted(messageId, {}, later);
  const fail = (messageId: string) => store.markFailed(messageId, FAILURE, later);
  const deliver = (messageId: string) => store.markDelivered(messageId, 'default', later);
  const read = (messageId: string) => store.markRead(messageId, 'default', later);

  it.each([
    ['accepted', [accept]],
    ['delivered', [deliver]],
    ['delivered', [accept, deliver]],
    ['delivered', [deliver, accept]],
    ['delivered', [fail, deliver]],
    ['delivered', [deliver, fail]],
    ['read', [read]],
    ['read', [accept, deliver, read]],
    ['read', [accept, read, deliver]],
    ['read', [read, deliver, accept]],
    ['read', [deliver, read, accept]],
    ['read', [deliver, accept, read]],
    ['read', [fail, read, deliver]],
    ['failed', [fail]],
    ['failed', [fail, accept]],
  ] as const)('ends as %s, whatever order the news came in (case %#)', async (status, news) => {
    const messageId = await begin(`order-${count}`);
    for (const tell of news) await tell(messageId);
    const row = await rowOf(messageId);
    expect(row?.status).toBe(status);
    expect(row?.reason === null).toBe(news[0] !== fail);
  });

  it('keeps the reason of the first failure', async () => {
    const messageId = await begin('first reason');
    await fail(messageId);
    await store.markFailed(messageId, { reason: 'refused', details: '463' }, later);
    expect(await rowOf(messageId)).toMatchObject({ reason: 'unavailable' });
  });

  it('tells whether a receipt was news, and keeps the time of what was', async () => {
    const messageId = await begin('news');
    const at = (seconds: number) => addSeconds(now, seconds);
    expect(await store.markDelivered(messageId, 'default', at(2))).toBe(true);
    expect(await store.markDelivered(messageId, 'default', at(3))).toBe(false);
    await markAccepted(messageId, { details: 'late' }, at(4));
    expect(await rowOf(messageId)).toMatchObject({ updatedAt: at(2), details: 'late' });
    expect(await store.markRead(messageId, 'default', at(5))).toBe(true);
    expect(await store.markRead(messageId, 'default', at(6))).toBe(false);
    expect(await store.markDelivered(messageId, 'default', at(7))).toBe(false);
    expect(await rowOf(messageId)).toMatchObject({ status: 'read', updatedAt: at(5) });
    expect(await store.markRead('nobody', 'default', at(5))).toBe(false);
  });

  it('believes news from the session that sent the message, and before that is known from any', async () => {
    const messageId = await begin('stranger');
    await markAccepted(messageId, { sessionId: 'second' }, later);
    expect(await store.markDelivered(messageId, 'default', later)).toBe(false);
    expect(await store.markRead(messageId, 'default', later)).toBe(false);
    expect((await rowOf(messageId))?.status).toBe('accepted');
    expect(await store.markDelivered(messageId, 'second', later)).toBe(true);

    const early = await begin('early');
    expect(await store.markDelivered(early, 'second', later)).toBe(true);
    expect(await rowOf(early)).toMatchObject({ sessionId: 'second', status: 'delivered' });
    expect(await store.markRead(early, 'default', later)).toBe(false);
  });

  it('takes each receipt as news once, of 60 pieces of news at the same moment', async () => {
    const messageId = await begin('concurrent');
    const news = await inParallel(60, async (i) => {
      if (i % 4 === 0) return { delivered: await deliver(messageId) };
      if (i % 4 === 1) return { read: await read(messageId) };
      await (i % 4 === 2 ? accept(messageId) : fail(messageId));
      return {};
    });
    expect(news.filter((one) => 'read' in one && one.read)).toHaveLength(1);
    expect(news.filter((one) => 'delivered' in one && one.delivered).length).toBeLessThan(2);
    expect((await rowOf(messageId))?.status).toBe('read');
  });

  it('finds the newest attempt of a verification, and none of another', async () => {
    await store.markFailed(await begin('twice'), FAILURE, now);
    await begin('twice');
    expect((await store.findLatest('twice'))?.status).toBe('sending');
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

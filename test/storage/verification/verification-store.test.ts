import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  createVerificationStore,
  type VerificationStore,
} from '../../../src/storage/verification/verification-store.ts';
import { countEverything } from '../../support/count-everything.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { createVerification, newVerification } from '../../support/database/new-verification.ts';

/** Calls at the same time, and tells how many were told yes. */
async function countYes(callers: number, call: (index: number) => Promise<boolean | number>) {
  const answers = await Promise.all(Array.from({ length: callers }, (_, index) => call(index)));
  return answers.filter((answer) => answer === true || answer === 1).length;
}

onEveryDatabase('the verification store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: VerificationStore;
  const now = new Date('2026-03-01T12:00:00.123Z');
  const find = async (verificationId: string) =>
    store.find({ accountId: 'default', verificationId });

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createVerificationStore(migrated.database);
  });
  afterAll(() => migrated.close());

  it('gives 200 concurrent attempts no more attempts than there are', async () => {
    const { id, verificationId } = await createVerification(store, now);
    expect(await countYes(200, () => store.spendAttempt(id, 100, now))).toBe(3);
    expect((await find(verificationId))?.attempts).toBe(3);
  });

  it('lets one of 100 concurrent callers use a verification up, and empties its digest', async () => {
    const { id, verificationId } = await createVerification(store, now);
    expect(await countYes(100, () => store.markVerified(id, now))).toBe(1);
    expect(await find(verificationId)).toMatchObject({
      status: 'verified',
      verifiedAt: now,
      codeDigest: '',
    });
    expect(await store.spendAttempt(id, 100, now)).toBe(false);
    expect(await store.expire(id, now)).toBe(0);
  });

  it('lets one of 100 concurrent callers expire a verification', async () => {
    const { id } = await createVerification(store, now);
    expect(await countYes(100, () => store.expire(id, now))).toBe(1);
    expect(await store.markVerified(id, now)).toBe(false);
  });

  it('A39: ends in one state when expiring, tidying and verifying race', async () => {
    const at = new Date('2026-03-01T12:05:00.000Z');
    for (let round = 0; round < 20; round += 1) {
      const { id, verificationId } = await createVerification(store, now, { expiresAt: at });
      const justBefore = new Date(at.getTime() - 1);
      const [verified, expired, due] = await Promise.all([
        store.markVerified(id, justBefore),
        store.expire(id, justBefore),
        store.expireDue(at, 200),
      ]);
      expect(Number(verified) + expired + due.count).toBe(1);
      expect((await find(verificationId))?.status).toBe(verified ? 'verified' : 'expired');
    }
  });

  it('keeps one live verification a number when 100 callers open one at once', async () => {
    const wanted = newVerification(now);
    const opened = await countYes(100, (index) =>
      store.open({ ...wanted, verificationId: `race-${index}` }, now),
    );
    expect(opened).toBeGreaterThan(0);
    const rows = await migrated.database.models.OTPLog.findAll({
      where: { phoneNumber: wanted.phoneNumber },
    });
    expect(rows).toHaveLength(opened);
    expect(rows.filter(({ activeKey }) => activeKey !== null)).toHaveLength(1);
    expect(rows.filter(({ status }) => status === 'sent')).toHaveLength(1);
  });

  it('notes which channel took the message, and which session when it was another', async () => {
    const { id, verificationId } = await createVerification(store, now);
    await store.markSent(verificationId, { channel: 'http', messageId: 'one' }, now);
    expect(await find(verificationId)).toMatchObject({ channel: 'http', sessionId: 'default' });
    const sent = { channel: 'whatsapp', messageId: 'two', sessionId: 'second' };
    await store.markSent(verificationId, sent, addSeconds(now, 1));
    const row = await migrated.database.models.OTPLog.findByPk(id);
    expect(row?.get()).toMatchObject({ ...sent, updatedAt: addSeconds(now, 1) });
  });

  it('closes exactly at its time', async () => {
    const expiresAt = addSeconds(now, 300);
    const justBefore = new Date(expiresAt.getTime() - 1);
    const { id } = await createVerification(store, now, { expiresAt });
    expect(await store.spendAttempt(id, 100, justBefore)).toBe(true);
    expect(await store.markVerified(id, expiresAt)).toBe(false);
    expect(await store.markVerified(id, justBefore)).toBe(true);
    const { id: late } = await createVerification(store, now, { expiresAt });
    expect(await store.spendAttempt(late, 100, expiresAt)).toBe(false);
    // Seen to be over, it stays so when the clock is set back.
    expect(await store.spendAttempt(late, 100, justBefore)).toBe(false);
    expect(await store.markVerified(late, justBefore)).toBe(false);
  });

  it.each([
    ['over midnight', '2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z'],
    ['within one day', '2026-02-28T10:00:00.000Z', '2026-02-28T10:00:00.001Z'],
    ['within one second', '2026-12-31T23:59:59.099Z', '2026-12-31T23:59:59.100Z'],
    ['over the end of a year', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
  ])('reads the same instants as the models and compares them right %s', async (_, from, to) => {
    const [earlier, later] = [new Date(from), new Date(to)];
    const { id } = await createVerification(store, earlier, { expiresAt: later });
    const row = await migrated.database.models.OTPLog.findByPk(id);
    expect(row?.createdAt.toISOString()).toBe(from);
    expect(row?.expiresAt.toISOString()).toBe(to);
    expect(await store.markVerified(id, later)).toBe(false);
    expect(await store.spendAttempt(id, 100, earlier)).toBe(true);
    // The other way round: the model writes, the statements compare.
    await row?.update({ expiresAt: earlier });
    expect(await store.markVerified(id, earlier)).toBe(false);
    await row?.update({ expiresAt: later });
    expect(await store.spendAttempt(id, 100, earlier)).toBe(true);
    const { id: over } = await createVerification(store, earlier, { expiresAt: later });
    expect(await store.spendAttempt(over, 100, later)).toBe(false);
    expect(await store.markVerified(id, earlier)).toBe(true);
    await row?.reload();
    expect(row?.verifiedAt?.toISOString()).toBe(from);
    expect(row?.updatedAt.toISOString()).toBe(from);
  });

  it('A44: prunes nothing that lives, however old it is', async () => {
    const longAgo = new Date('2020-01-01T00:00:00.000Z');
    const live = await createVerification(store, longAgo, { expiresAt: addSeconds(now, 300) });
    const ended = await createVerification(store, longAgo);
    await store.expire(ended.id, longAgo);
    expect(await store.prune(new Date('2020-02-01T00:00:00.000Z'), 200)).toBe(0); // Not counted yet.
    await countEverything(migrated.database);
    expect(await store.prune(new Date('2020-02-01T00:00:00.000Z'), 200)).toBe(1);
    expect(await find(ended.verificationId)).toBeUndefined();
    expect((await find(live.verificationId))?.status).toBe('sent');
    expect(await store.markVerified(live.id, now)).toBe(true);
  });

  it('tidies and prunes no more than a batch at once, oldest first', async () => {
    const start = new Date('2019-01-01T00:00:00.000Z');
    const made = [0, 1, 2, 3, 4].map((day) => addSeconds(start, day * 86_400));
    const opened = await Promise.all(made.map((at) => createVerification(store, at)));
    const until = addSeconds(start, 10 * 86_400);
    const statuses = async () =>
      Promise.all(opened.map(async ({ verificationId }) => (await find(verificationId))?.status));
    expect((await store.expireDue(until, 2)).count).toBe(2);
    expect(await statuses()).toEqual(['expired', 'expired', 'sent', 'sent', 'sent']);
    expect((await store.expireDue(until, 2)).count).toBe(2);
    expect((await store.expireDue(until, 2)).count).toBe(1);
    expect((await store.expireDue(until, 2)).count).toBe(0);
    await countEverything(migrated.database);
    expect(await store.prune(until, 3)).toBe(3);
    const kept = await statuses();
    expect(kept).toEqual([undefined, undefined, undefined, 'expired', 'expired']);
    expect(await store.prune(until, 3)).toBe(2);
  });
});

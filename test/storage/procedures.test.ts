import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../src/lib/time/clock.ts';
import { createCounterStore } from '../../src/storage/limits/counter-store.ts';
import {
  createVerificationStore,
  type VerificationStore,
} from '../../src/storage/verification/verification-store.ts';
import { onEveryDatabase } from '../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../support/database/migrated-database.ts';
import { newVerification } from '../support/database/new-verification.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');

/** Texts that could end a statement, a string, a JSON text or a batch, if they were not only values. */
const HOSTILE = [
  `'); DROP TABLE "otp_logs"; --`,
  `"}], ["verify", {"id": 1`,
  String.raw`\u0027\"\\`,
  `$1 ?1 :now NEW.arguments /* */`,
  'a\nb\tc\r\u2028\u2029',
  '\u{1f600}\ud800 \u202e',
  `${'x'.repeat(200)}'`,
];

/** Half of a surrogate pair cannot be UTF-8. */
const stored = (text: string) => Buffer.from(text).toString();

onEveryDatabase('the procedures on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: VerificationStore;
  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createVerificationStore(migrated.database);
  });
  afterAll(() => migrated.close());

  const readRow = async (verificationId: string) =>
    (await migrated.database.models.OTPLog.findRows({ where: { verificationId } }))[0];

  it('let one call fail alone, among 50 that share its commit', async () => {
    const calls = Array.from({ length: 50 }, () => newVerification(NOW, {}));
    const poisoned = { ...calls[25], accountId: null } as unknown as (typeof calls)[number];
    calls[25] = poisoned;
    const results = await Promise.allSettled(calls.map((call) => store.open(call, NOW)));
    const failed = results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(failed).toEqual([25]);
    const rows = await Promise.all(calls.map(({ verificationId }) => readRow(verificationId)));
    expect(rows.map((row) => row !== undefined)).toEqual(calls.map((call) => call !== poisoned));
  });

  it('count what shares the commit of a call that fails once, not twice', async () => {
    const counters = createCounterStore(migrated.database);
    const hit = { key: 'beside', burst: 100, intervalMs: 60_000 };
    const poisoned = { ...newVerification(NOW, {}), accountId: null as unknown as string };
    const calls = await Promise.allSettled([
      ...Array.from({ length: 20 }, () => counters.consumeAll({ hits: [hit] }, NOW)),
      store.open(poisoned, NOW),
    ]);
    expect(calls.at(-1)?.status).toBe('rejected');
    const [counter] = await counters.find(['beside']);
    expect(counter?.resetsAt).toBe(NOW.getTime() + 20 * 60_000);
  });

  // Elsewhere, each call has a connection of its own.
  it.runIf(dialect === 'sqlite')(
    'run in the order of the calls, each on what the ones before have done',
    async () => {
      const created = newVerification(NOW, {});
      await store.open(created, NOW);
      const { id } = (await readRow(created.verificationId)) ?? { id: 0 };
      const [first, second, third] = await Promise.all([
        store.markVerified(id, NOW),
        store.markVerified(id, NOW),
        store.open({ ...created, verificationId: 'after' }, NOW),
      ]);
      expect([first, second, third]).toEqual([true, false, true]);
      expect((await readRow(created.verificationId))?.status).toBe('verified');
    },
  );

  it.each(HOSTILE)('store %j as it is', async (text) => {
    const created = { ...newVerification(NOW, {}), companyName: text, userAgent: text };
    const first = { channel: 'http', messageId: text.slice(0, 40), until: 'accepted' } as const;
    expect(await store.open(created, NOW, { delivery: first })).toBe(true);
    const row = await readRow(created.verificationId);
    expect([row?.companyName, row?.userAgent]).toEqual([stored(text), stored(text)]);
    const [delivery] = await migrated.database.models.Delivery.findRows({
      where: { verificationId: created.verificationId },
    });
    expect(delivery?.messageId).toBe(stored(text.slice(0, 40)));
  });

  it('count on keys with any text', async () => {
    const counters = createCounterStore(migrated.database);
    const hits = HOSTILE.map((key) => ({
      key: stored(key).slice(0, 100),
      burst: 2,
      intervalMs: 60_000,
    }));
    const granted = await Promise.all(
      [1, 2, 3].map(async () => (await counters.consumeAll({ hits }, NOW)).counters.length),
    );
    expect(granted.sort()).toEqual([0, hits.length, hits.length]);
    await counters.refund(hits, NOW);
    expect((await counters.consumeAll({ hits }, addSeconds(NOW, 1))).counters).toHaveLength(
      hits.length,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { createCounterStore } from '../../../../src/storage/limits/counter-store.ts';
import { createVerificationStore } from '../../../../src/storage/verification/verification-store.ts';
import { createTestDatabase, serverDialects } from '../../../support/database/databases.ts';
import { migrateAndOpen } from '../../../support/database/migrated-database.ts';
import { newVerification } from '../../../support/database/new-verification.ts';
import { waitFor } from '../../../support/wait-for.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');

/** After five runs, PostgreSQL may keep a plan for good. */
const RUNS = 12;
const ROWS = 20_000;

describe.skipIf(!serverDialects.includes('postgres'))('the plans of the procedures', () => {
  it('use indexes, also if they were made while the tables were empty', async () => {
    const { database, close } = await migrateAndOpen(await createTestDatabase('postgres'));
    const { select, change } = database.statements;
    const counters = createCounterStore(database);
    const verifications = createVerificationStore(database);

    async function sendAndCheck(name: string) {
      const hits = [1, 2, 3].map((i) => ({ key: `${i}|${name}`, burst: 5, intervalMs: 60_000 }));
      const watched = [{ key: `watched|${name}`, burst: 5, intervalMs: 60_000 }];
      const created = newVerification(NOW);
      const delivery = { channel: 'http', messageId: name, until: 'delivered' } as const;
      await counters.consumeAll({ hits, watched }, NOW);
      await verifications.open(created, NOW, { delivery });
      const { id } = (await verifications.find({ scope: created })) ?? { id: 0 };
      const spending = { id, maxAttempts: 3 };
      await database.procedures.acceptDelivery({
        ...{ ...delivery, verificationId: created.verificationId, now: NOW },
        ...{ sessionId: undefined, details: undefined },
        ...{ providerMessageId: undefined, dueAt: NOW },
      });
      expect((await counters.consumeAll({ hits, watched, spending }, NOW)).isSpent).toBe(true);
      const settlement = { cleared: [`1|${name}`], refunded: hits.slice(1) };
      expect(await verifications.markVerified(id, NOW, settlement)).toBe(true);
      await database.procedures.refundEvents(hits.slice(1), NOW);
    }

    const countScans = async (column: 'seq_scan' | 'idx_scan') => {
      const [row] = await select(
        `SELECT SUM(${column}) AS scans FROM pg_stat_user_tables
         WHERE relname IN ('rate_limits', 'otp_logs', 'deliveries')`,
        [],
      );
      return Number(row?.['scans']);
    };

    for (let run = 0; run < RUNS; run += 1) await sendAndCheck(`empty ${run}`);
    await change(
      `INSERT INTO "rate_limits" SELECT 'row ' || i, i FROM generate_series(1, ${ROWS}) AS i`,
      [],
    );
    // The server publishes these numbers when a connection is idle.
    await waitFor(
      async () => (await countScans('idx_scan')) > 3 * RUNS || undefined,
      'statistics',
      20_000,
    );
    const [scans, uses] = [await countScans('seq_scan'), await countScans('idx_scan')];
    for (let run = 0; run < RUNS; run += 1) await sendAndCheck(`full ${run}`);
    await waitFor(
      async () => (await countScans('idx_scan')) >= uses + 3 * RUNS || undefined,
      'statistics',
      20_000,
    );
    expect(await countScans('seq_scan')).toBe(scans);
    await close();
  });
});

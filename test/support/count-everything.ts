import { countDueEvents } from '../../src/services/analytics/count-events.ts';
import { createRollupSourceStore } from '../../src/storage/analytics/rollup-source-store.ts';
import { createRollupStore } from '../../src/storage/analytics/rollup-store.ts';
import { createSummingStore } from '../../src/storage/analytics/summing-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { createLeaseStore } from '../../src/storage/limits/lease-store.ts';
import { createSessionStore } from '../../src/storage/whatsapp/session-store.ts';

const BATCH = 200;

/** Counts all that is due until the end of time, as the job does. */
export async function countEverything(database: Database): Promise<void> {
  const ctx = {
    rollupSources: createRollupSourceStore(database),
    summing: createSummingStore(database),
    rollups: createRollupStore(database),
    sessions: createSessionStore(database),
    leases: createLeaseStore(database),
    messageChannel: 'whatsapp',
    now: () => new Date('2999-01-01T00:00:00.000Z'),
  };
  while ((await countDueEvents(ctx, BATCH)) > 0);
}

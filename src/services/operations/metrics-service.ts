import { collectDefaultMetrics, Registry } from 'prom-client';
import type { SessionReport } from '../../channels/session-contract.ts';
import type { BoundedQueue } from '../../lib/concurrency/bounded-queue.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { BacklogStore } from '../../storage/operations/backlog-store.ts';
import { watchBacklog } from './metrics/backlog.ts';
import { createCounters, showChannels, showLimits } from './metrics/counters.ts';
import { showBuild, watchBus, watchHashing, watchSessions } from './metrics/gauges.ts';
import { createHistograms } from './metrics/histograms.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** The metrics at `/metrics`, for Prometheus. No label contains a phone number, an address or a code. */
export function createMetrics({ hashing }: { readonly hashing: BoundedQueue }) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'waverify_' });
  showBuild(registers);
  watchHashing(registers, hashing);
  const counters = createCounters(registers);
  return {
    registry,
    /** Adds the WhatsApp sessions of this node. `readReports` is called for each scrape. */
    watchSessions: (readReports: () => readonly SessionReport[]) =>
      watchSessions(registers, readReports),
    /** Adds whether wake-ups of other nodes arrive. `isConnected` is called for each scrape. */
    watchBus: (isConnected: () => boolean) => watchBus(registers, isConnected),
    /** Adds the queues in the database, and what has failed. They are read for each scrape. */
    watchBacklog: (parts: { readonly backlog: BacklogStore; readonly now: Clock }) =>
      watchBacklog(registers, parts),
    /** Adds the enabled channels. */
    showChannels: (channels: readonly string[]) => showChannels(counters, channels),
    /** Adds the limits, by their names. */
    showLimits: (limits: readonly string[]) => showLimits(counters, limits),
    ...counters,
    ...createHistograms(registers),
  };
}

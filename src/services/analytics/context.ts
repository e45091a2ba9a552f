import type { Clock } from '../../lib/time/clock.ts';
import type { RollupSourceStore } from '../../storage/analytics/rollup-source-store.ts';
import type { RollupStore } from '../../storage/analytics/rollup-store.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';
import type { PumpingGuard } from '../limits/pumping-guard-service.ts';

/** What counting and reading statistics needs. Built once, by the composition root. */
export type AnalyticsContext = {
  readonly rollups: RollupStore;
  readonly rollupSources: RollupSourceStore;
  readonly sessions: SessionStore;
  readonly leases: LeaseStore;
  /** Watches the share of sends that are verified. */
  readonly pumping?: Pick<PumpingGuard, 'toSteps' | 'judge'>;
  /** The channel with sessions, through which plain messages go. */
  readonly messageChannel: string;
  readonly now: Clock;
};

/** The lease for counting: one process counts at a time. */
export const COUNTING_LEASE = 'count-events';

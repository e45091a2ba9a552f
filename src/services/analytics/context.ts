import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { ConversionDropStore } from '../../storage/analytics/conversion-drop-store.ts';
import type { RollupSourceStore } from '../../storage/analytics/rollup-source-store.ts';
import type { RollupStore } from '../../storage/analytics/rollup-store.ts';
import type { SummingStore } from '../../storage/analytics/summing-store.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';
import type { PumpingGuard } from '../limits/pumping-guard-service.ts';
import type { ChangeFeed } from '../webhooks/context.ts';

/** What counting and reading statistics needs. Built once, by the composition root. */
export type AnalyticsContext = {
  readonly rollups: RollupStore;
  readonly rollupSources: RollupSourceStore;
  readonly summing: SummingStore;
  readonly sessions: SessionStore;
  readonly leases: LeaseStore;
  /** Watches the share of sends that are verified. */
  readonly pumping?: Pick<PumpingGuard, 'toSteps' | 'judge'>;
  /** The channel with sessions, through which plain messages go. */
  readonly messageChannel: string;
  readonly now: Clock;
};

/** What watching the conversion needs. Built once, by the composition root. */
export type ConversionWatchContext = {
  readonly drops: ConversionDropStore;
  readonly changes: Pick<ChangeFeed, 'noteOccurrence'>;
  readonly logger: Logger;
  readonly now: Clock;
};

/** The lease for counting: one process counts at a time. */
export const COUNTING_LEASE = 'count-events';

/** The lease for summing up days. */
export const SUMMING_LEASE = 'sum-up-days';

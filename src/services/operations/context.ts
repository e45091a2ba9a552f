import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { LoginNetworkStore } from '../../storage/access/login-network-store.ts';
import type { TokenStore } from '../../storage/access/token-store.ts';
import type { ActivityStore } from '../../storage/activity/activity-store.ts';
import type { ConversionDropStore } from '../../storage/analytics/conversion-drop-store.ts';
import type { UsageStore } from '../../storage/analytics/usage-store.ts';
import type { EraseStore } from '../../storage/conversations/erase-store.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { RelayStore } from '../../storage/hooks/relay-store.ts';
import type { CounterStore } from '../../storage/limits/counter-store.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { IdempotencyStore } from '../../storage/operations/idempotency-store.ts';
import type { PageStore } from '../../storage/pages/page-store.ts';
import type { ConversionStore } from '../../storage/verification/conversion-store.ts';
import type { InboundStore } from '../../storage/verification/inbound-store.ts';
import type { PlaceStore } from '../../storage/verification/place-store.ts';
import type { ProofStore } from '../../storage/verification/proof-store.ts';
import type { VerificationStore } from '../../storage/verification/verification-store.ts';
import type { EventStore } from '../../storage/webhooks/event-store.ts';
import type { ContactStore } from '../../storage/whatsapp/contact-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { AnalyticsContext, ConversionWatchContext } from '../analytics/context.ts';

/**
 * What background cleanup needs. Built once, by the composition root. No rule depends on cleanup: every
 * query checks times itself.
 */
export type MaintenanceContext = {
  readonly activities: ActivityStore;
  readonly activity: Pick<ActivityService, 'audit'>;
  readonly analytics: AnalyticsContext;
  readonly conversionWatch: ConversionWatchContext;
  readonly verifications: VerificationStore;
  readonly contacts: ContactStore;
  readonly conversions: ConversionStore;
  readonly counters: CounterStore;
  readonly drops: Pick<ConversionDropStore, 'prune'>;
  readonly deliveries: DeliveryStore;
  readonly erase: EraseStore;
  readonly events: EventStore;
  readonly inbound: Pick<InboundStore, 'prune'>;
  readonly keys: IdempotencyStore;
  readonly leases: LeaseStore;
  readonly sessions: SessionStore;
  /** Owns the leases of the jobs of this process. */
  readonly owner: string;
  /** Aborted when the process stops: a job then ends after its step, and the next run goes on. */
  readonly ending: AbortController;
  readonly loginNetworks: LoginNetworkStore;
  readonly pages: Pick<PageStore, 'prune'>;
  readonly places: Pick<PlaceStore, 'prune'>;
  readonly relays: Pick<RelayStore, 'prune'>;
  readonly proofs: Pick<ProofStore, 'prune'>;
  readonly tokens: TokenStore;
  readonly usages: UsageStore;
  readonly retention: {
    readonly activityDays: number;
    readonly otpDays: number;
    readonly eventDays: number;
    readonly messageDays: number;
    /** The zone of the daily job, and of the days by which old counts are stored. */
    readonly timeZone: string;
  };
  readonly logger: Logger;
  readonly now: Clock;
};

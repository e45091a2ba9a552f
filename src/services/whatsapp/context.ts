import type { SessionHost } from '../../channels/session-contract.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { LimiterService } from '../limits/limiter-service.ts';
import type { Limits } from '../limits/limits.ts';

/** What the session service is made of. */
export type Dependencies = {
  readonly sessions: SessionStore;
  readonly leases: LeaseStore;
  readonly keeper: SessionHost;
  readonly activity: ActivityService;
  readonly limiter: LimiterService;
  readonly limits: Limits;
  /** How many sessions an account may have; 0: as many as it likes. */
  readonly mostSessions: number;
  /** How long WhatsApp may take to accept a message. */
  readonly timeoutSeconds: number;
  readonly now: Clock;
  readonly logger: Logger;
};

import type { SessionHost } from '../../channels/session-contract.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { LimiterService } from '../limits/limiter-service.ts';
import type { Limits } from '../limits/limits.ts';
import type { SessionRemovals } from './session-removals.ts';

/** What the linked numbers of an installation need. It is built once, by the composition root. */
export type SessionContext = {
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
  /** Who in this process waits to hear that a session was deleted. */
  readonly removals: SessionRemovals;
};

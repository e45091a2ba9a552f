import type { SessionHost } from '../../channels/session-contract.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { EraseStore } from '../../storage/conversations/erase-store.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { LimiterService } from '../limits/limiter-service.ts';
import type { Limits } from '../limits/limits.ts';
import type { SessionRemovals } from './session-removals.ts';

/** What managing WhatsApp sessions needs. Built once, by the composition root. */
export type SessionContext = {
  readonly sessions: SessionStore;
  readonly leases: LeaseStore;
  readonly erase: EraseStore;
  readonly keeper: SessionHost;
  readonly activity: ActivityService;
  readonly limiter: LimiterService;
  readonly limits: Limits;
  /** How many sessions an account may have; 0 means no limit. */
  readonly mostSessions: number;
  /** How long WhatsApp may take to accept a message. */
  readonly timeoutSeconds: number;
  readonly now: Clock;
  readonly logger: Logger;
  /** The listeners in this process for deleted sessions. */
  readonly removals: SessionRemovals;
};

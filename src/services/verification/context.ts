import type { Config } from '../../../config/config.ts';
import type { RandomInteger } from '../../domain/verification/code.ts';
import type { BackgroundTasks } from '../../lib/concurrency/background-tasks.ts';
import type { BoundedQueue } from '../../lib/concurrency/bounded-queue.ts';
import type { InFlight } from '../../lib/concurrency/in-flight.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { UnsentStore } from '../../storage/verification/unsent-store.ts';
import type { VerificationStore } from '../../storage/verification/verification-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { DeliveryContext } from '../delivery/context.ts';
import type { LimiterService } from '../limits/limiter-service.ts';
import type { Limits } from '../limits/limits.ts';
import type { PumpingGuard } from '../limits/pumping-guard-service.ts';
import type { Metrics } from '../operations/metrics-service.ts';
import type { ChangeFeed } from '../webhooks/context.ts';
import type { RecentlyVerified } from './attempts/recently-verified.ts';
import type { CodeHasher } from './code-hasher.ts';
import type { SharedFailures } from './limits/shared-failures.ts';
import type { Suspects } from './limits/suspects.ts';
import type { TestNumberContext } from './test-numbers.ts';

/** The rules for codes: those of the configuration, or of a verify service. */
export type CodePolicy = Config['otp'] & {
  /** Whether a send does not replace a live code that it does not send again: it is refused. */
  readonly keepsLiveCode?: boolean;
};

/** What sending and checking codes needs. Built once, by the composition root. */
export type VerificationContext = {
  /** Its `markVerified` also records used codes outside the database: services/operations/node-service.ts. */
  readonly verifications: VerificationStore;
  readonly deliveries: DeliveryStore;
  readonly unsent: UnsentStore;
  /** This node, which opens verifications and sends their messages. */
  readonly nodeId: string;
  /** Whether no other node can have considered this one dead. */
  readonly isSurelyAlive: () => boolean;
  readonly delivery: DeliveryContext;
  /** Seals codes that must survive the request, until the verification ends. */
  readonly sealer: Sealer;
  readonly limiter: LimiterService;
  readonly limits: Limits;
  readonly pumping: Pick<PumpingGuard, 'isHeld'>;
  readonly activity: ActivityService;
  /** Tells the recorder of events what this node has changed. */
  readonly changes: Pick<ChangeFeed, 'note'>;
  readonly testNumbers: TestNumberContext;
  readonly hasher: CodeHasher;
  readonly hashing: BoundedQueue;
  readonly policy: CodePolicy;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: Clock;
  readonly draw: RandomInteger;
  readonly drawVerificationId: () => string;
  /** From here: the state of recent attempts in this process. */
  readonly suspects: Suspects;
  readonly sharedFailures: SharedFailures;
  readonly inFlight: InFlight;
  /** The sends for which no caller waits. */
  readonly sendsInBackground: BackgroundTasks;
  readonly recentlyVerified: RecentlyVerified;
};

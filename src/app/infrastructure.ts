import type { Config } from '../../config/config.ts';
import type { Bus } from '../bus/contract.ts';
import { createBus } from '../bus/create-bus.ts';
import { createInProcessBus } from '../bus/in-process.ts';
import type { Timing } from '../channels/whatsapp/protocol/timing.ts';
import type { RandomInteger } from '../domain/verification/code.ts';
import { createBoundedQueue } from '../lib/concurrency/bounded-queue.ts';
import type { Argon2Engine } from '../lib/crypto/argon2-engine.ts';
import { createSecretKey, drawHexName } from '../lib/crypto/secrets.ts';
import type { Logger } from '../lib/logger.ts';
import { createOwnerId } from '../lib/process-identity.ts';
import type { Clock } from '../lib/time/clock.ts';
import {
  type ActivityService,
  createActivityService,
} from '../services/activity/activity-service.ts';
import { createMessageFeed } from '../services/conversations/message-feed.ts';
import { createLimiterService } from '../services/limits/limiter-service.ts';
import { createLimits, type Limits } from '../services/limits/limits.ts';
import { createMetrics } from '../services/operations/metrics-service.ts';
import { createChangeFeed } from '../services/webhooks/change-feed.ts';
import type { Database } from '../storage/database.ts';
import { createBacklogStore } from '../storage/operations/backlog-store.ts';
import { openStores } from './open-stores.ts';
import { type OptionalTracer, traceLimiter } from './tracing.ts';

export type Secrets = {
  readonly secretKey: string;
  readonly previousSecretKey: string | undefined;
  readonly apiKey: string;
};

/** What the process gets from outside. Tests pass their own. */
export type Platform = {
  readonly logger: Logger;
  readonly now: Clock;
  readonly draw: RandomInteger;
  /** Shows the operator one line that must not be logged. */
  readonly print: (line: string) => void;
  /** Overrides the WhatsApp timeouts, for tests. */
  readonly whatsappTiming?: Partial<Timing>;
  /** PEM certificates to trust instead of the public ones when files are fetched from WhatsApp, for tests. */
  readonly mediaCertificate?: string;
  /** Overrides how long a receiver of webhooks may take, for tests. */
  readonly webhookTimeoutMs?: number;
  /**
   * `node` (the default) serves requests; an SQLite file admits one only. `guest` is a script that may
   * run beside nodes. `alone` is a script that runs only while no node does.
   */
  readonly role?: 'node' | 'guest' | 'alone';
};

type Parts = {
  readonly database: Database;
  readonly engine: Argon2Engine;
  readonly secrets: Secrets;
  readonly platform: Platform;
  readonly tracer: OptionalTracer;
};

export type Infrastructure = ReturnType<typeof createInfrastructure>;

/** First estimate of the time of a hash, per KiB and pass. Measured times replace it soon. */
const HASH_MS_PER_KIB = 0.0006;

/** Logins are anonymous, so passwords have a queue of their own and take at most one core. */
const PASSWORD_HASHING = { concurrency: 1, queueLimit: 8 };

const NODE_ID_BYTES = 6;

/** What all services share: the stores, the secret keys, the hash queues, limits, metrics, activity. */
export function createInfrastructure(
  config: Config,
  { database, engine, secrets, platform, tracer }: Parts,
) {
  const { logger, now } = platform;
  const { concurrency, maxWaitSeconds, memoryKib, timeCost } = config.hashing;
  const hashing = createBoundedQueue({
    ...{ concurrency, maxWaitMs: maxWaitSeconds * 1000 },
    taskMs: memoryKib * timeCost * HASH_MS_PER_KIB,
  });
  const passwordHashing = createBoundedQueue(PASSWORD_HASHING);
  const metrics = createMetrics({ hashing });
  const bus = openBus(config, platform);
  metrics.watchBus(bus.isConnected);
  database.observeCalls(metrics.observeDatabase);
  metrics.watchBacklog({ backlog: createBacklogStore(database), now });
  const changes = createChangeFeed();
  const stores = openStores(database, changes);
  const activity = createActivityService({ activities: stores.activities, logger, now });
  const limits = createLimits(config);
  metrics.showLimits(Object.values(limits).map(({ name }) => name));
  const { previousSecretKey: previous } = secrets;
  return {
    ...{
      config,
      platform,
      engine,
      hashing,
      passwordHashing,
      metrics,
      stores,
      activity,
      bus,
      tracer,
    },
    /** Tells the recorder of events what this node has changed. */
    changes,
    /** Passes what the sessions of this node receive to the services that read it. */
    messages: createMessageFeed({
      onFault: (err) =>
        logger.error({ err }, 'could not process a message that a session received'),
    }),
    secretKeys: {
      current: createSecretKey(secrets.secretKey),
      previous: previous === undefined ? undefined : createSecretKey(previous),
    },
    bootstrapKey: secrets.apiKey,
    nodeId: drawHexName(NODE_ID_BYTES),
    /** Owns the leases of sessions. Other processes can tell by it that this one is dead. */
    processName: createOwnerId(),
    limits,
    limiter: traceLimiter(
      tracer,
      createLimiterService({
        ...{ accounts: stores.accounts, counters: stores.counters, metrics, now },
        onRefusal: noteRefusals(limits, activity.noteLimitHit),
      }),
    ),
  };
}

/** A script wakes no node: nodes also read the database from time to time. */
function openBus({ database, redisUrl }: Config, { logger, role = 'node' }: Platform): Bus {
  if (role === 'node') return createBus({ database, redisUrl, logger });
  return createInProcessBus({ isOnlyNode: role === 'alone', logger });
}

/** Notes refusals in an account's activity log without revealing what other accounts do. */
function noteRefusals(limits: Limits, note: ActivityService['noteLimitHit']): typeof note {
  return (origin, refusal) => {
    // The account has used its own share of sends to the number; the shared budget decides.
    if (refusal.limit === limits.ownSendsPerPhoneDay) return;
    const isSharedBudget = refusal.limit === limits.sendsPerPhoneDayAllAccounts;
    note(origin, isSharedBudget ? { ...refusal, limit: limits.sendsPerPhoneDay } : refusal);
  };
}

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
import { type ChangeFeed, createChangeFeed } from '../services/webhooks/change-feed.ts';
import { watchActivities } from '../services/webhooks/recording/watch-activities.ts';
import {
  watchDeliveries,
  watchSessions,
  watchVerifications,
} from '../services/webhooks/recording/watch-stores.ts';
import { createAccountStore } from '../storage/access/account-store.ts';
import { createKeyStore } from '../storage/access/api-key-store.ts';
import { createLoginNetworkStore } from '../storage/access/login-network-store.ts';
import { createTokenStore } from '../storage/access/token-store.ts';
import { createUserStore } from '../storage/access/user-store.ts';
import { createActivityStore } from '../storage/activity/activity-store.ts';
import { createLogStore } from '../storage/activity/log-store.ts';
import { createTimelineStore } from '../storage/activity/timeline-store.ts';
import { createConversionDropStore } from '../storage/analytics/conversion-drop-store.ts';
import { createRollupSourceStore } from '../storage/analytics/rollup-source-store.ts';
import { createRollupStore } from '../storage/analytics/rollup-store.ts';
import { createSummingStore } from '../storage/analytics/summing-store.ts';
import { createUsageStore } from '../storage/analytics/usage-store.ts';
import { createAttemptStore } from '../storage/compat/attempt-store.ts';
import { createRateLimitStore } from '../storage/compat/rate-limit-store.ts';
import { createSafeNumberStore } from '../storage/compat/safe-number-store.ts';
import { createServiceStore } from '../storage/compat/service-store.ts';
import { createGroupStore } from '../storage/conversations/account/group-store.ts';
import { createNameStore } from '../storage/conversations/account/name-store.ts';
import { createPersonStore } from '../storage/conversations/account/person-store.ts';
import { createChangeStore } from '../storage/conversations/change-store.ts';
import { createChatStore } from '../storage/conversations/chat-store.ts';
import { createEraseStore } from '../storage/conversations/erase-store.ts';
import { createIngestStore } from '../storage/conversations/ingest-store.ts';
import { createLidStore } from '../storage/conversations/lid-store.ts';
import { createMediaStore } from '../storage/conversations/media-store.ts';
import { createMessageStore } from '../storage/conversations/message-store.ts';
import { createReceiptStore } from '../storage/conversations/receipt-store.ts';
import { createStatusPostStore } from '../storage/conversations/status-post-store.ts';
import { createUploadStore } from '../storage/conversations/upload-store.ts';
import type { Database } from '../storage/database.ts';
import { createDeliveryStore } from '../storage/delivery/delivery-store.ts';
import { createTemplateStore } from '../storage/delivery/template-store.ts';
import { createHookStore } from '../storage/hooks/hook-store.ts';
import { createRelayStore } from '../storage/hooks/relay-store.ts';
import { createCounterStore } from '../storage/limits/counter-store.ts';
import { createLeaseStore } from '../storage/limits/lease-store.ts';
import { createBacklogStore } from '../storage/operations/backlog-store.ts';
import { createEpochStore } from '../storage/operations/epoch-store.ts';
import { createIdempotencyStore } from '../storage/operations/idempotency-store.ts';
import { createNodeStore } from '../storage/operations/node-store.ts';
import { createSealedSecretStore } from '../storage/operations/sealed-secret-store.ts';
import { createPageStore } from '../storage/pages/page-store.ts';
import { createRecipientStore } from '../storage/privacy/recipient-store.ts';
import { createConversionStore } from '../storage/verification/conversion-store.ts';
import { createInboundStore } from '../storage/verification/inbound-store.ts';
import { createPlaceStore } from '../storage/verification/place-store.ts';
import { createProofStore } from '../storage/verification/proof-store.ts';
import { createTestNumberStore } from '../storage/verification/test-number-store.ts';
import { createUnsentStore } from '../storage/verification/unsent-store.ts';
import { createVerificationStore } from '../storage/verification/verification-store.ts';
import { createEventStore } from '../storage/webhooks/event-store.ts';
import { createWebhookDeliveryStore } from '../storage/webhooks/webhook-delivery-store.ts';
import { createWebhookStore } from '../storage/webhooks/webhook-store.ts';
import { createContactStore } from '../storage/whatsapp/contact-store.ts';
import { createCredentialStore } from '../storage/whatsapp/credential-store.ts';
import { createSessionCommandStore } from '../storage/whatsapp/session-command-store.ts';
import { createSessionStore } from '../storage/whatsapp/session-store.ts';
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

function openStores(database: Database, changes: ChangeFeed) {
  return {
    accounts: createAccountStore(database),
    activities: watchActivities(createActivityStore(database), changes),
    apiKeys: createKeyStore(database),
    attempts: createAttemptStore(database),
    verifications: watchVerifications(createVerificationStore(database), changes),
    chats: createChatStore(database),
    contacts: createContactStore(database),
    conversions: createConversionStore(database),
    drops: createConversionDropStore(database),
    relays: createRelayStore(database),
    rollupSources: createRollupSourceStore(database),
    summing: createSummingStore(database),
    counters: createCounterStore(database),
    credentials: createCredentialStore(database),
    deliveries: watchDeliveries(createDeliveryStore(database), changes),
    events: createEventStore(database),
    epochs: createEpochStore(database),
    erase: createEraseStore(database),
    groups: createGroupStore(database),
    hooks: createHookStore(database),
    ingest: createIngestStore(database),
    inbound: createInboundStore(database),
    keys: createIdempotencyStore(database),
    leases: createLeaseStore(database),
    lids: createLidStore(database),
    media: createMediaStore(database),
    loginNetworks: createLoginNetworkStore(database),
    logs: createLogStore(database),
    messageChanges: createChangeStore(database),
    messages: createMessageStore(database),
    names: createNameStore(database),
    nodes: createNodeStore(database),
    pages: createPageStore(database),
    people: createPersonStore(database),
    receipts: createReceiptStore(database),
    places: createPlaceStore(database),
    proofs: createProofStore(database),
    rateLimits: createRateLimitStore(database),
    recipients: createRecipientStore(database),
    sealedSecrets: createSealedSecretStore(database),
    rollups: createRollupStore(database),
    safeNumbers: createSafeNumberStore(database),
    services: createServiceStore(database),
    sessionCommands: createSessionCommandStore(database),
    sessions: watchSessions(createSessionStore(database), changes),
    statusPosts: createStatusPostStore(database),
    templates: createTemplateStore(database),
    testNumbers: createTestNumberStore(database),
    timelines: createTimelineStore(database),
    tokens: createTokenStore(database),
    unsent: createUnsentStore(database),
    uploads: createUploadStore(database),
    usages: createUsageStore(database),
    users: createUserStore(database),
    webhooks: createWebhookStore(database),
    webhookDeliveries: createWebhookDeliveryStore(database),
  };
}

import { createBackgroundTasks } from '../../src/lib/concurrency/background-tasks.ts';
import { createBoundedQueue } from '../../src/lib/concurrency/bounded-queue.ts';
import { createInFlight } from '../../src/lib/concurrency/in-flight.ts';
import { type Argon2Engine, loadArgon2Engine } from '../../src/lib/crypto/argon2-engine.ts';
import { createSealer } from '../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../src/lib/crypto/secrets.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createActivityService } from '../../src/services/activity/activity-service.ts';
import { createCircuits } from '../../src/services/delivery/circuits.ts';
import { createTextContext } from '../../src/services/delivery/templates/message-text.ts';
import { createLimiterService } from '../../src/services/limits/limiter-service.ts';
import { createLimits } from '../../src/services/limits/limits.ts';
import { createMetrics } from '../../src/services/operations/metrics-service.ts';
import { createRecentlyVerified } from '../../src/services/verification/attempts/recently-verified.ts';
import { createCodeHasher } from '../../src/services/verification/code-hasher.ts';
import type { VerificationContext } from '../../src/services/verification/context.ts';
import { createSharedFailures } from '../../src/services/verification/limits/shared-failures.ts';
import { createSuspects } from '../../src/services/verification/limits/suspects.ts';
import { createAccountStore } from '../../src/storage/access/account-store.ts';
import { createActivityStore } from '../../src/storage/activity/activity-store.ts';
import { createDeliveryStore } from '../../src/storage/delivery/delivery-store.ts';
import { createTemplateStore } from '../../src/storage/delivery/template-store.ts';
import { createCounterStore } from '../../src/storage/limits/counter-store.ts';
import { createUnsentStore } from '../../src/storage/verification/unsent-store.ts';
import { createVerificationStore } from '../../src/storage/verification/verification-store.ts';
import { type Harness, SECRET_KEY } from './http/harness.ts';

/**
 * A second verification context over the harness's database, as another node would have it, whose
 * hash engine notes every digest that an attempt is compared with.
 */
export async function createCountedVerification(h: Harness) {
  const { config, database, now } = h;
  const compared: string[] = [];
  const engine = noteDigests(await loadArgon2Engine(), compared);
  const logger = createLogger('silent');
  const hashing = createBoundedQueue({ concurrency: 4, queueLimit: 1000 });
  const metrics = createMetrics({ hashing });
  const deliveries = createDeliveryStore(database);
  const activity = createActivityService({
    activities: createActivityStore(database),
    logger,
    now,
  });
  const limiter = createLimiterService({
    ...{ accounts: createAccountStore(database), counters: createCounterStore(database) },
    ...{ onRefusal: activity.noteLimitHit, metrics, now },
  });
  const limits = createLimits(config);
  const hasher = createCodeHasher({
    engine,
    cost: { memoryKib: config.hashing.memoryKib, timeCost: config.hashing.timeCost },
    current: createSecretKey(SECRET_KEY),
    previous: undefined,
  });
  const verification: VerificationContext = {
    verifications: createVerificationStore(database),
    deliveries,
    unsent: createUnsentStore(database),
    nodeId: 'counted',
    isSurelyAlive: () => true,
    delivery: {
      ...{ deliveries, channels: [], timeoutSeconds: 1, waitSeconds: 30, goal: 'delivered' },
      ...{ circuits: createCircuits({ metrics, logger }), nodeId: 'counted', metrics, logger, now },
      texts: createTextContext(createTemplateStore(database), logger),
      recallWorkflow: async () => [],
    },
    sealer: createSealer({ current: createSecretKey(SECRET_KEY), previous: undefined }, 'delivery'),
    ...{ limiter, limits, activity, hasher, hashing, metrics, logger, now },
    changes: { note: () => {} },
    testNumbers: h.testNumbers,
    pumping: { isHeld: async () => false },
    policy: config.otp,
    draw: () => 0,
    drawVerificationId: () => 'counted',
    suspects: createSuspects(),
    sharedFailures: createSharedFailures({ limiter, limits, metrics, logger }),
    inFlight: createInFlight(),
    sendsInBackground: createBackgroundTasks({ most: 10 }),
    recentlyVerified: createRecentlyVerified(hasher),
  };
  return {
    verification,
    /** Every digest that an attempt was compared with, a decoy included. */
    compared,
    comparisonsWith: (digest: string) => compared.filter((one) => one === digest).length,
  };
}

function noteDigests(engine: Argon2Engine, compared: string[]): Argon2Engine {
  return {
    ...engine,
    verify(digest, text, secret) {
      compared.push(digest);
      return engine.verify(digest, text, secret);
    },
  };
}

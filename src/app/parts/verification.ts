import { createBackgroundTasks } from '../../lib/concurrency/background-tasks.ts';
import { createInFlight } from '../../lib/concurrency/in-flight.ts';
import { createSealer } from '../../lib/crypto/encryption.ts';
import { drawHexName, randomId } from '../../lib/crypto/secrets.ts';
import type { DeliveryContext } from '../../services/delivery/context.ts';
import { createPumpingGuard } from '../../services/limits/pumping-guard-service.ts';
import type { NodeService } from '../../services/operations/node-service.ts';
import { createRecentlyVerified } from '../../services/verification/attempts/recently-verified.ts';
import { createCodeHasher } from '../../services/verification/code-hasher.ts';
import type { VerificationContext } from '../../services/verification/context.ts';
import { createSharedFailures } from '../../services/verification/limits/shared-failures.ts';
import { createSuspects } from '../../services/verification/limits/suspects.ts';
import type { PageContext } from '../../services/verification/pages/context.ts';
import { createPageLinks } from '../../services/verification/pages/page-links.ts';
import type { ProofContext } from '../../services/verification/proof/context.ts';
import { createProofTokens } from '../../services/verification/proof/proof-tokens.ts';
import {
  createKnownTestNumbers,
  type TestNumberContext,
} from '../../services/verification/test-numbers.ts';
import type { TwilioContext } from '../../services/verification/twilio/context.ts';
import type { Infrastructure } from '../infrastructure.ts';
import { traceHasher } from '../tracing.ts';

const VERIFICATION_ID_BYTES = 24;
const SID_BYTES = 16;

/** How many sends a node completes for which no caller waits. More callers have to wait. */
const MOST_IN_BACKGROUND = 1000;

/** The context for sending and checking codes, with the test numbers and the pumping guard. */
export function buildVerification(
  infrastructure: Infrastructure,
  { nodes, delivery }: { readonly nodes: NodeService; readonly delivery: DeliveryContext },
) {
  const { config, platform, stores, engine, hashing, secretKeys, nodeId } = infrastructure;
  const { metrics, activity, changes, limiter, limits, tracer } = infrastructure;
  const { logger, now, draw } = platform;
  const { memoryKib, timeCost } = config.hashing;
  const cost = { memoryKib, timeCost };
  const hasher = traceHasher(tracer, createCodeHasher({ engine, cost, ...secretKeys }));
  const testNumbers: TestNumberContext = {
    testNumbers: stores.testNumbers,
    knownNumbers: createKnownTestNumbers(stores.testNumbers),
    hasher,
    hashing,
    activity,
    now,
  };
  const pumping = createPumpingGuard({
    mode: config.pumpingGuard,
    conversions: stores.conversions,
    activity,
    metrics,
    logger,
    now,
  });
  const verification: VerificationContext = {
    // A verified code is also marked outside the database, so that a restored backup cannot revive it.
    verifications: { ...stores.verifications, markVerified: nodes.markVerified },
    deliveries: stores.deliveries,
    unsent: stores.unsent,
    nodeId,
    isSurelyAlive: nodes.isSurelyAlive,
    delivery,
    sealer: createSealer(secretKeys, 'delivery'),
    limiter,
    limits,
    pumping,
    activity,
    changes,
    testNumbers,
    hasher,
    hashing,
    policy: config.otp,
    metrics,
    logger,
    now,
    draw,
    drawVerificationId: () => randomId(VERIFICATION_ID_BYTES),
    suspects: createSuspects(),
    sharedFailures: createSharedFailures({ limiter, limits, metrics, logger }),
    inFlight: createInFlight(),
    sendsInBackground: createBackgroundTasks({ most: MOST_IN_BACKGROUND }),
    recentlyVerified: createRecentlyVerified(hasher),
  };
  return { verification, testNumbers, pumping };
}

/** The context for verify services, which callers use as they use Twilio Verify. */
export function buildTwilio(
  { stores }: Infrastructure,
  verification: VerificationContext,
): TwilioContext {
  const { services, rateLimits, safeNumbers, attempts } = stores;
  const drawSid: TwilioContext['drawSid'] = (prefix) => `${prefix}${drawHexName(SID_BYTES)}`;
  return { verification, services, rateLimits, safeNumbers, attempts, drawSid };
}

/** The context for proofs of verification. */
export function buildProofs(
  { stores: { proofs }, secretKeys }: Infrastructure,
  verification: VerificationContext,
): ProofContext {
  return { verification, proofs, proofTokens: createProofTokens(secretKeys) };
}

/** The context for hosted pages. */
export function buildPages(
  { stores: { pages }, secretKeys }: Infrastructure,
  parts: Pick<PageContext, 'verification' | 'inbound' | 'proofs'>,
): PageContext {
  const links = createPageLinks(secretKeys);
  return { ...parts, pages, links, sealer: createSealer(secretKeys, 'page') };
}

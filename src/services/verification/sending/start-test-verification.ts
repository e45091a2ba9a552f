import pRetry from 'p-retry';
import { TEST_CHANNEL } from '../../../domain/delivery/delivery.ts';
import { AppError } from '../../../domain/errors.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import type { HashedCode } from '../code-hasher.ts';
import type { VerificationContext } from '../context.ts';
import {
  createVerification,
  type StartedVerification,
  type StartRequest,
} from '../create-verification.ts';
import { logStarted } from '../verification-log.ts';

/** How parallel callers take turns in opening a verification of the same test number. */
const TURNS = {
  retries: 20,
  minTimeout: 5,
  maxTimeout: 50,
  randomize: true,
  shouldRetry: ({ error }: { error: Error }) =>
    error instanceof AppError && error.code === 'resend_too_soon',
};

/** Starts a verification of a test number. Nothing is counted or sent: the code is the fixed one of the number. */
export async function startTestVerification(
  ctx: VerificationContext,
  request: StartRequest,
  testNumber: HashedCode,
): Promise<StartedVerification> {
  // Parallel tests may share a number, so they take turns, and each of them gets a verification of its own.
  const policy = { ...ctx.policy, keepsLiveCode: false };
  const opened = await pRetry(
    () => createVerification({ ...ctx, policy }, request, testNumber),
    TURNS,
  );
  const sent = { channel: TEST_CHANNEL, messageId: randomId(12) } as const;
  await ctx.verifications.markSent(opened.verificationId, sent, ctx.now());
  ctx.metrics.sends.inc({ outcome: 'test' });
  const free = { resendInSeconds: 0, lockedUntil: undefined, rateLimits: [] };
  const started = { ...opened, ...sent, ...free, isPending: request.isAsync === true };
  logStarted(ctx, request, started);
  return started;
}

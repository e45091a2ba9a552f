import type { Caller } from '../../domain/access/caller.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import type { AttemptFailure } from '../../domain/verification/attempt-failure.ts';
import type { Verification } from '../../domain/verification/verification.ts';
import type { VerificationContext } from './context.ts';
import type { StartRequest } from './create-verification.ts';
import type { CheckTarget } from './find-verification.ts';

/** The fields of a sent code that are logged. */
type Started = Readonly<
  Record<'verificationId' | 'phoneNumber' | 'sessionId' | 'messageId' | 'channel', string>
>;

type Attempt = {
  readonly caller: Caller;
  readonly target: CheckTarget;
  readonly found: Verification | undefined;
};

/** Why a compared attempt failed. For a repeated code, there is no live code left. */
const failureOf = {
  verified: undefined,
  invalid: 'wrong_code',
  closed: 'no_live_code',
  repeated: 'no_live_code',
} as const satisfies Readonly<Record<string, AttemptFailure | undefined>>;

export function logStarted(
  { activity }: VerificationContext,
  { caller }: Pick<StartRequest, 'caller'>,
  started: Started,
): void {
  const { verificationId, phoneNumber, sessionId, messageId, channel } = started;
  activity.log(caller, {
    action: 'otp_send',
    status: 'success',
    details: channel,
    verificationId,
    phoneNumber,
    sessionId,
    messageId,
    isTest: isTest(caller),
  });
}

export function logNotStarted(
  { activity }: VerificationContext,
  { caller, recipient, sessionId }: StartRequest,
  error: unknown,
): void {
  const verificationId = error instanceof AppError ? error.extras.verificationId : undefined;
  activity.log(caller, {
    action: 'otp_send',
    status: 'error',
    phoneNumber: recipient.phoneNumber,
    errorMessage: toCode(error),
    isTest: isTest(caller),
    ...(sessionId !== undefined && { sessionId }),
    ...(verificationId !== undefined && { verificationId }),
  });
}

/** Logs an attempt that was compared. */
export function logAttempt(
  ctx: VerificationContext,
  attempt: Attempt,
  outcome: keyof typeof failureOf,
): void {
  const { activity, metrics } = ctx;
  const failure = failureOf[outcome];
  metrics.verifications.inc({ outcome: outcome === 'repeated' ? 'closed' : outcome });
  if (outcome === 'verified' && attempt.found) measureVerified(ctx, attempt.found);
  activity.log(attempt.caller, {
    action: 'otp_verify',
    status: failure === undefined ? 'success' : 'error',
    ...subjectOf(attempt),
    ...(failure !== undefined && { details: failure, errorMessage: 'otp_invalid' }),
    isTest: isTest(attempt.caller),
  });
}

/** Logs that the caller approved a verification without a code. */
export function logApproved(
  ctx: VerificationContext,
  caller: Caller,
  verification: Verification,
): void {
  const { verificationId, phoneNumber, sessionId } = verification;
  ctx.metrics.verifications.inc({ outcome: 'verified' });
  measureVerified(ctx, verification);
  ctx.activity.log(caller, {
    action: 'otp_verify',
    status: 'success',
    details: 'approved_by_caller',
    ...{ verificationId, phoneNumber, sessionId },
    isTest: isTest(caller),
  });
}

/** Counts a verified code for the channel that sent it. Nothing was sent for test numbers and incoming messages. */
function measureVerified(
  { metrics, now }: VerificationContext,
  { channel, method, createdAt }: Verification,
): void {
  if (!channel || channel === TEST_CHANNEL || method === 'inbound') return;
  metrics.channelVerifications.inc({ channel });
  const seconds = Math.max(0, now().getTime() - createdAt.getTime()) / 1000;
  metrics.verificationSeconds.observe({ channel }, seconds);
}

/** Logs an attempt that was not compared: a limit refused it, no hash slot was free, or an error occurred. */
export function logUncompared(
  { activity, metrics }: VerificationContext,
  attempt: Attempt,
  error: unknown,
): void {
  const code = toCode(error);
  if (code === 'otp_locked' || code === 'rate_limited') {
    metrics.verifications.inc({ outcome: 'refused' });
  }
  const details: AttemptFailure = code === 'otp_locked' ? 'locked' : 'not_compared';
  activity.log(attempt.caller, {
    action: 'otp_verify',
    status: 'error',
    errorMessage: code,
    details,
    ...subjectOf(attempt),
    isTest: isTest(attempt.caller),
  });
}

export function logExpired(
  { activity }: VerificationContext,
  attempt: Attempt,
  count: number,
): void {
  activity.log(attempt.caller, {
    action: 'otp_expire',
    status: 'success',
    ...(count === 0 && { details: failureOf.closed }),
    ...subjectOf(attempt),
    isTest: isTest(attempt.caller),
  });
}

/** Actions of test keys are marked, because no message was sent. */
function isTest({ mode }: Caller): boolean {
  return mode === 'test';
}

function subjectOf({ found, target: { ref, sessionId } }: Attempt) {
  if (found) {
    const { verificationId, phoneNumber } = found;
    return { verificationId, phoneNumber, sessionId: found.sessionId };
  }
  return {
    ...('scope' in ref && { phoneNumber: ref.scope.phoneNumber }),
    ...(sessionId !== undefined && { sessionId }),
  };
}

function toCode(error: unknown): string {
  return error instanceof AppError ? error.code : 'internal_error';
}

import type { Caller } from '../../domain/access/caller.ts';
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
  { activity, metrics }: VerificationContext,
  attempt: Attempt,
  outcome: keyof typeof failureOf,
): void {
  const failure = failureOf[outcome];
  metrics.verifications.inc({ outcome: outcome === 'repeated' ? 'closed' : outcome });
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
  { activity, metrics }: VerificationContext,
  caller: Caller,
  { verificationId, phoneNumber, sessionId }: Verification,
): void {
  metrics.verifications.inc({ outcome: 'verified' });
  activity.log(caller, {
    action: 'otp_verify',
    status: 'success',
    details: 'approved_by_caller',
    ...{ verificationId, phoneNumber, sessionId },
    isTest: isTest(caller),
  });
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

import type { Caller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { AttemptFailure } from '../../domain/verification/attempt-failure.ts';
import type { Verification } from '../../domain/verification/verification.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { StartRequest } from './create-verification.ts';
import type { CheckTarget } from './find-verification.ts';

/** What of a code that was sent is told. */
type Issued = Readonly<
  Record<'verificationId' | 'phoneNumber' | 'sessionId' | 'messageId' | 'channel', string>
>;

type Attempt = { readonly found: Verification | undefined; readonly target: CheckTarget };

/** Why an attempt that was compared did not verify. */
const failureOf = {
  verified: undefined,
  invalid: 'wrong_code',
  closed: 'no_live_code',
} as const satisfies Readonly<Record<string, AttemptFailure | undefined>>;

/** Tells the activity log of codes that are asked for, guessed and ended, whatever comes of it. */
export function createTelling({ activity }: { readonly activity: Pick<ActivityService, 'log'> }) {
  function tellIssued({ caller }: StartRequest, issued: Issued): void {
    const { verificationId, phoneNumber, sessionId, messageId, channel } = issued;
    activity.log(caller, {
      ...{ action: 'otp_send', status: 'success', details: channel },
      ...{ verificationId, phoneNumber, sessionId, messageId },
      isTest: isTest(caller),
    });
  }

  function tellRefused({ caller, recipient, sessionId }: StartRequest, error: unknown): void {
    const verificationId = error instanceof AppError ? error.extras.verificationId : undefined;
    activity.log(caller, {
      ...{ action: 'otp_send', status: 'error', phoneNumber: recipient.phoneNumber },
      ...{ errorMessage: toCode(error), isTest: isTest(caller) },
      ...(sessionId !== undefined && { sessionId }),
      ...(verificationId !== undefined && { verificationId }),
    });
  }

  function tellAttempt(caller: Caller, attempt: Attempt, outcome: keyof typeof failureOf): void {
    const failure = failureOf[outcome];
    activity.log(caller, {
      ...{ action: 'otp_verify', status: failure === undefined ? 'success' : 'error' },
      ...subjectOf(attempt),
      ...(failure !== undefined && { details: failure, errorMessage: 'otp_invalid' }),
      isTest: isTest(caller),
    });
  }

  /** An attempt that was not compared. */
  function tellUncompared(caller: Caller, attempt: Attempt, error: unknown): void {
    const code = toCode(error);
    const details: AttemptFailure = code === 'otp_locked' ? 'locked' : 'not_compared';
    activity.log(caller, {
      ...{ action: 'otp_verify', status: 'error', errorMessage: code, details },
      ...subjectOf(attempt),
      isTest: isTest(caller),
    });
  }

  function tellExpired(caller: Caller, { found, target }: Attempt, count: number): void {
    activity.log(caller, {
      ...{ action: 'otp_expire', status: 'success' },
      ...(count === 0 && { details: failureOf.closed }),
      ...subjectOf({ found, target }),
      isTest: isTest(caller),
    });
  }

  return { tellIssued, tellRefused, tellAttempt, tellUncompared, tellExpired };
}

/** What a test key does is marked: nobody was written to. */
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

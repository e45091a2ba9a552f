import type { Caller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { Verification } from '../../domain/verification/verification.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { StartRequest } from './create-verification.ts';
import type { CheckTarget } from './find-verification.ts';

/** What of a code that was sent is told. */
type Issued = Readonly<
  Record<'verificationId' | 'phoneNumber' | 'sessionId' | 'messageId' | 'channel', string>
>;

type Attempt = { readonly found: Verification | undefined; readonly target: CheckTarget };

/** What became of an attempt, in the words of the activity log. */
const attemptDetails = {
  verified: undefined,
  invalid: 'wrong passcode',
  closed: 'no live passcode',
} as const;

/** Tells the activity log of codes that are asked for, guessed and ended, whatever comes of it. */
export function createTelling({ activity }: { readonly activity: Pick<ActivityService, 'log'> }) {
  function tellIssued({ caller }: StartRequest, issued: Issued): void {
    const { verificationId, phoneNumber, sessionId, messageId, channel } = issued;
    activity.log(caller, {
      ...{ action: 'otp_send', status: 'success', details: channel },
      ...{ verificationId, phoneNumber, sessionId, messageId },
    });
  }

  function tellRefused({ caller, recipient, sessionId }: StartRequest, error: unknown): void {
    const verificationId = error instanceof AppError ? error.extras.verificationId : undefined;
    activity.log(caller, {
      ...{ action: 'otp_send', status: 'error', phoneNumber: recipient.phoneNumber },
      ...{ errorMessage: toCode(error), ...detailsOf(caller) },
      ...(sessionId !== undefined && { sessionId }),
      ...(verificationId !== undefined && { verificationId }),
    });
  }

  function tellAttempt(
    caller: Caller,
    attempt: Attempt,
    outcome: keyof typeof attemptDetails,
  ): void {
    const details = attemptDetails[outcome];
    activity.log(caller, {
      ...{ action: 'otp_verify', status: details === undefined ? 'success' : 'error' },
      ...detailsOf(caller, details),
      ...subjectOf(attempt),
      ...(details !== undefined && { errorMessage: 'otp_invalid' }),
    });
  }

  /** An attempt that was not compared. */
  function tellUncompared(caller: Caller, attempt: Attempt, error: unknown): void {
    const code = toCode(error);
    const details = code === 'otp_locked' ? 'locked' : 'not compared';
    activity.log(caller, {
      ...{ action: 'otp_verify', status: 'error', errorMessage: code },
      ...detailsOf(caller, details),
      ...subjectOf(attempt),
    });
  }

  function tellExpired(caller: Caller, { found, target }: Attempt, count: number): void {
    activity.log(caller, {
      ...{ action: 'otp_expire', status: 'success' },
      ...detailsOf(caller, count > 0 ? undefined : attemptDetails.closed),
      ...subjectOf({ found, target }),
    });
  }

  return { tellIssued, tellRefused, tellAttempt, tellUncompared, tellExpired };
}

/** What a test key does is marked: nobody was written to. */
function detailsOf({ mode }: Caller, details?: string) {
  const parts = [...(mode === 'test' ? ['test'] : []), ...(details === undefined ? [] : [details])];
  return parts.length === 0 ? {} : { details: parts.join(': ') };
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

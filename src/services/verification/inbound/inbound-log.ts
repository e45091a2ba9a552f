import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { InboundOutcome } from '../../../domain/verification/inbound.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { InboundContext } from './context.ts';
import type { InboundRequest, StartedInbound } from './inbound-request.ts';

/** What the log calls a verification by an incoming message, in place of a channel. */
const INBOUND = 'inbound';

export function logInboundStarted(
  { verification: { activity, metrics } }: InboundContext,
  { caller }: InboundRequest,
  { verificationId, phoneNumber, sessionId }: StartedInbound,
): void {
  metrics.inboundVerifications.inc({ outcome: 'started' });
  activity.log(caller, {
    action: 'otp_send',
    status: 'success',
    details: INBOUND,
    isTest: isTest(caller),
    ...{ verificationId, sessionId },
    ...(phoneNumber !== undefined && { phoneNumber }),
  });
}

export function logInboundNotStarted(
  { verification: { activity, metrics } }: InboundContext,
  { caller, recipient, sessionId }: InboundRequest,
  error: unknown,
): void {
  metrics.inboundVerifications.inc({ outcome: 'refused' });
  activity.log(caller, {
    action: 'otp_send',
    status: 'error',
    details: INBOUND,
    errorMessage: error instanceof AppError ? error.code : 'internal_error',
    isTest: isTest(caller),
    ...(recipient && { phoneNumber: recipient.phoneNumber }),
    ...(sessionId !== undefined && { sessionId }),
  });
}

/** Logs what a message with the token of `verification` led to; the sender's number is not logged. */
export function logInboundMessage(
  { verification: { activity } }: InboundContext,
  { verificationId, accountId, sessionId, phoneNumber, channel }: Verification,
  outcome: InboundOutcome,
): void {
  const isRight = outcome === 'verified' || outcome === 'code_sent';
  activity.logSystem({
    action: 'otp_inbound',
    status: isRight ? 'success' : 'error',
    details: outcome,
    isTest: channel === 'test',
    ...{ accountId, verificationId, sessionId },
    ...(phoneNumber !== '' && { phoneNumber }),
  });
}

function isTest({ mode }: Pick<Caller, 'mode'>): boolean {
  return mode === 'test';
}

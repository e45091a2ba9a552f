import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';

/** Why a channel did not accept a message. `details` is for operators. */
export type FailedAttempt = {
  readonly isAccepted: false;
  readonly channel: string;
  readonly reason: DeliveryFailureReason;
  readonly details: string;
  readonly mayHaveArrived: boolean;
};

/** The error when every channel failed. It lists each with its reason, so that a developer can find out why. */
export function toFailure(failed: readonly FailedAttempt[]): AppError {
  const errors = failed.map(({ channel, reason, details }) => ({
    path: channel,
    message: `${reason}: ${details}`,
    code: reason,
  }));
  if (failed.length === 0) {
    return new AppError('no_next_step', 'The code is no longer live, or another step has started');
  }
  const reasons = failed.map(({ reason }) => reason);
  if (reasons.every((reason) => reason === 'not_on_channel')) {
    return new AppError('recipient_unreachable', 'The recipient has no account on any channel', {
      errors,
    });
  }
  if (reasons.some((reason) => reason === 'unavailable' || reason === 'timeout')) {
    return new AppError('provider_unavailable', 'No channel could accept the message. Try again.', {
      errors,
      retryAfterSeconds: 5,
    });
  }
  return new AppError('delivery_failed', 'No channel accepted the message', { errors });
}

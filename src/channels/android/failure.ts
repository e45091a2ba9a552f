import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';

type Failure = { readonly reason: DeliveryFailureReason; readonly details: string };

/** Names of Android's results (SmsManager) that are about the phone or its network, not about the message. */
const TRANSIENT =
  /RADIO|NO_SERVICE|LIMIT_EXCEEDED|NETWORK|MODEM|NO_MEMORY|NO_RESOURCES|SYSTEM|INTERNAL|GENERIC|RETRY_FAILED|EMERGENCY/;

/** Describes why the phone could not send a message. Only names that Android defines are repeated. */
export function describeFailure(reason: string): Failure {
  const [result] = /RESULT_[A-Z_]{1,60}/.exec(reason) ?? [];
  if (result) {
    return {
      reason: TRANSIENT.test(result) ? 'unavailable' : 'refused',
      details: `the phone reported ${result}`,
    };
  }
  if (/TTL expired/i.test(reason)) {
    return { reason: 'timeout', details: 'the phone did not send it within its lifetime' };
  }
  if (/invalid phone number/i.test(reason)) {
    return { reason: 'not_on_channel', details: 'the phone reported an invalid number' };
  }
  return { reason: 'refused', details: 'the phone could not send it' };
}

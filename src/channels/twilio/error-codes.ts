import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';

type Meaning = readonly [reason: DeliveryFailureReason, meaning: string];

/** Twilio's error codes for messages (https://www.twilio.com/docs/api/errors), where they say more than the status. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  20003: ['misconfigured', 'wrong credentials'],
  20005: ['misconfigured', 'account not active'],
  20404: ['misconfigured', 'no such account'],
  20429: ['unavailable', 'too many requests'],
  20503: ['unavailable', 'service unavailable'],
  21211: ['not_on_channel', 'invalid number'],
  21212: ['misconfigured', 'invalid sender'],
  21408: ['misconfigured', 'region not enabled in the account'],
  21603: ['misconfigured', 'no sender'],
  21606: ['misconfigured', 'sender cannot send to this number'],
  21608: ['misconfigured', 'a trial account only sends to verified numbers'],
  21609: ['misconfigured', 'invalid callback URL'],
  21610: ['refused', 'the recipient has opted out'],
  21611: ['unavailable', 'the queue of the sender is full'],
  21612: ['refused', 'no route from the sender to this number'],
  21614: ['not_on_channel', 'not a mobile number'],
  21617: ['refused', 'the message is too long'],
  21635: ['not_on_channel', 'a landline'],
  21659: ['misconfigured', 'sender is not a number of Twilio'],
  21660: ['misconfigured', 'sender does not belong to the account'],
  21661: ['misconfigured', 'sender cannot send SMS'],
  21703: ['misconfigured', 'the messaging service has no sender'],
  21704: ['misconfigured', 'the messaging service has no sender'],
  21705: ['misconfigured', 'invalid messaging service'],
  30001: ['unavailable', 'queue overflow'],
  30002: ['misconfigured', 'account suspended'],
  30003: ['unavailable', 'handset unreachable'],
  30004: ['refused', 'blocked by the recipient or the carrier'],
  30005: ['not_on_channel', 'unknown number'],
  30006: ['not_on_channel', 'a landline, or an unreachable carrier'],
  30007: ['refused', 'filtered as spam'],
  30008: ['unavailable', 'unknown error of the carrier'],
  30010: ['misconfigured', 'price above the limit of the account'],
  30032: ['misconfigured', 'toll-free number not verified'],
  30034: ['misconfigured', 'sender not registered with the carriers'],
  30036: ['timeout', 'not sent within the lifetime of the code'],
  30450: ['fraud_blocked', 'blocked by the protection against SMS pumping'],
  63038: ['misconfigured', 'daily limit of the account reached'],
};

type Failure = { readonly reason: DeliveryFailureReason; readonly details: string };

/** Describes an error code of Twilio; `fallback` is the reason if the code is not in the list. */
export function describeErrorCode(code: number, fallback: DeliveryFailureReason): Failure {
  const [reason, meaning] = MEANINGS[code] ?? [fallback, undefined];
  return { reason, details: `Twilio reported ${code}${meaning ? ` (${meaning})` : ''}` };
}

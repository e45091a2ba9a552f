import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';

type Meaning = readonly [reason: DeliveryFailureReason, meaning: string];

/** The `status` of a message in the answer to a send (https://developer.vonage.com/en/api-errors/sms). */
const SEND_STATUSES: Readonly<Record<string, Meaning>> = {
  1: ['unavailable', 'too many messages'],
  2: ['misconfigured', 'missing parameters'],
  3: ['misconfigured', 'invalid parameters'],
  4: ['misconfigured', 'wrong credentials'],
  5: ['unavailable', 'internal error'],
  6: ['not_on_channel', 'the number cannot be reached'],
  7: ['refused', 'the number is barred'],
  8: ['misconfigured', 'the account is barred'],
  9: ['misconfigured', 'not enough credit'],
  10: ['unavailable', 'too many connections'],
  11: ['misconfigured', 'account not enabled for this API'],
  12: ['refused', 'the message is too long'],
  14: ['misconfigured', 'invalid signature'],
  15: ['misconfigured', 'invalid sender'],
  23: ['misconfigured', 'invalid callback URL'],
  29: ['refused', 'the number is not on the list of a trial account'],
  32: ['misconfigured', 'the account only accepts signed requests'],
  33: ['not_on_channel', 'the number is deactivated'],
};

/** The `err-code` of a delivery receipt. */
const RECEIPT_CODES: Readonly<Record<string, Meaning>> = {
  1: ['unavailable', 'unknown error'],
  2: ['unavailable', 'handset unreachable'],
  3: ['not_on_channel', 'the number is no longer active'],
  4: ['refused', 'barred by the recipient'],
  5: ['unavailable', 'a portability error'],
  6: ['refused', 'filtered as spam'],
  7: ['unavailable', 'handset busy'],
  8: ['unavailable', 'network error'],
  9: ['refused', 'the recipient has opted out'],
  10: ['refused', 'invalid message'],
  11: ['unavailable', 'no route'],
  12: ['not_on_channel', 'the number cannot be reached'],
  13: ['refused', 'age restriction'],
  14: ['refused', 'blocked by the carrier'],
  15: ['refused', 'the recipient has no credit'],
  99: ['unavailable', 'general error'],
};

type Failure = { readonly reason: DeliveryFailureReason; readonly details: string };

export function describeSendStatus(status: string): Failure {
  return describe(`status ${status}`, SEND_STATUSES[status] ?? ['refused', undefined]);
}

export function describeReceipt(status: string, errorCode: string): Failure {
  const fallback = status === 'expired' ? 'timeout' : 'refused';
  const meaning = RECEIPT_CODES[errorCode] ?? ([fallback, undefined] as const);
  return describe(`${status}, err-code ${errorCode}`, meaning);
}

function describe(
  code: string,
  [reason, meaning]: Meaning | readonly [DeliveryFailureReason, undefined],
): Failure {
  return { reason, details: `Vonage reported ${code}${meaning ? ` (${meaning})` : ''}` };
}

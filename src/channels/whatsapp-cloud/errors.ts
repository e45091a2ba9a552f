import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';

type KnownError = readonly [reason: DeliveryFailureReason, words: string];

/**
 * The error codes of the Cloud API and of the Graph API below it. Meta's own texts are not passed on, since they may
 * repeat the access token or a parameter.
 */
const ERRORS: Readonly<Record<number, KnownError>> = {
  0: ['misconfigured', 'the access token is invalid'],
  1: ['unavailable', 'unknown error'],
  2: ['unavailable', 'the service is down'],
  3: ['misconfigured', 'the access token lacks a permission'],
  4: ['unavailable', 'too many calls of this app'],
  10: ['misconfigured', 'the access token lacks a permission'],
  33: ['misconfigured', 'the business number does not exist'],
  100: ['misconfigured', 'a parameter is invalid'],
  102: ['misconfigured', 'the access token is invalid'],
  190: ['misconfigured', 'the access token has expired'],
  368: ['misconfigured', 'the account is blocked for violating a policy'],
  80007: ['unavailable', 'too many calls of this account'],
  130429: ['unavailable', 'too many messages per second'],
  130472: ['refused', 'the recipient is part of an experiment'],
  130497: ['refused', "the account may not write to the recipient's country"],
  131000: ['unavailable', 'unknown error'],
  131005: ['misconfigured', 'the access token lacks a permission'],
  131008: ['misconfigured', 'a parameter is missing'],
  131009: ['misconfigured', 'a parameter is invalid'],
  131016: ['unavailable', 'the service is overloaded'],
  131021: ['refused', 'the recipient is the sender'],
  131026: ['not_on_channel', 'the recipient cannot receive it on WhatsApp'],
  131030: ['refused', "the recipient is not on the test number's list"],
  131031: ['misconfigured', 'the account is locked'],
  131037: ['misconfigured', 'the display name of the number is not approved'],
  131042: ['misconfigured', 'there is a problem with the payment method'],
  131043: ['unavailable', 'it expired before it was delivered'],
  131045: ['misconfigured', 'the number is not registered'],
  131047: ['refused', 'the recipient has not written for 24 hours'],
  131048: ['unavailable', 'too many messages of this number were reported as spam'],
  131049: ['refused', 'WhatsApp chose not to deliver it'],
  131050: ['refused', 'the recipient does not want messages of this kind'],
  131051: ['misconfigured', 'the type of the message is not supported'],
  131056: ['unavailable', 'too many messages to this recipient'],
  131057: ['unavailable', 'the account is in maintenance'],
  132001: ['misconfigured', 'the template does not exist in this language'],
  133004: ['unavailable', 'the server is temporarily unavailable'],
};

/** Errors of the template (132xxx) and of the registration of the number (133xxx, 134xxx); permissions (200 to 299). */
const MISCONFIGURED: readonly (readonly [from: number, to: number, words: string])[] = [
  [200, 299, 'the access token lacks a permission'],
  [132_000, 132_999, 'the template, its language or its parameters are wrong'],
  [133_000, 133_999, 'the registration of the number is incomplete'],
  [134_000, 134_999, 'the account is not set up completely'],
];

/** Errors of a parameter, which may be a language that Meta does not know. */
const PARAMETER_ERRORS: readonly number[] = [100, 131_009];

/** Whether an error concerns one translation of the template: others may exist and be approved. */
export function isOfTranslation(code: number): boolean {
  return code >= 132_000 && code <= 132_999;
}

/** Whether the template may be accepted in another language. */
export function mayBeOfLanguage(code: number): boolean {
  return isOfTranslation(code) || PARAMETER_ERRORS.includes(code);
}

function findError(code: number): KnownError | undefined {
  const known = ERRORS[code];
  if (known !== undefined) return known;
  const range = MISCONFIGURED.find(([from, to]) => code >= from && code <= to);
  return range && ['misconfigured', range[2]];
}

/** Returns the reason that an error code stands for; undefined if the code is not known. */
export function reasonOfError(code: number): DeliveryFailureReason | undefined {
  return findError(code)?.[0];
}

export function describeError(code: number): string {
  const words = findError(code)?.[1];
  return `WhatsApp error ${code}${words === undefined ? '' : `: ${words}`}`;
}

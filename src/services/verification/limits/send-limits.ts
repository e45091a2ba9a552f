import { type Caller, formatPrincipal } from '../../../domain/access/caller.ts';
import type { KeyRestrictions } from '../../../domain/access/permissions.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import { isEmailRecipient, sendGroupOf } from '../../../domain/recipient.ts';
import { isServicePurpose } from '../../../domain/verification/service-purpose.ts';
import type { Limits } from '../../limits/limits.ts';

type Sender = Pick<Caller, 'principal'> & {
  readonly restrictions: Pick<KeyRestrictions, 'sendsPerHour' | 'sendPot'>;
};

type Send = {
  readonly caller: Sender;
  readonly recipient: Pick<Recipient, 'phoneNumber' | 'region'>;
  readonly purpose: string;
  /** Whether another server owns the code, and decides how soon it may be sent again. */
  readonly isRelayed?: boolean;
};

/**
 * The limits that a send counts on, except for the account's own and the shared budget of a number. An email address
 * has no region.
 */
export function sendHits(limits: Limits, send: Send, isHeld: boolean): RateLimitHit[] {
  const { caller } = send;
  const { phoneNumber, region } = send.recipient;
  const group = sendGroupOf(phoneNumber);
  const held = { limit: limits.sendsPerHeldPrefixHour, subject: group };
  const ofRegion = { limit: limits.sendsPerRegionHour, subject: region };
  return [
    ...recipientHits(limits, send),
    { limit: limits.sendsPerPrefixHour, subject: group },
    ...(isHeld ? [held] : []),
    keySendHit(limits, caller),
    { limit: limits.sendsPerAccountDay, subject: '' },
    ...(isEmailRecipient(phoneNumber) ? [] : [ofRegion]),
    { limit: limits.sendsInAllHour, subject: '' },
  ];
}

/**
 * The limits of a recipient in one account. A verify service has no cooldown: it limits how often a code is sent. Codes
 * that another server owns have none either, because each is a new one.
 */
function recipientHits(
  limits: Limits,
  { recipient, purpose, isRelayed = false }: Send,
): RateLimitHit[] {
  const { phoneNumber } = recipient;
  if (isServicePurpose(purpose)) {
    return [
      { limit: limits.serviceSendsPerPhoneHour, subject: phoneNumber },
      { limit: limits.serviceSendsPerPhoneDay, subject: phoneNumber },
    ];
  }
  const cooldown = { limit: limits.cooldown, subject: `${phoneNumber}|${purpose}` };
  return [
    ...(isRelayed ? [] : [cooldown]),
    { limit: limits.sendsPerPhoneHour, subject: phoneNumber },
    { limit: limits.sendsPerPhoneDay, subject: phoneNumber },
  ];
}

/** The limit for the end user's address, if the caller provides it. */
export function addressSendHits(
  { sendsPerIpHour }: Limits,
  { clientIp }: Pick<Caller, 'clientIp'>,
): RateLimitHit[] {
  return clientIp === undefined ? [] : [{ limit: sendsPerIpHour, subject: clientIp }];
}

/** The budget of a key is the lower of its own and the general limit. */
function keySendHit(
  { sendsPerKeyHour }: Limits,
  { principal, restrictions }: Sender,
): RateLimitHit {
  const { sendsPerHour = 0, sendPot } = restrictions;
  const budgets = [sendsPerKeyHour.max, sendsPerHour].filter((max) => max > 0);
  const max = budgets.length === 0 ? 0 : Math.min(...budgets);
  const holder = sendPot === undefined ? principal : { kind: 'key' as const, id: sendPot };
  return { limit: { ...sendsPerKeyHour, max }, subject: formatPrincipal(holder) };
}

/** The budget for an account's first sends to a number, which no other account can use up. */
export function ownSendHit(
  limits: Limits,
  { phoneNumber }: Pick<Recipient, 'phoneNumber'>,
): RateLimitHit {
  return { limit: limits.ownSendsPerPhoneDay, subject: phoneNumber };
}

/** The budget that all accounts share for further sends to a number. */
export function sharedSendHit(limits: Limits, { phoneNumber }: Recipient): RateLimitHit {
  return { limit: limits.sendsPerPhoneDayAllAccounts, subject: phoneNumber };
}

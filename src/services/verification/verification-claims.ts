import type { ChallengeScope } from '../../domain/challenge.ts';
import type { Claim } from '../../domain/limit.ts';
import { numberPrefix } from '../../domain/phone-number.ts';
import type { Limits } from '../limits/limit.ts';

type Subject = Pick<ChallengeScope, 'phoneNumber' | 'purpose'>;

/** What sending a passcode counts against. */
export function sendClaims(limits: Limits, { phoneNumber, purpose }: Subject): Claim[] {
  return [
    { limit: limits.cooldown, subject: `${phoneNumber}|${purpose}` },
    { limit: limits.sendsPerPhoneHour, subject: phoneNumber },
    { limit: limits.sendsPerPhoneDay, subject: phoneNumber },
    { limit: limits.sendsPerPhoneDayAllAccounts, subject: phoneNumber },
    { limit: limits.sendsPerPrefixHour, subject: numberPrefix(phoneNumber) },
  ];
}

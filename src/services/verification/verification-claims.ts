import { type Caller, nameOfPrincipal } from '../../domain/caller.ts';
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

/** What locks a recipient. Sending again never resets it (NIST SP 800-63B-4 3.1.3.2). */
export function lockClaims(limits: Limits, phoneNumber: string): Claim[] {
  return [
    { limit: limits.failuresPerPhoneHour, subject: phoneNumber },
    { limit: limits.failuresPerPhoneDay, subject: phoneNumber },
    { limit: limits.failuresInARow, subject: phoneNumber },
  ];
}

/** What a wrong passcode counts against: whom it was for, and who brought it from where. */
export function failureClaims(
  limits: Limits,
  { ipAddress, principal }: Caller,
  { phoneNumber }: Subject,
): Claim[] {
  return [
    ...lockClaims(limits, phoneNumber),
    { limit: limits.failuresPerIpHour, subject: ipAddress },
    { limit: limits.failuresPerKeyHour, subject: nameOfPrincipal(principal) },
  ];
}

/** The guesses of late, to tell how many attempts would be left where there is no challenge. */
export function guessClaim(limits: Limits, { phoneNumber, purpose }: Subject): Claim {
  return { limit: limits.guesses, subject: `${phoneNumber}|${purpose}` };
}

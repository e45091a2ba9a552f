import { createHash } from 'node:crypto';
import { formatLineage, type Principal } from '../access/caller.ts';
import { SERVICE_PURPOSE } from '../verification/service-purpose.ts';

/** The prefixes of the SIDs that are drawn at random: services, rate limits, buckets and safe numbers. */
export type DrawnSid = 'VA' | 'RK' | 'BL' | 'GN';

const VERIFICATION = /^VE([0-9a-f]{32})$/i;
const ATTEMPT = /^VL([0-9a-f]{24})([0-9a-f]{8})$/i;

/** How many digits of a verification's ID are in the SIDs of its attempts. */
const START_DIGITS = 24;

/** How many digits of a service's SID are in its purpose. */
const PURPOSE_DIGITS = 12;

/** The SID of an account. It is derived, so that it needs no row, and is no secret. */
export function toAccountSid(accountId: string): string {
  return `AC${digest(`account|${accountId}`)}`;
}

/** The SID of a credential of an account. A key keeps it when it is rotated. */
export function toKeySid(accountId: string, principal: Principal): string {
  return `SK${digest(`key|${accountId}|${formatLineage(principal)}`)}`;
}

/** The SID of the service that each account has from the start. */
export function toDefaultServiceSid(accountId: string): string {
  return `VA${digest(`service|${accountId}`)}`;
}

/** The purpose of the codes of a service. */
export function toServicePurpose(serviceSid: string): string {
  return `${SERVICE_PURPOSE}${serviceSid.slice(2, 2 + PURPOSE_DIGITS)}`;
}

/** The SID of a verification of a service, whose ID has 32 hexadecimal digits. */
export function toVerificationSid(verificationId: string): string {
  return `VE${verificationId}`;
}

/** The ID of the verification with this SID; undefined if it is not one. */
export function readVerificationSid(sid: string): string | undefined {
  return VERIFICATION.exec(sid)?.[1]?.toLowerCase();
}

/** The SID of the message with this position among those of its verification. */
export function toAttemptSid(verificationId: string, ordinal: number): string {
  const position = ordinal.toString(16).padStart(8, '0');
  return `VL${verificationId.slice(0, START_DIGITS)}${position}`;
}

/** How the ID of the verification begins, and the position of the message; undefined for a text that is not a SID. */
export function readAttemptSid(
  sid: string,
): { readonly start: string; readonly ordinal: number } | undefined {
  const [, start, position] = ATTEMPT.exec(sid) ?? [];
  if (start === undefined || position === undefined) return undefined;
  return { start: start.toLowerCase(), ordinal: Number.parseInt(position, 16) };
}

function digest(text: string): string {
  return createHash('sha256').update(`waverify/twilio|${text}`).digest('hex').slice(0, 32);
}

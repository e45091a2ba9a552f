import type { Caller } from '../../domain/access/caller.ts';
import { isAllowed } from '../../domain/access/permissions.ts';
import { maskPhoneNumber } from '../../domain/phone-number/phone-number.ts';

/** Presents a phone number in full or masked. Only callers that may send codes see it in full. */
export function presentNumber(caller: Caller, phoneNumber: string): string {
  return isAllowed(caller, ['otp:send']) ? phoneNumber : maskPhoneNumber(phoneNumber);
}

import type { Caller } from '../../domain/access/caller.ts';
import { isAllowed } from '../../domain/access/permissions.ts';
import { maskPhoneNumber } from '../../domain/phone-number/phone-number.ts';

/** What records call a number: whoever may not write to people does not get their numbers. */
export function presentNumber(caller: Caller, phoneNumber: string): string {
  return isAllowed(caller, ['otp:send']) ? phoneNumber : maskPhoneNumber(phoneNumber);
}

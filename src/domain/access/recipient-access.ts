import { AppError } from '../errors.ts';
import { type Access, isAllowed } from './permissions.ts';

/** Whether the caller sees phone numbers and email addresses in full. Only callers that may send codes do. */
export function seesRecipients(access: Access): boolean {
  return isAllowed(access, ['otp:send']);
}

/**
 * Refuses a search by more of a recipient than its masked form shows, because the hidden part could be found by trying.
 * Operators also see recipients masked, but may search: they unlock numbers.
 * @throws {AppError} `forbidden`.
 */
export function assertMayFindRecipient(access: Access): void {
  if (seesRecipients(access) || access.isOperator) return;
  const message =
    'This key sees phone numbers and email addresses masked, so it cannot search for one. This requires the scope otp:send';
  throw new AppError('forbidden', message);
}

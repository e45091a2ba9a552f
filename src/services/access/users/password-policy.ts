import { findWeakness, normalisePassword } from '../../../domain/access/password.ts';
import { invalidField } from '../../../domain/refusal.ts';

/**
 * Checks that a password is strong enough for the user with `email`.
 * @throws {AppError} `validation_failed` with the field and what is wrong.
 */
export function assertGoodPassword(password: string, email: string, field: string): void {
  const weakness = findWeakness(normalisePassword(password), email);
  if (weakness) throw invalidField(field, weakness.message, weakness.code);
}

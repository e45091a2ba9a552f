import { findWeakness, normalisePassword } from '../../../domain/access/password.ts';
import { invalidField } from '../../../domain/refusal.ts';

/**
 * Lets a password pass that will do for the person with `email`.
 * @throws {AppError} `validation_failed`, which names the field and what is wrong.
 */
export function assertGoodPassword(password: string, email: string, field: string): void {
  const weakness = findWeakness(normalisePassword(password), email);
  if (weakness) throw invalidField(field, weakness.message, weakness.code);
}

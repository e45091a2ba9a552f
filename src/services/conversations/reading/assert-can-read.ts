import type { Caller } from '../../../domain/access/caller.ts';
import { isAllowed } from '../../../domain/access/permissions.ts';
import { AppError } from '../../../domain/errors.ts';

/** @throws {AppError} `forbidden` for a caller who may not read conversations. */
export function assertCanRead(caller: Caller): void {
  if (isAllowed(caller, ['messages:read'])) return;
  throw new AppError('forbidden', 'Requires the scope messages:read');
}

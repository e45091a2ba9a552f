import { AppError, type ErrorCode, type FieldFault } from './errors.ts';
import type { RateLimitStatus } from './rate-limit.ts';

/** The hash queue is full. The attempt was not counted, and a slot is free after the wait. */
export function overloaded(retryAfterSeconds: number): AppError {
  return new AppError('overloaded', 'Too many requests are in progress. Try again.', {
    retryAfterSeconds,
  });
}

/** An invalid field; `message` follows its name, such as `must be before \`to\``. */
export function invalidField(
  path: string,
  message: string,
  code: FieldFault = 'invalid',
): AppError {
  const errors = [{ path, message, code }];
  return new AppError('validation_failed', `${path}: ${message}`, { errors });
}

/** A request that a limit refused, with the wait if there is one. */
export function refuse(code: ErrorCode, message: string, refusal: RateLimitStatus): AppError {
  const { resetSeconds } = refusal;
  const wait = resetSeconds === undefined ? {} : { retryAfterSeconds: Math.max(1, resetSeconds) };
  return new AppError(code, message, { ...wait, refusal });
}

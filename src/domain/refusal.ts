import { AppError, type ErrorCode, type FieldFault } from './errors.ts';
import type { RateLimitStatus } from './rate-limit.ts';

/** Too many hashes wait already; the caller has lost nothing and finds a place after the wait. */
export function overloaded(retryAfterSeconds: number): AppError {
  return new AppError('overloaded', 'Too many requests at this moment; try again', {
    retryAfterSeconds,
  });
}

/** A field is not as it has to be; `message` goes on after its name, such as `must be before \`to\``. */
export function invalidField(
  path: string,
  message: string,
  code: FieldFault = 'invalid',
): AppError {
  const errors = [{ path, message, code }];
  return new AppError('validation_failed', `${path}: ${message}`, { errors });
}

/** A limit said no: with the wait, where there is one. */
export function refuse(code: ErrorCode, message: string, refusal: RateLimitStatus): AppError {
  const { resetSeconds } = refusal;
  const wait = resetSeconds === undefined ? {} : { retryAfterSeconds: Math.max(1, resetSeconds) };
  return new AppError(code, message, { ...wait, refusal });
}

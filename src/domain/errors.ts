import { deliveryFailureReasons } from './delivery/delivery.ts';
import type { RateLimitStatus } from './rate-limit.ts';

/** The error codes of the API. */
export type ErrorCode =
  | 'invalid_json'
  | 'validation_failed'
  | 'invalid_phone'
  | 'region_not_allowed'
  | 'unauthorized'
  | 'forbidden'
  | 'password_change_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'payload_too_large'
  | 'otp_invalid'
  | 'otp_locked'
  | 'verification_pending'
  | 'proof_invalid'
  | 'resend_too_soon'
  | 'rate_limited'
  | 'recipient_unreachable'
  | 'no_next_step'
  | 'delivery_failed'
  | 'provider_unavailable'
  | 'database_unavailable'
  | 'overloaded'
  | 'session_not_found'
  | 'session_exists'
  | 'session_limit'
  | 'session_not_connected'
  | 'media_gone'
  | 'media_corrupt'
  | 'media_too_large'
  | 'media_unavailable'
  | 'media_elsewhere'
  | 'session_use'
  | 'user_exists'
  | 'key_not_active'
  | 'webhook_not_active'
  | 'idempotency_key_reused'
  | 'request_in_progress'
  | 'internal_error';

/** What is wrong with one field, parameter or channel: a closed list for programs. */
export const fieldFaults = [
  'required',
  'unknown_field',
  'repeated',
  'invalid_type',
  'invalid_value',
  'invalid_format',
  'too_short',
  'too_long',
  'too_small',
  'too_large',
  'control_characters',
  'conflict',
  'invalid',
  // Of passwords.
  'too_uniform',
  'contains_email',
  'contains_product_name',
  'wrong_password',
  'unchanged',
  // Of channels, beside `path: "whatsapp"` and the like.
  ...deliveryFailureReasons,
] as const;
export type FieldFault = (typeof fieldFaults)[number];

export type FieldError = {
  readonly path: string;
  readonly message: string;
  readonly code: FieldFault;
};

type Extras = {
  readonly cause?: unknown;
  /** Whole seconds after which the same request may succeed. */
  readonly retryAfterSeconds?: number;
  readonly attemptsLeft?: number;
  /** The limit that refused the request, for the RateLimit header fields. */
  readonly refusal?: RateLimitStatus;
  readonly errors?: readonly FieldError[];
  /** The verification concerned, for the log. */
  readonly verificationId?: string;
  /** The cause for operators: logged, never sent to callers. */
  readonly reason?: string;
};

/** A failure that the API reports to callers. Any other thrown error is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly extras: Extras;

  constructor(code: ErrorCode, message: string, extras: Extras = {}) {
    super(message, { cause: extras.cause });
    this.code = code;
    this.extras = extras;
  }
}

/** The same error about a verification that exists. */
export function withVerification({ code, message, extras }: AppError, verificationId: string) {
  return new AppError(code, message, { ...extras, verificationId });
}

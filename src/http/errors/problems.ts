import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ErrorCode } from '../../domain/errors.ts';

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';
const REDUCED_CAPACITY =
  'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity';

type Problem = {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  /** For the OpenAPI document: when this error occurs and what to do. */
  readonly meaning: string;
  readonly type?: string;
  /** Whether the response may have `Retry-After`. */
  readonly mayWait?: true;
};

/** The HTTP status of each error code. It is defined only here. */
export const PROBLEMS: Readonly<Record<ErrorCode, Problem>> = {
  invalid_json: { status: 400, title: 'Invalid JSON', meaning: 'The body is not valid JSON.' },
  validation_failed: {
    status: 400,
    title: 'Validation failed',
    meaning: 'A field or parameter is missing, unknown or invalid; `errors` names each one.',
  },
  invalid_phone: {
    status: 400,
    title: 'Invalid phone number',
    meaning: 'The text is not a mobile number; `message` says why.',
  },
  region_not_allowed: {
    status: 400,
    title: 'Region not allowed',
    meaning: 'The number is outside the regions that this installation serves.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    meaning: 'The credentials are missing or invalid.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    meaning: 'The caller may not do this; `message` names the missing scope or the restriction.',
  },
  password_change_required: {
    status: 403,
    title: 'Password change required',
    meaning:
      'Someone else has set the password of this user. Replace it with `POST /api/auth/password` first.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'No such resource in this account.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path does not have this method; `Allow` lists the methods that it has.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The body is not `application/json` in UTF-8, or it is compressed.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    meaning: 'The body is larger than 16 KiB, or a file is larger than permitted.',
  },
  otp_invalid: {
    status: 400,
    title: 'Code not accepted',
    meaning: 'The code is wrong, expired, already used or unknown; see `attemptsLeft`.',
  },
  verification_pending: {
    status: 409,
    title: 'Verification pending',
    meaning: 'The message that verifies has not arrived yet.',
  },
  proof_invalid: {
    status: 400,
    title: 'Proof not accepted',
    meaning: 'The proof is not valid, has expired, or was redeemed before.',
  },
  otp_locked: {
    status: 429,
    title: 'Recipient locked',
    meaning: 'Too many wrong codes were entered for this recipient.',
    type: QUOTA_EXCEEDED,
    mayWait: true,
  },
  resend_too_soon: {
    status: 429,
    title: 'Too soon',
    meaning: 'The cooldown since the last code is not over.',
    type: QUOTA_EXCEEDED,
    mayWait: true,
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning: 'A rate limit is exceeded; `message` says which one.',
    type: QUOTA_EXCEEDED,
    mayWait: true,
  },
  no_next_step: {
    status: 409,
    title: 'No next step',
    meaning: 'No code is live, its workflow has no further step, or a step is in progress.',
  },
  recipient_unreachable: {
    status: 422,
    title: 'Recipient unreachable',
    meaning: 'The recipient has no account on any channel.',
  },
  delivery_failed: {
    status: 502,
    title: 'Delivery failed',
    meaning: 'No channel accepted the message; `errors` has the reason of each channel.',
  },
  provider_unavailable: {
    status: 503,
    title: 'No channel available',
    meaning: 'No channel could accept the message. Try again.',
    mayWait: true,
  },
  database_unavailable: {
    status: 503,
    title: 'Database unavailable',
    meaning: 'The database does not answer. Try again.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    meaning: 'Too many requests are in progress. Try again.',
    type: REDUCED_CAPACITY,
    mayWait: true,
  },
  session_not_found: {
    status: 404,
    title: 'Session not found',
    meaning: 'There is no session with this name in this account.',
  },
  session_exists: {
    status: 409,
    title: 'Session exists',
    meaning: 'A session with this name already exists.',
  },
  session_limit: {
    status: 409,
    title: 'Too many sessions',
    meaning: 'The account has as many sessions as `LIMIT_SESSIONS_PER_ACCOUNT` allows.',
  },
  session_not_connected: {
    status: 409,
    title: 'Session not connected',
    meaning: 'The session is not connected, or the node that hosts it does not respond.',
    mayWait: true,
  },
  media_gone: {
    status: 410,
    title: 'File gone',
    meaning:
      'WhatsApp no longer has the file, and the phone of the session did not upload it again. Try again in an hour.',
  },
  media_corrupt: {
    status: 502,
    title: 'File corrupt',
    meaning: 'WhatsApp returned a file that is not the one of the message.',
  },
  media_too_large: {
    status: 422,
    title: 'File too large',
    meaning: 'The file is larger than `MEDIA_MAX_MB`, or than WhatsApp accepts for its type.',
  },
  media_unavailable: {
    status: 503,
    title: 'File unavailable',
    meaning: 'The file could not be fetched, or WhatsApp did not accept it. Try again.',
    mayWait: true,
  },
  media_elsewhere: {
    status: 409,
    title: 'File elsewhere',
    meaning: 'The file is on another node, which does not share its files.',
  },
  session_use: {
    status: 409,
    title: 'Not a use of the session',
    meaning: 'The settings `use` and `ignore` of the session exclude this.',
  },
  user_exists: {
    status: 409,
    title: 'User exists',
    meaning: 'A user with this email address already exists.',
  },
  key_not_active: {
    status: 409,
    title: 'Key not active',
    meaning: 'The API key is revoked, expired or already rotated.',
  },
  webhook_not_active: {
    status: 409,
    title: 'Webhook not active',
    meaning: 'The webhook is paused or was disabled; resume it first with `isActive: true`.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key reused',
    meaning: 'The `Idempotency-Key` was used with another body.',
  },
  request_in_progress: {
    status: 409,
    title: 'Request in progress',
    meaning: 'The first request with this `Idempotency-Key` is still running.',
    mayWait: true,
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    meaning: 'An unexpected error. Find it in the log by its `requestId`.',
  },
};

/** Returns the problem type of RFC 9457: a registered one, or one of our own. */
export function toProblemType(code: ErrorCode): string {
  return PROBLEMS[code].type ?? `urn:waverify:problem:${code}`;
}

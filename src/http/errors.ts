import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { HttpEnv } from './http-env.ts';
import { setRateLimitFields } from './rate-limit-headers.ts';

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';
const REDUCED_CAPACITY =
  'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity';

type Problem = {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly type?: string;
};

/** The one place where a failure meets an HTTP status. */
const PROBLEMS: Record<ErrorCode, Problem> = {
  invalid_json: { status: 400, title: 'Not JSON' },
  validation_failed: { status: 400, title: 'Not valid' },
  invalid_phone: { status: 400, title: 'Not a mobile number' },
  region_not_allowed: { status: 400, title: 'Region not served' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  otp_invalid: { status: 400, title: 'Code not accepted' },
  otp_locked: { status: 429, title: 'Number locked', type: QUOTA_EXCEEDED },
  resend_too_soon: { status: 429, title: 'Too soon', type: QUOTA_EXCEEDED },
  rate_limited: { status: 429, title: 'Too many requests', type: QUOTA_EXCEEDED },
  recipient_unreachable: { status: 422, title: 'Recipient unreachable' },
  delivery_failed: { status: 502, title: 'Delivery failed' },
  provider_unavailable: { status: 503, title: 'No channel available' },
  database_unavailable: { status: 503, title: 'Database unavailable' },
  overloaded: { status: 503, title: 'Overloaded', type: REDUCED_CAPACITY },
  session_not_found: { status: 404, title: 'No such session' },
  session_exists: { status: 409, title: 'Session exists' },
  session_limit: { status: 409, title: 'Too many sessions' },
  session_not_connected: { status: 409, title: 'Session not connected' },
  user_exists: { status: 409, title: 'Person exists' },
  key_not_active: { status: 409, title: 'Key not active' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  request_in_progress: { status: 409, title: 'Request in progress' },
  internal_error: { status: 500, title: 'Internal error' },
};

/** Turns whatever was thrown into problem details; what nobody foresaw gets a fixed sentence. */
export function createErrorHandler(logger: Logger) {
  return (error: Error, c: Context<HttpEnv>): Response => {
    const requestId = c.get('requestId');
    if (!(error instanceof AppError) && isCutOff(c)) {
      // Nobody reads the answer, and nothing here went wrong.
      logger.debug({ requestId, err: error }, 'the client went away before its request was whole');
      return sendProblem(c, new AppError('invalid_json', 'The body did not arrive as a whole'));
    }
    const failure = toAppError(error);
    if (failure.code === 'internal_error')
      logger.error({ requestId, err: error }, 'unhandled error');
    if (failure.code === 'database_unavailable') {
      const { reason } = failure.extras;
      const message = `database unavailable${reason ? `: ${reason}` : ''}`;
      logger.error({ requestId, err: failure.cause }, message);
    }
    return sendProblem(c, failure);
  };
}

/** Whether the connection ended, or was ended for being slow, while the request came in. */
function isCutOff(c: Context<HttpEnv>): boolean {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming?.destroyed === true && !incoming.complete;
}

export function sendProblem(c: Context<HttpEnv>, { code, message, extras }: AppError): Response {
  const { status, title, type } = PROBLEMS[code];
  const { retryAfterSeconds, attemptsLeft, errors, refusal } = extras;
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
  if (refusal) setRateLimitFields(c, [refusal]);
  if (code === 'unauthorized') c.header('WWW-Authenticate', 'Bearer realm="waverify"');
  c.set('problem', { code, retryAfter: retryAfterSeconds, attemptsLeft });
  const body = {
    type: type ?? `urn:waverify:problem:${code}`,
    title,
    status,
    detail: message,
    success: false,
    message,
    code,
    requestId: c.get('requestId'),
    ...(retryAfterSeconds !== undefined && { retryAfter: retryAfterSeconds }),
    ...(attemptsLeft !== undefined && { attemptsLeft }),
    ...(errors && { errors }),
  };
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
}

function toAppError(error: Error): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status === 400) {
    return new AppError('invalid_json', 'The body is not valid JSON', { cause: error });
  }
  return new AppError(
    'internal_error',
    'Something went wrong here; the log tells more under this requestId',
  );
}

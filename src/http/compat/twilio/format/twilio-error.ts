import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode } from '../../../../domain/errors.ts';
import { PROBLEMS } from '../../../errors/problems.ts';
import type { HttpEnv } from '../../../http-env.ts';

/** A status, and the code by which Twilio documents the error. */
export type Fault = { readonly status: ContentfulStatusCode; readonly code: number };

const INVALID_PARAMETER: Fault = { status: 400, code: 60200 };
const MAX_CHECKS: Fault = { status: 429, code: 60202 };
const MAX_SENDS: Fault = { status: 429, code: 60203 };
const UNAVAILABLE: Fault = { status: 503, code: 20503 };

/** The nearest code of each error. One that is missing has its own status, and the general code for it. */
const FAULTS: Readonly<Partial<Record<ErrorCode, Fault>>> = {
  unauthorized: { status: 401, code: 20003 },
  method_not_allowed: { status: 405, code: 20004 },
  invalid_json: INVALID_PARAMETER,
  validation_failed: INVALID_PARAMETER,
  invalid_phone: INVALID_PARAMETER,
  region_not_allowed: { status: 403, code: 60605 },
  otp_locked: MAX_CHECKS,
  // Another caller sends to the same number at this moment.
  resend_too_soon: { status: 429, code: 60212 },
  // Applications take it as a reason to use another channel.
  recipient_unreachable: { status: 400, code: 60205 },
  delivery_failed: UNAVAILABLE,
  provider_unavailable: UNAVAILABLE,
};

/** Limits that have a code of their own. Twilio blocks numbers that look like fraud. */
const BY_LIMIT: readonly (readonly [name: RegExp, fault: Fault])[] = [
  [/^otp-send-(held-)?prefix/, { status: 403, code: 60410 }],
  [/^otp-(resend-code|send-(service-)?phone)/, MAX_SENDS],
];

/** The codes of faults that only Twilio has. */
export const twilioFaults = {
  channelUnavailable: { status: 400, code: 60223 },
  tooManyRateLimits: { status: 429, code: 60207 },
  rateLimitExists: { status: 400, code: 60208 },
  tooManyBuckets: { status: 429, code: 60210 },
  bucketExists: { status: 400, code: 60211 },
} as const satisfies Readonly<Record<string, Fault>>;

/** A failure that only Twilio has. */
export class TwilioError extends Error {
  override readonly name = 'TwilioError';
  readonly fault: Fault;

  constructor(fault: Fault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Whether a path belongs to the routes that answer as Twilio does. */
export function isTwilioPath(path: string): boolean {
  return /^\/(v2|2010-04-01)(\/|$)/.test(path);
}

/** Sends an error in the format that Twilio's libraries read, by default with the code that Verify has for it. */
export function sendTwilioError(
  c: Context<HttpEnv>,
  error: AppError | TwilioError,
  fault: Fault = toFault(error),
): Response {
  const { status, code } = fault;
  const { retryAfterSeconds } = error instanceof AppError ? error.extras : {};
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
  if (status === 401) c.header('WWW-Authenticate', 'Basic realm="Twilio API"');
  const name = error instanceof AppError ? error.code : String(code);
  c.set('problem', { code: name, retryAfter: retryAfterSeconds, attemptsLeft: undefined });
  const moreInfo = `https://www.twilio.com/docs/errors/${code}`;
  return c.json({ code, message: toMessage(error), more_info: moreInfo, status }, status);
}

function toFault(error: AppError | TwilioError): Fault {
  if (error instanceof TwilioError) return error.fault;
  const name = error.extras.refusal?.limit.name;
  const ofLimit = BY_LIMIT.find(([pattern]) => name !== undefined && pattern.test(name));
  if (error.code === 'rate_limited' && ofLimit) return ofLimit[1];
  const { status } = PROBLEMS[error.code];
  return FAULTS[error.code] ?? { status, code: 20_000 + status };
}

/** Some applications look for the name of the parameter in the message. */
function toMessage(error: AppError | TwilioError): string {
  if (error instanceof TwilioError) return error.message;
  const [first] = error.extras.errors ?? [];
  if (toFault(error) !== INVALID_PARAMETER || !first) return error.message;
  return `Invalid parameter \`${first.path}\`: ${first.message}`;
}

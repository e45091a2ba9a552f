import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode } from '../../../domain/errors.ts';
import type { HookDialect } from '../../../domain/hooks/hook.ts';
import type { Relayed } from '../../../services/relays/relay-service.ts';
import { sendProblem } from '../../errors/error-responses.ts';
import { PROBLEMS } from '../../errors/problems.ts';
import type { HttpEnv } from '../../http-env.ts';

/**
 * What a refusal means for the server. `permanent`: the same message is never sent. `limit`: not now. `transient`: the
 * same call may succeed at once.
 */
type Refusal = 'permanent' | 'limit' | 'transient';

type Answer = (c: Context<HttpEnv>, relayed: Relayed) => Response;
type Refuse = (c: Context<HttpEnv>, error: AppError, refusal: Refusal) => Response;

const LIMITS: readonly ErrorCode[] = ['rate_limited', 'resend_too_soon', 'otp_locked'];
const TRANSIENT: readonly ErrorCode[] = [
  ...(['provider_unavailable', 'overloaded', 'database_unavailable'] as const),
  ...(['internal_error', 'request_in_progress'] as const),
];

/** These are answered with their own status: the call is not one of the server, or cannot be read. */
const NOT_A_CALL: readonly ErrorCode[] = [
  ...([
    'unauthorized',
    'invalid_json',
    'payload_too_large',
    'method_not_allowed',
    'not_found',
  ] as const),
];

const STATUSES: Readonly<Record<Refusal, ContentfulStatusCode>> = {
  permanent: 422,
  limit: 429,
  transient: 503,
};

/** The response of each server to a message that is delivered. */
const ANSWERS: Readonly<Record<HookDialect, Answer>> = {
  // Without a JSON body, Supabase takes 200 and 202 for an error.
  supabase: (c) => c.json({}, 200),
  logto: (c) => c.json({}, 200),
  kratos: (c) => c.json({}, 200),
  zitadel: (c) => c.json({}, 200),
  authgear: (c) => c.json({ code: 'ok' }, 200),
  authentik: (c) => c.json({}, 200),
  keycloak: (c) => c.json({}, 200),
  generic: (c, { relayId, isRepeated }) => {
    if (isRepeated) c.header('Idempotent-Replayed', 'true');
    return c.json({ deliveryId: relayId, status: 'accepted' }, 202);
  },
};

/**
 * The response of each server to a refusal, so that it neither repeats the call in vain nor shows a wrong error. None of
 * them contains a code or a whole number.
 */
const REFUSALS: Readonly<Record<HookDialect, Refuse>> = {
  // Only the body of a 200 reaches the user. A 503 with Retry-After is repeated at once, up to three times.
  supabase(c, { message }, refusal) {
    if (refusal === 'transient') return retryAtOnce(c, message);
    const status = refusal === 'limit' ? 429 : 422;
    return c.json({ error: { http_code: status, message } }, 200);
  },
  // The text of the body becomes the error in Logto.
  logto: (c, { message }, refusal) => c.json({ message }, STATUSES[refusal]),
  // Every other status than 2xx is sent again, so a refusal is one only if that can help.
  kratos: acceptUnlessTransient,
  zitadel: acceptUnlessTransient,
  authgear: (c, error) => {
    const code = toAuthgearCode(error);
    return c.json({ code, description: error.message }, 200);
  },
  // The text is shown to the user.
  authentik: (c, { message }, refusal) => c.text(message, STATUSES[refusal]),
  keycloak: (c, { message }, refusal) => c.json({ message }, STATUSES[refusal]),
  generic: (c, error) => sendProblem(c, error),
};

/** Answers a call whose message is delivered, or was before. */
export function answerCall(c: Context<HttpEnv>, dialect: HookDialect, relayed: Relayed): Response {
  return ANSWERS[dialect](c, relayed);
}

/** Answers a call that is refused, in the format of its server. */
export function refuseCall(c: Context<HttpEnv>, dialect: HookDialect, error: AppError): Response {
  const { code, extras } = error;
  c.set('problem', { code, retryAfter: extras.retryAfterSeconds, attemptsLeft: undefined });
  if (dialect !== 'generic' && NOT_A_CALL.includes(code)) {
    return c.json({ code, message: error.message }, PROBLEMS[code].status);
  }
  return REFUSALS[dialect](c, withoutDetails(error), toRefusal(code));
}

function toRefusal(code: ErrorCode): Refusal {
  if (LIMITS.includes(code)) return 'limit';
  return TRANSIENT.includes(code) ? 'transient' : 'permanent';
}

/** Says how long to wait, and nothing that is for operators. */
function withoutDetails({ code, message, extras }: AppError): AppError {
  const { retryAfterSeconds, errors } = extras;
  const isLimit = toRefusal(code) === 'limit' && retryAfterSeconds !== undefined;
  const text = isLimit ? `${message}. Try again in ${retryAfterSeconds} seconds.` : message;
  const shown = errors?.map(({ path, code: reason }) => ({ path, message: reason, code: reason }));
  return new AppError(code, text, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(shown && { errors: shown }),
  });
}

function acceptUnlessTransient(c: Context<HttpEnv>, { message }: AppError, refusal: Refusal) {
  if (refusal === 'transient') return retryAtOnce(c, message);
  return c.json({ status: 'refused', message }, 200);
}

function retryAtOnce(c: Context<HttpEnv>, message: string): Response {
  c.header('Retry-After', '1');
  return c.json({ message }, 503);
}

/** https://github.com/authgear/authgear-server/blob/main/docs/specs/sms_gateway.md */
function toAuthgearCode({ code, extras: { errors = [] } }: AppError): string {
  const codes: Partial<Readonly<Record<ErrorCode, string>>> = {
    invalid_phone: 'invalid_phone_number',
    region_not_allowed: 'invalid_phone_number',
    recipient_unreachable: 'invalid_phone_number',
    validation_failed: 'unsupported_request',
    rate_limited: 'rate_limited',
    provider_unavailable: 'timeout',
    forbidden: 'delivery_rejected',
  };
  const isMisconfigured = errors.length > 0 && errors.every((one) => one.code === 'misconfigured');
  if (code === 'delivery_failed') {
    return isMisconfigured ? 'authentication_failed' : 'delivery_rejected';
  }
  return codes[code] ?? 'unknown_error';
}

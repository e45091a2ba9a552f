import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../../domain/errors.ts';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import { checkCode } from '../../../services/verification/check-code.ts';
import type { VerificationContext } from '../../../services/verification/context.ts';
import { expireVerification } from '../../../services/verification/expire-verification.ts';
import { readStatus } from '../../../services/verification/read-status.ts';
import { startVerification } from '../../../services/verification/start-verification.ts';
import { unlockRecipient } from '../../../services/verification/unlock-recipient.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { setRateLimitFields } from '../../rate-limit-headers.ts';
import { createRouter } from '../../router.ts';
import {
  BODY_PROBLEMS,
  IdempotencyHeaders,
  json,
  jsonBody,
  NoQuery,
  problems,
  success,
  successOf,
} from '../schemas/envelope.ts';
import { presentSessionId, readSessionName } from '../session-names.ts';
import {
  DEFAULT_PURPOSE,
  type ReadCompanyName,
  type ReadRecipient,
  readTarget,
  withClientIp,
} from './parse-verification.ts';
import { presentSent, presentStatus } from './verification-response.ts';
import {
  ClientIp,
  codeOf,
  ExpireBody,
  NAMES_NONE,
  namesVerification,
  PhoneNumber,
  Purpose,
  SendBody,
  Sent,
  SessionId,
  Status,
  VerificationId,
  Verified,
} from './verification-schemas.ts';

type Dependencies = {
  readonly verification: VerificationContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
  readonly readCompanyName: ReadCompanyName;
  /** How many digits a code has here. */
  readonly codeLength: number;
};

const tags = ['Verification'];

const REFUSED = 'Not valid: the answer names the fields';
const LIMITED = 'Too soon, too many, or locked: see Retry-After';
const UNAVAILABLE = 'Overloaded, or the database or every channel is out of reach: try again';

export function otpRoutes({
  verification,
  idempotency,
  readRecipient,
  readCompanyName,
  codeLength,
}: Dependencies) {
  const router = createRouter();
  const middleware = [idempotent(idempotency)];

  const sending = {
    method: 'post',
    tags,
    middleware,
    request: { body: jsonBody(SendBody), query: NoQuery, headers: IdempotencyHeaders },
    responses: {
      200: json(successOf(Sent), 'A channel took the message'),
      ...problems({
        400: REFUSED,
        409: 'The first request with this Idempotency-Key is still running',
        ...BODY_PROBLEMS,
        422: 'The recipient is on no channel, or the Idempotency-Key had another body',
        429: LIMITED,
        502: 'Every channel refused the message',
        503: UNAVAILABLE,
      }),
    },
  } as const;

  const sendRoute = createRoute({
    ...sending,
    path: '/send',
    summary: 'Send a code to a phone number',
    description: 'Ends the live code of the same number and purpose, if there is one.',
  });
  const resendRoute = createRoute({
    ...sending,
    path: '/resend',
    summary: 'Send a new code in place of the last one',
    description: 'The old code is over; failures stay counted.',
  });
  for (const [route, message] of [
    [sendRoute, 'OTP sent'],
    [resendRoute, 'OTP sent again'],
  ] as const) {
    router.openapi(route, async (c) => {
      const body = c.req.valid('json');
      const caller = withClientIp(c.get('caller'), body.clientIp);
      const issued = await startVerification(verification, {
        caller,
        recipient: readRecipient(body.phoneNumber),
        purpose: body.purpose ?? DEFAULT_PURPOSE,
        sessionId: readSessionName(caller, body.sessionId),
        companyName: readCompanyName(body.companyName),
        channel: body.channel,
        locale: body.locale,
      });
      setRateLimitFields(c, issued.rateLimits);
      return c.json(success(message, presentSent(caller, issued)), 200);
    });
  }

  const VerifyBody = z
    .strictObject({
      phoneNumber: PhoneNumber.optional(),
      verificationId: VerificationId.optional(),
      otp: codeOf(codeLength),
      sessionId: SessionId.optional(),
      purpose: Purpose.optional().openapi({
        description: 'What the code was sent for; `login` when it is absent',
      }),
      clientIp: ClientIp.optional(),
    })
    .refine(namesVerification, NAMES_NONE)
    .openapi('VerifyRequest');

  const verifyRoute = createRoute({
    method: 'post',
    tags,
    path: '/verify',
    middleware,
    summary: 'Check the code that a recipient typed in',
    description: 'A code is accepted once. Wrong, expired, used and unknown are answered alike.',
    request: { body: jsonBody(VerifyBody), query: NoQuery, headers: IdempotencyHeaders },
    responses: {
      200: json(successOf(Verified), 'It was right, and is used up now'),
      ...problems({
        400: 'Not valid, or `otp_invalid` with `attemptsLeft`',
        409: 'The first request with this Idempotency-Key is still running',
        ...BODY_PROBLEMS,
        422: 'The Idempotency-Key had another body',
        429: '`otp_locked`: too many wrong codes for this number; `rate_limited`: too many with this key or from this `clientIp`, so that codes are checked by `verificationId` alone',
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(verifyRoute, async (c) => {
    const { otp, clientIp, ...body } = c.req.valid('json');
    const caller = withClientIp(c.get('caller'), clientIp);
    const target = readTarget(
      caller,
      { ...body, purpose: body.purpose ?? DEFAULT_PURPOSE },
      readRecipient,
    );
    const result = await checkCode(verification, caller, target, otp);
    if (result.outcome === 'invalid') {
      const { attemptsLeft } = result;
      throw new AppError('otp_invalid', 'The code is wrong or no longer valid', {
        attemptsLeft,
      });
    }
    const { verificationId, phoneNumber, purpose } = result.verification;
    const sessionId = presentSessionId(caller, result.verification.sessionId);
    const verifiedAt = result.verifiedAt.toISOString();
    const data = { verificationId, phoneNumber, sessionId, purpose, verifiedAt };
    return c.json(success('OTP verified', data), 200);
  });

  const expireRoute = createRoute({
    method: 'post',
    tags,
    path: '/expire',
    summary: 'End a live code',
    request: { body: jsonBody(ExpireBody), query: NoQuery },
    responses: {
      200: json(successOf(z.object({ expired: z.int() })), 'How many were live: 0 or 1'),
      ...problems({ 400: REFUSED, ...BODY_PROBLEMS, 503: UNAVAILABLE }),
    },
  });
  router.openapi(expireRoute, async (c) => {
    const caller = c.get('caller');
    const target = readTarget(caller, c.req.valid('json'), readRecipient);
    const expired = await expireVerification(verification, caller, target);
    return c.json(success(expired > 0 ? 'OTP expired' : 'No live OTP', { expired }), 200);
  });

  const unlockRoute = createRoute({
    method: 'post',
    tags,
    path: '/unlock',
    summary: 'Lift the lock that wrong codes put on a number',
    request: { body: jsonBody(z.strictObject({ phoneNumber: PhoneNumber })), query: NoQuery },
    responses: {
      200: json(
        successOf(z.object({ phoneNumber: z.string() })),
        'Unlocked; the activity log has it',
      ),
      ...problems({ 400: REFUSED, ...BODY_PROBLEMS, 503: UNAVAILABLE }),
    },
  });
  router.openapi(unlockRoute, async (c) => {
    const { phoneNumber } = readRecipient(c.req.valid('json').phoneNumber);
    await unlockRecipient(verification, c.get('caller'), phoneNumber);
    return c.json(success('Number unlocked', { phoneNumber }), 200);
  });

  const statusRoute = createRoute({
    method: 'get',
    tags,
    path: '/status/{phoneNumber}',
    summary: 'Tell how the newest code of a number stands',
    request: {
      params: z.object({ phoneNumber: PhoneNumber }),
      query: z.strictObject({
        sessionId: SessionId.optional(),
        purpose: Purpose.optional(),
        clientIp: ClientIp.optional(),
      }),
    },
    responses: {
      200: json(successOf(Status), '`none` when there is no code on record'),
      ...problems({ 400: REFUSED, 429: LIMITED, 503: UNAVAILABLE }),
    },
  });
  router.openapi(statusRoute, async (c) => {
    const { phoneNumber } = readRecipient(c.req.valid('param').phoneNumber);
    const { sessionId, purpose = DEFAULT_PURPOSE, clientIp } = c.req.valid('query');
    const caller = withClientIp(c.get('caller'), clientIp);
    const scope = { accountId: caller.accountId, phoneNumber, purpose };
    const inSession = readSessionName(caller, sessionId);
    const status = await readStatus(verification, caller, scope, inSession);
    setRateLimitFields(c, status.rateLimits);
    return c.json(success('OTP status', presentStatus(phoneNumber, status)), 200);
  });

  return router;
}

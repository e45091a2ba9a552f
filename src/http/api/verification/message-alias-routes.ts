import { createRoute, z } from '@hono/zod-openapi';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import type { VerificationContext } from '../../../services/verification/context.ts';
import { startVerification } from '../../../services/verification/start-verification.ts';
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
import { readSessionPath } from '../session-names.ts';
import {
  DEFAULT_PURPOSE,
  type ReadCompanyName,
  type ReadRecipient,
  withClientIp,
} from './parse-verification.ts';
import { presentSent } from './verification-response.ts';
import {
  ClientIp,
  CompanyName,
  LocaleName,
  PhoneNumber,
  Sent,
  SessionPath,
} from './verification-schemas.ts';

type Dependencies = {
  readonly verification: VerificationContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
  readonly readCompanyName: ReadCompanyName;
};

const Body = z
  .strictObject({
    to: PhoneNumber.optional(),
    phone: PhoneNumber.optional(),
    companyName: CompanyName.optional(),
    locale: LocaleName.optional(),
    clientIp: ClientIp.optional(),
  })
  .refine(
    ({ to, phone }) => (to === undefined) !== (phone === undefined),
    'give either to or phone',
  )
  .openapi('SessionSendRequest');

/** The older spelling of sending, kept for programs that know it. */
export function messageRoutes(dependencies: Dependencies) {
  const { verification, idempotency, readRecipient, readCompanyName } = dependencies;
  const router = createRouter();

  const sendRoute = createRoute({
    method: 'post',
    tags: ['Verification'],
    path: '/{sessionId}/otp',
    middleware: [idempotent(idempotency)],
    summary: 'Send a code (older spelling of POST /api/otp/send)',
    request: {
      params: z.object({ sessionId: SessionPath }),
      body: jsonBody(Body),
      query: NoQuery,
      headers: IdempotencyHeaders,
    },
    responses: {
      200: json(successOf(Sent), 'A channel took the message'),
      ...problems({
        400: 'Not valid: the answer names the fields',
        404: '`session_not_found`: it is no name of a session of this account',
        409: 'The first request with this Idempotency-Key is still running',
        ...BODY_PROBLEMS,
        422: 'The recipient is on no channel, or the Idempotency-Key had another body',
        429: 'Too soon or too many: see Retry-After',
        502: 'Every channel refused the message',
        503: 'Overloaded, or the database or every channel is out of reach: try again',
      }),
    },
  });
  router.openapi(sendRoute, async (c) => {
    const { to, phone, companyName, locale, clientIp } = c.req.valid('json');
    const caller = withClientIp(c.get('caller'), clientIp);
    const issued = await startVerification(verification, {
      caller,
      recipient: readRecipient(to ?? phone ?? ''),
      purpose: DEFAULT_PURPOSE,
      sessionId: readSessionPath(caller, c.req.valid('param').sessionId),
      companyName: readCompanyName(companyName),
      channel: undefined,
      locale,
    });
    setRateLimitFields(c, issued.rateLimits);
    return c.json(success('OTP sent', presentSent(caller, issued)), 200);
  });

  return router;
}

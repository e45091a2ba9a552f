import { z } from '@hono/zod-openapi';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import type { VerificationContext } from '../../../services/verification/context.ts';
import { startVerification } from '../../../services/verification/start-verification.ts';
import { rateLimitHeaders } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { setRateLimitFields } from '../../rate-limit-headers.ts';
import { PreferHeaders, prefersAsync } from '../../respond-async.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PhoneNumber, SessionPath } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { readSessionPath } from '../session-names.ts';
import { ACCEPTED, toAccepted } from './accepted.ts';
import {
  DEFAULT_PURPOSE,
  type ReadCompanyName,
  type ReadRecipient,
  withClientIp,
} from './parse-verification.ts';
import { SENDING_FAULTS } from './send-routes.ts';
import { presentSent } from './verification-response.ts';
import { ClientIp, CompanyName, MessageLocale, Sent } from './verification-schemas.ts';

type Dependencies = {
  readonly verification: VerificationContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
  readonly readCompanyName: ReadCompanyName;
};

const Body = z
  .strictObject({
    to: PhoneNumber.optional(),
    phone: PhoneNumber.optional().openapi({ description: 'The same as `to`' }),
    companyName: CompanyName.optional(),
    locale: MessageLocale.optional(),
    clientIp: ClientIp.optional(),
  })
  .refine(
    ({ to, phone }) => (to === undefined) !== (phone === undefined),
    fault('conflict', 'give either to or phone'),
  )
  .openapi('SessionSendRequest', { description: 'A code to send. Give either `to` or `phone`.' });

/** The older route for sending, kept for existing programs. */
export function messageRoutes(dependencies: Dependencies) {
  const { verification, idempotency, readRecipient, readCompanyName } = dependencies;
  const router = createRouter();

  const sendRoute = operation({
    method: 'post',
    path: '/{sessionId}/otp',
    operationId: 'sendCodeFromSession',
    tag: 'Verification',
    summary: 'Send a code from a session',
    description: 'An older form of `POST /api/otp/send`. New programs should use that.',
    deprecated: true,
    params: z.object({ sessionId: SessionPath }),
    idempotency,
    headers: PreferHeaders,
    body: Body,
    answers: {
      200: answer(Sent, 'The code was sent', { headers: rateLimitHeaders }),
      202: ACCEPTED,
    },
    fails: SENDING_FAULTS,
  });
  router.openapi(sendRoute, async (c) => {
    const { to, phone, companyName, locale, clientIp } = c.req.valid('json');
    const caller = withClientIp(c.get('caller'), clientIp);
    const issued = await startVerification(verification, {
      caller,
      recipient: readRecipient(to ?? phone ?? ''),
      purpose: DEFAULT_PURPOSE,
      sessionId: readSessionPath(caller, c.req.valid('param').sessionId),
      companyName: await readCompanyName(caller, companyName),
      channel: undefined,
      locale,
      isAsync: prefersAsync(c),
    });
    setRateLimitFields(c, issued.rateLimits);
    if (issued.isPending) return c.json(...toAccepted(caller, issued));
    return c.json(success('OTP sent', presentSent(caller, issued)), 200);
  });

  return router;
}

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import type { VerificationContext } from '../../../services/verification/context.ts';
import type { InboundContext } from '../../../services/verification/inbound/context.ts';
import { startInbound } from '../../../services/verification/inbound/start-inbound.ts';
import { sendNext } from '../../../services/verification/sending/send-next.ts';
import { startVerification } from '../../../services/verification/start-verification.ts';
import type { HttpEnv } from '../../http-env.ts';
import { rateLimitHeaders } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { setRateLimitFields } from '../../rate-limit-headers.ts';
import { PreferHeaders, prefersAsync } from '../../respond-async.ts';
import { createRouter } from '../../router.ts';
import { presentWaiting } from '../inbound/inbound-response.ts';
import { WaitingForMessage } from '../inbound/inbound-schemas.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { readSessionName } from '../session-names.ts';
import { ACCEPTED, toAccepted } from './accepted.ts';
import {
  DEFAULT_PURPOSE,
  type ReadCompanyName,
  type ReadRecipient,
  readNamed,
  readTarget,
  withClientIp,
} from './parse-verification.ts';
import { NextBody, ResendBody, SendBody } from './send-schemas.ts';
import { presentSent } from './verification-response.ts';
import { Sent, sentExample } from './verification-schemas.ts';

type Dependencies = {
  readonly verification: VerificationContext;
  readonly inbound: InboundContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
  readonly readCompanyName: ReadCompanyName;
};

const tag = 'Verification';

/** How sending a code can fail. */
export const SENDING_FAULTS = [
  ...PHONE_FAULTS,
  'session_not_found',
  'resend_too_soon',
  'otp_locked',
  'recipient_unreachable',
  'delivery_failed',
  'provider_unavailable',
] as const;

/** The ways in which a verification begins, or its code is sent again. */
export function sendRoutes(dependencies: Dependencies) {
  const { verification, inbound, idempotency, readRecipient, readCompanyName } = dependencies;
  const router = createRouter();

  async function send(
    c: Context<HttpEnv>,
    body: z.output<typeof ResendBody>,
    { isResend, message }: { readonly isResend: boolean; readonly message: string },
  ) {
    const caller = withClientIp(c.get('caller'), body.clientIp);
    const issued = await startVerification(verification, {
      caller,
      recipient: readNamed(body, readRecipient),
      purpose: body.purpose ?? DEFAULT_PURPOSE,
      sessionId: readSessionName(caller, body.sessionId),
      companyName: await readCompanyName(caller, body.companyName),
      channel: body.channel,
      workflow: body.workflow,
      email: body.email,
      locale: body.locale,
      isResend,
      isAsync: prefersAsync(c),
    });
    setRateLimitFields(c, issued.rateLimits);
    if (issued.isPending) return c.json(...toAccepted(caller, issued));
    return c.json(success(message, presentSent(caller, issued)), 200);
  }

  /** Starts a verification by a message that the person sends. */
  async function startWaiting(
    c: Context<HttpEnv>,
    body: Omit<z.output<typeof SendBody>, 'method' | 'email' | 'workflow'>,
  ) {
    const caller = withClientIp(c.get('caller'), body.clientIp);
    const { phoneNumber, purpose = DEFAULT_PURPOSE, channel, locale, returnCode } = body;
    // The answer has the token.
    c.set('hasSecretAnswer', true);
    const started = await startInbound(inbound, {
      ...{ caller, purpose, channel, locale, returnsCode: returnCode },
      recipient: phoneNumber === undefined ? undefined : readRecipient(phoneNumber),
      sessionId: readSessionName(caller, body.sessionId),
      companyName: (await readCompanyName(caller, body.companyName)) ?? '',
    });
    return presentWaiting(caller, started);
  }

  const sending = {
    method: 'post',
    tag,
    idempotency,
    headers: PreferHeaders,
    bodyExample: { phoneNumber: '+6281234567890', companyName: 'Kopi & Roti', locale: 'en' },
    answers: {
      200: answer(Sent, 'The code was sent', {
        message: 'OTP sent',
        example: sentExample,
        headers: rateLimitHeaders,
      }),
      202: ACCEPTED,
    },
    fails: SENDING_FAULTS,
    examples: {
      resend_too_soon: { message: 'Wait before you request another code', retryAfter: 42 },
    },
  } as const;

  const sendRoute = operation({
    ...sending,
    body: SendBody,
    path: '/send',
    operationId: 'sendCode',
    summary: 'Send a code, or start a verification by message',
    description:
      'Sends a one-time code to a phone number or, with `email` and without `phoneNumber`, to an email address. A code that is still live for the same recipient and purpose is invalidated. With `method: "inbound"`, nothing is sent: the response has a link and a QR code with which the person sends a message to one of your WhatsApp numbers.',
    answers: {
      ...sending.answers,
      200: answer(
        z.union([Sent, WaitingForMessage]),
        'The code was sent, or a message is awaited',
        {
          message: 'OTP sent',
          example: sentExample,
          headers: rateLimitHeaders,
        },
      ),
    },
    fails: [...SENDING_FAULTS, 'session_not_connected'],
  });
  router.openapi(sendRoute, async (c) => {
    const { method, returnCode, ...body } = c.req.valid('json');
    if (method !== 'inbound') return send(c, body, { isResend: false, message: 'OTP sent' });
    const waiting = await startWaiting(c, { ...body, returnCode });
    return c.json(success('Waiting for the message', waiting), 200);
  });

  const resendRoute = operation({
    ...sending,
    body: ResendBody,
    path: '/resend',
    operationId: 'resendCode',
    summary: 'Send the code again',
    description:
      'Sends the live code again; its expiry does not change. Without a live code, or with `OTP_RESEND_CODE=new`, sends a new one and invalidates the previous one. Failed attempts stay counted.',
  });
  router.openapi(resendRoute, (c) =>
    send(c, c.req.valid('json'), { isResend: true, message: 'OTP sent again' }),
  );

  const nextRoute = operation({
    method: 'post',
    path: '/next',
    operationId: 'sendCodeByNextStep',
    tag,
    summary: 'Send the code by the next step',
    description:
      'Sends the live code by the next step of its workflow now, for a user who asks to try another way. The code and its expiry do not change.',
    idempotency,
    body: NextBody,
    bodyExample: { verificationId: sentExample.verificationId },
    answers: {
      200: answer(Sent, 'The code was sent', { message: 'OTP sent', example: sentExample }),
    },
    fails: [
      ...PHONE_FAULTS,
      'no_next_step',
      'recipient_unreachable',
      'delivery_failed',
      'provider_unavailable',
    ],
  });
  router.openapi(nextRoute, async (c) => {
    const caller = c.get('caller');
    const target = readTarget(caller, c.req.valid('json'), readRecipient);
    const sent = await sendNext(verification, caller, target);
    return c.json(success('OTP sent', presentSent(caller, sent)), 200);
  });

  return router;
}

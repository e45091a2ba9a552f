import { z } from '@hono/zod-openapi';
import { type Context, Hono } from 'hono';
import { toAccountSid } from '../../../../domain/compat/twilio-sids.ts';
import { AppError, type ErrorCode } from '../../../../domain/errors.ts';
import type { Logger } from '../../../../lib/logger.ts';
import {
  getOwnText,
  sendOwnText,
  type TextRelayContext,
} from '../../../../services/relays/send-text.ts';
import type { CredentialParts } from '../../../api/credentials.ts';
import type { ReadRecipient } from '../../../api/verification/parse-verification.ts';
import { createErrorHandler } from '../../../errors/error-responses.ts';
import type { HttpEnv } from '../../../http-env.ts';
import { limitBody } from '../../../middleware/limit-body.ts';
import { onlyRouted } from '../../../middleware/matched-route.ts';
import { requireBasic } from '../basic-auth.ts';
import { naming, readBody } from '../format/read-form.ts';
import { type Fault, sendTwilioError } from '../format/twilio-error.ts';
import { presentMessage, readMessageSid } from './present-message.ts';

type Parts = CredentialParts & {
  readonly texts: TextRelayContext;
  readonly readRecipient: ReadRecipient;
  readonly logger: Logger;
};

const notOffered = z.undefined('is not supported. Leave it out').optional();

/** What is about files, templates and times cannot be ignored. `From` and the like are: the account decides. */
const MessageFields = z.object({
  To: z.string().min(1, 'is missing'),
  Body: z.string().min(1, 'is missing'),
  From: z.string().optional(),
  MessagingServiceSid: z.string().optional(),
  MediaUrl: notOffered,
  ContentSid: notOffered,
  SendAt: notOffered,
});

/** The codes of the Messages API, where they differ from those of Verify. */
const FAULTS: Readonly<Partial<Record<ErrorCode, Fault>>> = {
  invalid_phone: { status: 400, code: 21211 },
  region_not_allowed: { status: 400, code: 21408 },
  recipient_unreachable: { status: 400, code: 21614 },
  rate_limited: { status: 429, code: 20429 },
};

/** The codes of fields that are wrong. */
const FIELD_FAULTS: Readonly<Record<string, Fault>> = {
  To: { status: 400, code: 21211 },
  'Body.too_long': { status: 400, code: 21617 },
  'Body.conflict': { status: 400, code: 30007 },
  Body: { status: 400, code: 21602 },
};

/**
 * The routes that answer as the Messages API of Twilio does, for applications that own their codes and whose address of
 * Twilio can be set: the text of the application is sent by the channels of the account.
 */
export function createMessagesApp(parts: Parts): Hono<HttpEnv> {
  const { texts, readRecipient, logger } = parts;
  const app = new Hono<HttpEnv>();
  app.onError(createErrorHandler(logger, (c, error) => sendTwilioError(c, error, toFault(error))));
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
  });
  app.use(requireBasic(parts));
  app.use(onlyRouted(limitBody));

  app.post('/:account/Messages.json', async (c) => {
    assertOwnAccount(c, c.req.param('account'));
    const { To, Body: text, ...from } = await readBody(c, MessageFields);
    const caller = c.get('caller');
    const recipient = await naming('To', () => readRecipient(To));
    const idempotencyKey =
      c.req.header('i-twilio-idempotency-token') ?? c.req.header('idempotency-key');
    const { relayId } = await sendOwnText(texts, caller, { recipient, text, idempotencyKey });
    const message = await getOwnText(texts, caller, relayId);
    return c.json(presentMessage(message, from), 201);
  });

  app.get('/:account/Messages/:sid', async (c) => {
    assertOwnAccount(c, c.req.param('account'));
    const relayId = readMessageSid(c.req.param('sid'));
    if (relayId === undefined) throw new AppError('not_found', 'No such message');
    return c.json(presentMessage(await getOwnText(texts, c.get('caller'), relayId)), 200);
  });
  return app;
}

/** @throws {AppError} `not_found` for the SID of another account than that of the credentials. */
function assertOwnAccount(c: Context<HttpEnv>, sid: string): void {
  if (sid.toLowerCase() === toAccountSid(c.get('caller').accountId).toLowerCase()) return;
  throw new AppError('not_found', 'No such account');
}

function toFault({ code, extras }: AppError): Fault | undefined {
  const [first] = extras.errors ?? [];
  if (code !== 'validation_failed' || !first) return FAULTS[code];
  return FIELD_FAULTS[`${first.path}.${first.code}`] ?? FIELD_FAULTS[first.path];
}

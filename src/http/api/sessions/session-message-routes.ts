import { createRoute } from '@hono/zod-openapi';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { sendMessage } from '../../../services/whatsapp/send-message.ts';
import { idempotent } from '../../middleware/idempotent.ts';
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
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { NOT_FOUND, REFUSED, SESSION_TAGS as tags, UNAVAILABLE } from './session-problems.ts';
import { SendMessageBody, SentText, SessionParams } from './session-schemas.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
};

/** A person's own message, from a linked number; codes go by /api/otp/send. */
export function sessionMessageRoutes({ sessions, idempotency, readRecipient }: Dependencies) {
  const router = createRouter();

  const sendMessageRoute = createRoute({
    method: 'post',
    tags,
    path: '/{id}/send-message',
    middleware: [idempotent(idempotency)],
    summary: 'Send a text from a session',
    description: 'WhatsApp restricts numbers that write to people who do not know them.',
    request: {
      params: SessionParams,
      query: NoQuery,
      headers: IdempotencyHeaders,
      body: jsonBody(SendMessageBody),
    },
    responses: {
      200: json(successOf(SentText), 'WhatsApp took the message'),
      ...problems({
        400: REFUSED,
        404: NOT_FOUND,
        409: '`session_not_connected`: the session is not open, or another node keeps it; `request_in_progress`: the first request with this Idempotency-Key is still running',
        ...BODY_PROBLEMS,
        422: 'The recipient is not on WhatsApp, or the Idempotency-Key had another body',
        502: 'WhatsApp refused the message',
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(sendMessageRoute, async (c) => {
    const { to, message } = c.req.valid('json');
    const recipient = readRecipient(to);
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const sent = await sendMessage(sessions, caller, sessionId, { recipient, text: message });
    const { messageId, sentAt } = sent;
    const data = { messageId, timestamp: sentAt.toISOString() };
    return c.json(success('Message sent', data), 200);
  });

  return router;
}

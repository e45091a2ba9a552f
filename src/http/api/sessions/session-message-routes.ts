import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { sendMessage } from '../../../services/whatsapp/send-message.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { readSessionPath } from '../session-names.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { SendMessageBody, SentText } from './session-message-schemas.ts';
import { SessionParams } from './session-schemas.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
};

/** Sends a text from a linked number. Codes are sent with /api/otp/send. */
export function sessionMessageRoutes({ sessions, idempotency, readRecipient }: Dependencies) {
  const router = createRouter();

  const sendMessageRoute = operation({
    method: 'post',
    path: '/{id}/send-message',
    operationId: 'sendMessage',
    tag: 'Sessions',
    summary: 'Send a text message',
    description:
      'Sends a text of your own from a session. Send codes with `POST /api/otp/send`. WhatsApp restricts numbers that write to people who do not know them.',
    params: SessionParams,
    idempotency,
    body: SendMessageBody,
    answers: { 200: answer(SentText, 'WhatsApp accepted the message') },
    fails: [
      ...PHONE_FAULTS,
      'session_not_found',
      'session_not_connected',
      'recipient_unreachable',
      'delivery_failed',
      'provider_unavailable',
    ],
    meanings: {
      recipient_unreachable: 'The recipient is not on WhatsApp.',
      delivery_failed: 'WhatsApp refused the message.',
      provider_unavailable: 'WhatsApp did not answer in time. Try again.',
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

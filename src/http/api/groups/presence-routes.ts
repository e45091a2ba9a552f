import { AppError } from '../../../domain/errors.ts';
import { findPicture, setPresence } from '../../../services/conversations/account/presence.ts';
import type { ConversationContext } from '../../../services/conversations/context.ts';
import { showTyping } from '../../../services/conversations/outbound/act-in-chat.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { ContactParams } from '../conversations/chat-schemas.ts';
import { ChatParams } from '../conversations/message-schemas.ts';
import { readDestination } from '../conversations/parse-draft.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { Picture, Presence, PresenceBody, Typing, TypingBody } from './group-schemas.ts';

type Dependencies = {
  readonly conversations: ConversationContext;
  readonly readRecipient: ReadRecipient;
  readonly readOwnNumber: ReadRecipient;
};

type Router = ReturnType<typeof createRouter>;

const tag = 'Conversations';

const NOT_DONE = ['session_not_found', 'session_not_connected', 'provider_unavailable'] as const;

/** What people see of a session, and the picture that a session sees of a person. */
export function presenceRoutes(parts: Dependencies) {
  const router = createRouter();
  addPresence(router, parts);
  addTyping(router, parts);
  addPicture(router, parts);
  return router;
}

function addPresence(router: Router, { conversations }: Dependencies): void {
  const route = operation({
    method: 'put',
    path: '/{id}/presence',
    operationId: 'setPresence',
    tag,
    summary: 'Show a session as online or offline',
    description:
      'A session is offline by default, so that its phone gets notifications. `available` lasts until the connection ends.',
    params: SessionParams,
    body: PresenceBody,
    answers: { 200: answer(Presence, 'What people see') },
    fails: NOT_DONE,
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { state } = c.req.valid('json');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    await setPresence(conversations, caller, sessionId, state === 'available');
    return c.json(success('Presence set', { state }), 200);
  });
}

function addTyping(router: Router, { conversations, readRecipient }: Dependencies): void {
  const route = operation({
    method: 'post',
    path: '/{id}/chats/{chat}/typing',
    operationId: 'showTyping',
    tag,
    summary: 'Show that a session is typing or recording',
    description: 'Phones show it for some seconds, to people whose chat with the session is open.',
    params: ChatParams,
    body: TypingBody,
    answers: { 200: answer(Typing, 'What people in the chat see') },
    fails: [...PHONE_FAULTS, ...NOT_DONE, 'session_use', 'not_found'],
    meanings: { not_found: 'The session has not stored this chat.' },
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { id, chat } = c.req.valid('param');
    const { state } = c.req.valid('json');
    const destination = readDestination({ chat }, readRecipient);
    const what = { destination, state };
    const shown = await showTyping(conversations, caller, readSessionPath(caller, id), what);
    return c.json(success('Shown', { chat: shown, state }), 200);
  });
}

function addPicture(router: Router, { conversations, readOwnNumber }: Dependencies): void {
  const route = operation({
    method: 'get',
    path: '/{id}/contacts/{phoneNumber}/picture',
    operationId: 'getContactPicture',
    tag,
    summary: 'Get the picture of a person',
    description: 'WhatsApp is asked each time; nothing is stored.',
    params: ContactParams,
    answers: { 200: answer(Picture, 'The URL of the picture') },
    fails: [...PHONE_FAULTS, ...NOT_DONE, 'not_found', 'delivery_failed'],
    meanings: {
      not_found: 'The person has no picture, or hides it from the session.',
      delivery_failed: 'WhatsApp refused it.',
    },
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { id, phoneNumber: written } = c.req.valid('param');
    const recipient = readOwnNumber(written);
    const url = await findPicture(conversations, caller, readSessionPath(caller, id), recipient);
    if (url === undefined) throw new AppError('not_found', 'There is no picture for the session');
    return c.json(success('Picture', { phoneNumber: recipient.phoneNumber, url }), 200);
  });
}

import type { ConversationContext } from '../../../services/conversations/context.ts';
import { markMessageRead } from '../../../services/conversations/outbound/act-in-chat.ts';
import {
  changeMessage,
  type MessageChange,
} from '../../../services/conversations/outbound/change-message.ts';
import { forwardMessage } from '../../../services/conversations/outbound/forward-message.ts';
import { type Sent, sendToChat } from '../../../services/conversations/outbound/send-to-chat.ts';
import { assertCanRead } from '../../../services/conversations/reading/assert-can-read.ts';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { EmptyBody } from '../schemas/empty-body.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { MessageParams, MessageQuery, MessageRef, SentTo } from './message-schemas.ts';
import { readDestination, readDraft } from './parse-draft.ts';
import { EditBody, ForwardBody, ReactionBody, SendBody } from './send-schemas.ts';

type Dependencies = {
  readonly conversations: ConversationContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
  readonly readOwnNumber: ReadRecipient;
};

const tag = 'Conversations';

const NOT_SENT = [
  'session_not_found',
  'session_not_connected',
  'recipient_unreachable',
  'delivery_failed',
  'provider_unavailable',
  'not_found',
  'session_use',
] as const;

const meanings = {
  recipient_unreachable: 'The recipient is not on WhatsApp.',
  delivery_failed: 'WhatsApp refused the message.',
  provider_unavailable: 'WhatsApp did not answer in time. Try again.',
  not_found: 'The session has not stored this chat or message.',
  session_use: 'The session is for codes (`use`), or ignores groups (`ignore`).',
};

/** What can be wrong with a file that is to be sent. */
export const NO_FILE = [
  'media_too_large',
  'media_unavailable',
  'media_elsewhere',
  'overloaded',
] as const;

export const fileMeanings = {
  media_too_large: 'The file is larger than WhatsApp accepts for its type.',
  media_unavailable:
    'The server of the URL failed, or WhatsApp did not accept the file. Try again.',
  session_use:
    'The session is for codes (`use`), so that it sends no files of more than 1 MB and nothing to groups, or it ignores groups (`ignore`).',
};

/** Sends messages from a session, and changes those that are stored. */
export function sendMessageRoutes(parts: Dependencies) {
  const router = createRouter();
  addSend(router, parts);
  addForward(router, parts);
  addChanges(router, parts);
  addRead(router, parts);
  return router;
}

type Router = ReturnType<typeof createRouter>;

function presentSent({ messageId, chatKey, sentAt }: Sent) {
  const timestamp = sentAt.toISOString();
  return { messageId, chat: chatKey, status: 'accepted' as const, timestamp };
}

function addSend(router: Router, { conversations, idempotency, ...readers }: Dependencies): void {
  const route = operation({
    method: 'post',
    path: '/{id}/messages',
    operationId: 'sendToChat',
    tag,
    summary: 'Send a message',
    description:
      'Sends a text, a place, contacts, a poll or a file to a person or a group. A file is one that you uploaded, or is fetched from a URL. Images and stickers may have up to 5 MB, video and audio 16 MB, and documents `MEDIA_MAX_MB`. The bytes of a file must match its type. Send codes with `POST /api/otp/send`. WhatsApp restricts numbers that write to people who do not know them.',
    params: SessionParams,
    idempotency,
    body: SendBody,
    bodyExample: { to: '+6281234567890', text: 'Your order is on its way.' },
    answers: { 200: answer(SentTo, 'WhatsApp accepted the message') },
    fails: [...PHONE_FAULTS, ...NOT_SENT, ...NO_FILE, 'request_in_progress'],
    meanings: { ...meanings, ...fileMeanings },
  });
  router.openapi(route, async (c) => {
    const body = c.req.valid('json');
    const caller = c.get('caller');
    const destination = readDestination(body, readers.readRecipient);
    const draft = readDraft(body, readers.readOwnNumber);
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const sent = await sendToChat(conversations, caller, sessionId, { destination, draft });
    return c.json(success('Message sent', presentSent(sent)), 200);
  });
}

function addForward(
  router: Router,
  { conversations, idempotency, readRecipient }: Dependencies,
): void {
  const route = operation({
    method: 'post',
    path: '/{id}/messages/{messageId}/forward',
    operationId: 'forwardMessage',
    tag,
    summary: 'Forward a message',
    description:
      'Sends the content of a stored message to another person, marked as forwarded. Also needs `messages:read`.',
    params: MessageParams,
    query: MessageQuery,
    idempotency,
    body: ForwardBody,
    answers: { 200: answer(SentTo, 'WhatsApp accepted the message') },
    fails: [...PHONE_FAULTS, ...NOT_SENT, 'request_in_progress'],
    meanings: { ...meanings, session_use: fileMeanings.session_use },
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    assertCanRead(caller);
    const { id, messageId } = c.req.valid('param');
    const destination = readDestination(c.req.valid('json'), readRecipient);
    const what = { messageId, chatKey: c.req.valid('query').chat, destination };
    const sent = await forwardMessage(conversations, caller, readSessionPath(caller, id), what);
    return c.json(success('Message forwarded', presentSent(sent)), 200);
  });
}

/** The common part of the routes that change a message. */
const changing = {
  tag,
  params: MessageParams,
  query: MessageQuery,
  answers: { 200: answer(MessageRef, 'WhatsApp accepted the change') },
  fails: NOT_SENT,
  meanings,
} as const;

/** A message as a path and its query name it. */
type Place = {
  readonly id: string;
  readonly messageId: string;
  readonly chat?: string | undefined;
};

function addChanges(router: Router, { conversations, idempotency }: Dependencies): void {
  const common = { ...changing, idempotency, method: 'post' } as const;
  const reactionRoute = operation({
    ...common,
    path: '/{id}/messages/{messageId}/reaction',
    operationId: 'reactToMessage',
    summary: 'React to a message',
    body: ReactionBody,
  });
  const editRoute = operation({
    ...common,
    path: '/{id}/messages/{messageId}/edit',
    operationId: 'editMessage',
    summary: 'Edit a text message',
    description: 'Phones ignore an edit more than 15 minutes after the message.',
    body: EditBody,
  });
  const revokeRoute = operation({
    ...common,
    path: '/{id}/messages/{messageId}/revoke',
    operationId: 'revokeMessage',
    summary: 'Delete a message for everyone',
    body: EmptyBody,
  });
  router.openapi(reactionRoute, async (c) => {
    const change = { kind: 'reaction', emoji: c.req.valid('json').emoji } as const;
    const place = { ...c.req.valid('param'), ...c.req.valid('query') };
    const done = await run(c.get('caller'), place, change);
    return c.json(success('Reaction sent', done), 200);
  });
  router.openapi(editRoute, async (c) => {
    const change = { kind: 'edit', text: c.req.valid('json').text } as const;
    const place = { ...c.req.valid('param'), ...c.req.valid('query') };
    const done = await run(c.get('caller'), place, change);
    return c.json(success('Message edited', done), 200);
  });
  router.openapi(revokeRoute, async (c) => {
    const change = { kind: 'revoke' } as const;
    const place = { ...c.req.valid('param'), ...c.req.valid('query') };
    const done = await run(c.get('caller'), place, change);
    return c.json(success('Message revoked', done), 200);
  });

  async function run(
    caller: Parameters<typeof changeMessage>[1],
    { id, messageId, chat: chatKey }: Place,
    change: MessageChange,
  ) {
    const sessionId = readSessionPath(caller, id);
    const place = { messageId, chatKey };
    await changeMessage(conversations, caller, sessionId, { place, change });
    return { messageId };
  }
}

function addRead(router: Router, { conversations }: Dependencies): void {
  const route = operation({
    ...changing,
    method: 'post',
    path: '/{id}/messages/{messageId}/read',
    operationId: 'markMessageRead',
    summary: 'Mark a message as read',
    description: 'Its author sees it, as after opening the chat on the phone.',
    body: EmptyBody,
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { id, messageId } = c.req.valid('param');
    const place = { messageId, chatKey: c.req.valid('query').chat };
    await markMessageRead(conversations, caller, readSessionPath(caller, id), place);
    return c.json(success('Message marked as read', { messageId }), 200);
  });
}

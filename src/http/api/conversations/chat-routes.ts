import { toChatKind } from '../../../domain/conversations/message.ts';
import type { ConversationContext } from '../../../services/conversations/context.ts';
import { changeChat, setBlocked } from '../../../services/conversations/outbound/act-in-chat.ts';
import {
  listChats,
  listContacts,
  type ReadContact,
  readChat,
} from '../../../services/conversations/reading/read-chats.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { EmptyBody } from '../schemas/empty-body.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { pageOf, presentTimePage, readTimePage } from '../schemas/page.ts';
import { readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import {
  BlockedContact,
  ChangeChatBody,
  Chat,
  ChatsQuery,
  Contact,
  ContactParams,
  ContactsQuery,
} from './chat-schemas.ts';
import { ChatParams } from './message-schemas.ts';

type Dependencies = {
  readonly conversations: ConversationContext;
  readonly readOwnNumber: ReadRecipient;
};

type Router = ReturnType<typeof createRouter>;

const tag = 'Conversations';

const NOT_DONE = ['session_not_found', 'session_not_connected', 'provider_unavailable'] as const;

/** Reads and changes the chats and contacts of a session. */
export function chatRoutes(parts: Dependencies) {
  const router = createRouter();
  addChats(router, parts);
  addContacts(router, parts);
  addBlocks(router, parts);
  return router;
}

function presentChat(chat: Awaited<ReturnType<typeof readChat>>) {
  return {
    chat: chat.chatKey,
    chatType: toChatKind(chat.chatKey),
    name: chat.name ?? null,
    phoneNumber: chat.phoneNumber ?? null,
    lid: chat.lid ?? null,
    isGroup: chat.isGroup,
    isArchived: chat.isArchived,
    isPinned: chat.isPinned,
    mutedUntil: chat.mutedUntil?.toISOString() ?? null,
    unreadCount: chat.unreadCount,
    lastMessageAt: chat.lastMessageAt.toISOString(),
    lastMessageId: chat.lastMessageId ?? null,
  };
}

function addChats(router: Router, { conversations }: Dependencies): void {
  const listRoute = operation({
    method: 'get',
    path: '/{id}/chats',
    operationId: 'listChats',
    tag,
    summary: 'List chats',
    description: 'The stored chats of a session by their last message, newest first.',
    params: SessionParams,
    query: ChatsQuery,
    answers: { 200: answer(pageOf(Chat), 'A page of chats') },
    fails: ['session_not_found'],
  });
  router.openapi(listRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const page = readTimePage(c.req.valid('query'));
    const chats = await listChats(conversations, caller, sessionId, page);
    return c.json(success('Chats', presentTimePage(chats, presentChat)), 200);
  });

  const changeRoute = operation({
    method: 'patch',
    path: '/{id}/chats/{chat}',
    operationId: 'changeChat',
    tag,
    summary: 'Archive, pin or mute a chat, or mark it as read',
    description: 'On the phone of the session, too.',
    params: ChatParams,
    body: ChangeChatBody,
    answers: { 200: answer(Chat, 'The chat') },
    fails: [...NOT_DONE, 'session_use', 'not_found'],
  });
  router.openapi(changeRoute, async (c) => {
    const caller = c.get('caller');
    const { id, chat: chatKey } = c.req.valid('param');
    const { mutedUntil, ...draft } = c.req.valid('json');
    const sessionId = readSessionPath(caller, id);
    const until = mutedUntil === undefined ? {} : { mutedUntil: toTime(mutedUntil) };
    const changes = { chatKey, draft: { ...draft, ...until } };
    await changeChat(conversations, caller, sessionId, changes);
    const changed = await readChat(conversations, caller, sessionId, chatKey);
    return c.json(success('Chat changed', presentChat(changed)), 200);
  });
}

const toTime = (time: string | null) => (time === null ? null : new Date(time));

function presentContact({ phoneNumber, lid, name, pushName, ...contact }: ReadContact) {
  return {
    phoneNumber,
    lid: lid ?? null,
    name: name ?? null,
    pushName: pushName ?? null,
    isOnWhatsApp: contact.isOnWhatsApp ?? null,
    knownAt: contact.knownAt?.toISOString() ?? null,
    isBlocked: contact.isBlocked,
  };
}

function addContacts(router: Router, { conversations }: Dependencies): void {
  const route = operation({
    method: 'get',
    path: '/{id}/contacts',
    operationId: 'listContacts',
    tag,
    summary: 'List contacts',
    description: 'The people whom a session knows or has looked up, by number.',
    params: SessionParams,
    query: ContactsQuery,
    answers: { 200: answer(pageOf(Contact), 'A page of contacts') },
    fails: ['session_not_found'],
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { limit, cursor } = c.req.valid('query');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const page = { limit, after: cursor === undefined ? undefined : `+${cursor.replace('+', '')}` };
    const { items, next } = await listContacts(conversations, caller, sessionId, page);
    // Without the plus, which a caller would have to encode.
    const nextCursor = next?.slice(1) ?? null;
    return c.json(success('Contacts', { items: items.map(presentContact), nextCursor }), 200);
  });
}

function addBlocks(router: Router, { conversations, readOwnNumber }: Dependencies): void {
  const common = {
    path: '/{id}/contacts/{phoneNumber}/block',
    tag,
    params: ContactParams,
    answers: { 200: answer(BlockedContact, 'Whether the number is blocked') },
    fails: [...PHONE_FAULTS, ...NOT_DONE],
  } as const;
  const blockRoute = operation({
    ...common,
    method: 'put',
    operationId: 'blockContact',
    summary: 'Block a number',
    description: 'A person who is blocked cannot write to the session.',
    body: EmptyBody,
  });
  const unblockRoute = operation({
    ...common,
    method: 'delete',
    operationId: 'unblockContact',
    summary: 'Unblock a number',
  });
  router.openapi(blockRoute, async (c) => {
    const done = await run(c.get('caller'), c.req.valid('param'), true);
    return c.json(success('Number blocked', done), 200);
  });
  router.openapi(unblockRoute, async (c) => {
    const done = await run(c.get('caller'), c.req.valid('param'), false);
    return c.json(success('Number unblocked', done), 200);
  });

  async function run(
    caller: Parameters<typeof setBlocked>[1],
    { id, phoneNumber: written }: { readonly id: string; readonly phoneNumber: string },
    isBlocked: boolean,
  ) {
    const recipient = readOwnNumber(written);
    const sessionId = readSessionPath(caller, id);
    await setBlocked(conversations, caller, sessionId, { recipient, isBlocked });
    return { phoneNumber: recipient.phoneNumber, isBlocked };
  }
}

import type { ConversationContext } from '../../../services/conversations/context.ts';
import {
  listMessages,
  readMessage,
} from '../../../services/conversations/reading/read-messages.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import { presentMessage } from './message-response.ts';
import { Message, MessageParams, MessageQuery, MessagesQuery } from './message-schemas.ts';

type Dependencies = { readonly conversations: ConversationContext };

const tag = 'Conversations';

/** Reads the messages that a session has stored. */
export function readMessageRoutes({ conversations }: Dependencies) {
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/{id}/messages',
    operationId: 'listMessages',
    tag,
    summary: 'List messages',
    description:
      'The stored messages of a session in the order of their arrival, newest first. A session stores messages if its `store` says so.',
    params: SessionParams,
    query: MessagesQuery,
    answers: { 200: answer(pageOf(Message), 'A page of messages') },
    fails: ['session_not_found'],
  });
  router.openapi(listRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const { chat: chatKey, direction, type: messageType, isRead } = query;
    const filter = {
      ...{ chatKey, messageType, isRead },
      fromMe: direction && direction === 'outgoing',
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
    };
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const what = { filter, page: readPage(query) };
    const page = await listMessages(conversations, caller, sessionId, what);
    return c.json(success('Messages', presentPage(page, presentMessage)), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{id}/messages/{messageId}',
    operationId: 'getMessage',
    tag,
    summary: 'Get a message',
    description:
      'Senders choose the IDs of messages. If several messages have this ID, add `chat`.',
    params: MessageParams,
    query: MessageQuery,
    answers: { 200: answer(Message, 'The message') },
    fails: ['session_not_found', 'not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const caller = c.get('caller');
    const { id, messageId } = c.req.valid('param');
    const place = { messageId, chatKey: c.req.valid('query').chat };
    const found = await readMessage(conversations, caller, readSessionPath(caller, id), place);
    return c.json(success('Message', presentMessage(found)), 200);
  });

  return router;
}

import { readPersonKey } from '../../../domain/conversations/message.ts';
import type { ConversationContext } from '../../../services/conversations/context.ts';
import { listReceipts } from '../../../services/conversations/reading/read-receipts.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { MessageParams, MessageQuery } from '../conversations/message-schemas.ts';
import { answer, success } from '../schemas/envelope.ts';
import { readSessionPath } from '../session-names.ts';
import { presentPerson } from './group-response.ts';
import { Receipts } from './group-schemas.ts';

type Dependencies = { readonly conversations: ConversationContext };

const toTime = (time: Date | undefined) => time?.toISOString() ?? null;

/** Reads what the members of a group did with a message of the session. */
export function receiptRoutes({ conversations }: Dependencies) {
  const router = createRouter();
  const route = operation({
    method: 'get',
    path: '/{id}/messages/{messageId}/receipts',
    operationId: 'listReceipts',
    tag: 'Conversations',
    summary: 'List the receipts of a group message',
    description:
      'The status of a message to a group stays `accepted`; this lists the members who have received, read or played it.',
    params: MessageParams,
    query: MessageQuery,
    answers: { 200: answer(Receipts, 'The receipts') },
    fails: ['session_not_found', 'not_found'],
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { id, messageId } = c.req.valid('param');
    const place = { messageId, chatKey: c.req.valid('query').chat };
    const found = await listReceipts(conversations, caller, readSessionPath(caller, id), place);
    const receipts = found.map(({ participantKey, deliveredAt, readAt, playedAt }) => ({
      ...presentPerson(readPersonKey(participantKey)),
      deliveredAt: toTime(deliveredAt),
      readAt: toTime(readAt),
      playedAt: toTime(playedAt),
    }));
    return c.json(success('Receipts', { messageId, receipts }), 200);
  });
  return router;
}

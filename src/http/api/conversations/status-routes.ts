import type { ConversationContext } from '../../../services/conversations/context.ts';
import { listPosts, revokePost } from '../../../services/conversations/status/manage-posts.ts';
import { postStatus } from '../../../services/conversations/status/post-status.ts';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { fileMeanings, NO_FILE } from './send-routes.ts';
import {
  PostBody,
  PostedStatus,
  PostsQuery,
  presentPost,
  readPost,
  StatusParams,
  StatusPost,
  StatusRef,
} from './status-schemas.ts';

type Dependencies = {
  readonly conversations: ConversationContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
};

const tag = 'Conversations';

const NOT_SENT = [
  'session_not_found',
  'session_not_connected',
  'delivery_failed',
  'provider_unavailable',
] as const;

const meanings = {
  delivery_failed: 'WhatsApp refused the post.',
  provider_unavailable: 'WhatsApp did not answer in time. Try again.',
};

/** Posts what WhatsApp shows for a day, and deletes it. */
export function statusRoutes({ conversations, idempotency, readRecipient }: Dependencies) {
  const router = createRouter();

  const postRoute = operation({
    method: 'post',
    path: '/{id}/status-posts',
    operationId: 'postStatus',
    tag,
    summary: 'Post a status',
    description:
      'Posts a text, an image or a video that WhatsApp shows for 24 hours to the numbers in `to`, or with `audience: known_contacts` to those that the session knows, the latest 256. The session must know all of them: they have written to it, or received a message from it. WhatsApp itself shows a post only to people who have saved the number of the session. A session can post once in 10 minutes, and ten times in 24 hours, five of them at once.',
    params: SessionParams,
    idempotency,
    body: PostBody,
    bodyExample: { type: 'text', text: 'Open until 22:00 today', audience: 'known_contacts' },
    answers: { 201: answer(PostedStatus, 'WhatsApp accepted the post') },
    fails: [...PHONE_FAULTS, ...NOT_SENT, ...NO_FILE, 'session_use', 'request_in_progress'],
    meanings: {
      ...{ ...meanings, ...fileMeanings },
      session_use: 'The session is for codes (`use`), or ignores status posts (`ignore`).',
    },
  });
  router.openapi(postRoute, async (c) => {
    const caller = c.get('caller');
    const draft = readPost(c.req.valid('json'), readRecipient);
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const statusId = await postStatus(conversations, caller, sessionId, draft);
    return c.json(success('Status posted', { statusId, state: 'posted' as const }), 201);
  });

  const listRoute = operation({
    method: 'get',
    path: '/{id}/status-posts',
    operationId: 'listStatusPosts',
    tag,
    summary: 'List status posts',
    description: 'The posts of a session of the last 24 hours, newest first.',
    params: SessionParams,
    query: PostsQuery,
    answers: { 200: answer(pageOf(StatusPost), 'A page of posts') },
    fails: ['session_not_found'],
  });
  router.openapi(listRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const page = await listPosts(conversations, caller, sessionId, readPage(c.req.valid('query')));
    return c.json(success('Status posts', presentPage(page, presentPost)), 200);
  });

  const revokeRoute = operation({
    method: 'delete',
    path: '/{id}/status-posts/{statusId}',
    operationId: 'deleteStatusPost',
    tag,
    summary: 'Delete a status post for everyone',
    params: StatusParams,
    answers: { 200: answer(StatusRef, 'The post is deleted') },
    fails: [...NOT_SENT, 'not_found'],
    meanings: { ...meanings, not_found: 'There is no such post, or it is no longer shown.' },
  });
  router.openapi(revokeRoute, async (c) => {
    const caller = c.get('caller');
    const { id, statusId } = c.req.valid('param');
    await revokePost(conversations, caller, readSessionPath(caller, id), statusId);
    return c.json(success('Status post deleted', { statusId }), 200);
  });

  return router;
}

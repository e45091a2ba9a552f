import type { ConversationContext } from '../../../services/conversations/context.ts';
import {
  joinGroup,
  readInvite,
  renewInvite,
} from '../../../services/conversations/groups/change-groups.ts';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import { GROUP_FAULTS, groupMeanings } from './group-routes.ts';
import { GroupParams, Invite, JoinBody, Joined, readInviteCode } from './group-schemas.ts';

type Dependencies = {
  readonly conversations: ConversationContext;
  readonly idempotency: IdempotencyService;
};

const LINK = 'https://chat.whatsapp.com/';

function presentInvite(group: string, code: string) {
  return { group, code, link: `${LINK}${code}` };
}

/** The links of groups: reads and revokes one, and joins the group of one. */
export function groupInviteRoutes({ conversations, idempotency }: Dependencies) {
  const router = createRouter();
  const common = { tag: 'Groups', fails: GROUP_FAULTS, meanings: groupMeanings } as const;
  const path = '/{id}/groups/{group}/invite';

  const readRoute = operation({
    ...common,
    method: 'get',
    path,
    operationId: 'getGroupInvite',
    summary: 'Get the invite link of a group',
    description: 'The session must be an admin.',
    params: GroupParams,
    answers: { 200: answer(Invite, 'The link') },
  });
  router.openapi(readRoute, async (c) => {
    const caller = c.get('caller');
    const { id, group: groupId } = c.req.valid('param');
    const place = { sessionId: readSessionPath(caller, id), groupId };
    const code = await readInvite(conversations, caller, place);
    return c.json(success('Link', presentInvite(groupId, code)), 200);
  });

  const revokeRoute = operation({
    ...common,
    method: 'delete',
    path,
    operationId: 'revokeGroupInvite',
    summary: 'Revoke the invite link of a group',
    description:
      'The old link is no longer valid. A group always has a link: the new one is returned.',
    params: GroupParams,
    answers: { 200: answer(Invite, 'The new link') },
  });
  router.openapi(revokeRoute, async (c) => {
    const caller = c.get('caller');
    const { id, group: groupId } = c.req.valid('param');
    const place = { sessionId: readSessionPath(caller, id), groupId };
    const code = await renewInvite(conversations, caller, place);
    return c.json(success('Link revoked', presentInvite(groupId, code)), 200);
  });

  const joinRoute = operation({
    ...common,
    method: 'post',
    path: '/{id}/groups/join',
    operationId: 'joinGroup',
    summary: 'Join a group by its invite link',
    params: SessionParams,
    idempotency,
    body: JoinBody,
    answers: { 200: answer(Joined, 'The group, if its admins need not admit the session first') },
  });
  router.openapi(joinRoute, async (c) => {
    const caller = c.get('caller');
    const code = readInviteCode(c.req.valid('json').invite);
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const group = await joinGroup(conversations, caller, sessionId, code);
    const status = group === undefined ? ('pending' as const) : ('joined' as const);
    return c.json(success('Group joined', { group: group ?? null, status }), 200);
  });

  return router;
}

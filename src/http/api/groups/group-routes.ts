import type { ConversationContext } from '../../../services/conversations/context.ts';
import { changeGroup, createGroup } from '../../../services/conversations/groups/change-groups.ts';
import { listGroups, readGroup } from '../../../services/conversations/groups/read-groups.ts';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { pageOf } from '../schemas/page.ts';
import { readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { presentGroup, presentResults, presentSummary } from './group-response.ts';
import {
  ChangeGroupBody,
  CreatedGroup,
  CreateGroupBody,
  Group,
  GroupParams,
  GroupSummary,
  GroupsQuery,
} from './group-schemas.ts';

type Dependencies = {
  readonly conversations: ConversationContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
};

type Router = ReturnType<typeof createRouter>;

const tag = 'Groups';

/** How a request about groups can fail. */
export const GROUP_FAULTS = [
  'session_not_found',
  'session_not_connected',
  'session_use',
  'provider_unavailable',
  'delivery_failed',
  'not_found',
] as const;

export const groupMeanings = {
  delivery_failed:
    'WhatsApp refused it, for example because the session is not an admin of the group.',
  provider_unavailable: 'WhatsApp did not answer in time. Try again.',
  not_found: 'There is no such group, or its link is no longer valid.',
  rate_limited: 'A limit of the session for changes of groups; `message` says which one.',
};

/** Lists, reads, creates and changes the groups of a session. */
export function groupRoutes(parts: Dependencies) {
  const router = createRouter();
  addReading(router, parts);
  addCreation(router, parts);
  addChange(router, parts);
  return router;
}

function addReading(router: Router, { conversations }: Dependencies): void {
  const common = { method: 'get', tag, fails: GROUP_FAULTS, meanings: groupMeanings } as const;
  const listRoute = operation({
    ...common,
    path: '/{id}/groups',
    operationId: 'listGroups',
    summary: 'List groups',
    description:
      'The groups of which the session is a member, by ID. What is stored is returned while WhatsApp cannot be asked.',
    params: SessionParams,
    query: GroupsQuery,
    answers: { 200: answer(pageOf(GroupSummary), 'A page of groups') },
  });
  router.openapi(listRoute, async (c) => {
    const caller = c.get('caller');
    const { limit, cursor: after } = c.req.valid('query');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const { items, next } = await listGroups(conversations, caller, sessionId, { limit, after });
    const page = { items: items.map(presentSummary), nextCursor: next ?? null };
    return c.json(success('Groups', page), 200);
  });

  const getRoute = operation({
    ...common,
    path: '/{id}/groups/{group}',
    operationId: 'getGroup',
    summary: 'Get a group and its members',
    params: GroupParams,
    answers: { 200: answer(Group, 'The group') },
  });
  router.openapi(getRoute, async (c) => {
    const caller = c.get('caller');
    const { id, group: groupId } = c.req.valid('param');
    const found = await readGroup(conversations, caller, readSessionPath(caller, id), groupId);
    return c.json(success('Group', presentGroup(found)), 200);
  });
}

function addCreation(
  router: Router,
  { conversations, idempotency, readRecipient }: Dependencies,
): void {
  const route = operation({
    method: 'post',
    path: '/{id}/groups',
    operationId: 'createGroup',
    tag,
    summary: 'Create a group',
    description:
      'A person who does not know the session counts as a new contact. `results` says what became of each person: some can only be invited by the link of the group.',
    params: SessionParams,
    idempotency,
    body: CreateGroupBody,
    bodyExample: { subject: 'Drivers of Jakarta', members: ['+6281234567890'] },
    answers: { 201: answer(CreatedGroup, 'The group was created') },
    fails: [...PHONE_FAULTS, ...GROUP_FAULTS, 'recipient_unreachable'],
    meanings: groupMeanings,
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { subject, members } = c.req.valid('json');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const draft = { subject, members: members.map(readRecipient) };
    const { group, outcomes } = await createGroup(conversations, caller, sessionId, draft);
    const created = { ...presentGroup(group), results: presentResults(outcomes) };
    return c.json(success('Group created', created), 201);
  });
}

function addChange(router: Router, { conversations }: Dependencies): void {
  const route = operation({
    method: 'patch',
    path: '/{id}/groups/{group}',
    operationId: 'changeGroup',
    tag,
    summary: 'Change a group',
    description: 'Its subject, its description and its settings. The session must be an admin.',
    params: GroupParams,
    body: ChangeGroupBody,
    answers: { 200: answer(Group, 'The group') },
    fails: GROUP_FAULTS,
    meanings: groupMeanings,
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { id, group: groupId } = c.req.valid('param');
    const { description, ...facts } = c.req.valid('json');
    const changes = { ...facts, description: description === '' ? null : description };
    const place = { sessionId: readSessionPath(caller, id), groupId };
    const changed = await changeGroup(conversations, caller, place, changes);
    return c.json(success('Group changed', presentGroup(changed)), 200);
  });
}

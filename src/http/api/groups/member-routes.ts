import type { Caller } from '../../../domain/access/caller.ts';
import type { MemberChange } from '../../../domain/conversations/account/group.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { ConversationContext } from '../../../services/conversations/context.ts';
import { changeMembers, leaveGroup } from '../../../services/conversations/groups/change-groups.ts';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { EmptyBody } from '../schemas/empty-body.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { readSessionPath } from '../session-names.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { presentResults } from './group-response.ts';
import { GROUP_FAULTS, groupMeanings } from './group-routes.ts';
import {
  AddMembersBody,
  GroupParams,
  GroupRef,
  MemberResults,
  MembersBody,
  MembersQuery,
} from './group-schemas.ts';

type Dependencies = {
  readonly conversations: ConversationContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
  readonly readOwnNumber: ReadRecipient;
};

type Router = ReturnType<typeof createRouter>;

const LID = /^lid:\d{5,20}$/;
const MOST_MEMBERS = 100;

/** The common part of the routes that change members. */
const common = {
  tag: 'Groups',
  params: GroupParams,
  answers: { 200: answer(MemberResults, 'The outcome for each person') },
  fails: [...PHONE_FAULTS, ...GROUP_FAULTS],
  meanings: groupMeanings,
} as const;

/** Changes who is in a group of a session, and who may do what. */
export function groupMemberRoutes(parts: Dependencies) {
  const router = createRouter();
  const run = createRunner(parts);
  addMembers(router, parts, run);
  addRoles(router, parts, run);
  addLeaving(router, parts);
  return router;
}

type Path = { readonly id: string; readonly group: string };

function createRunner({ conversations }: Dependencies) {
  return async (
    caller: Caller,
    { id, group: groupId }: Path,
    kind: MemberChange,
    members: readonly string[],
  ) => {
    const place = { sessionId: readSessionPath(caller, id), groupId };
    const outcomes = await changeMembers(conversations, caller, place, { kind, members });
    return { group: groupId, results: presentResults(outcomes) };
  };
}

type Run = ReturnType<typeof createRunner>;

function addMembers(
  router: Router,
  { idempotency, readRecipient, readOwnNumber }: Dependencies,
  run: Run,
): void {
  const path = '/{id}/groups/{group}/members';
  const addRoute = operation({
    ...common,
    method: 'post',
    path,
    operationId: 'addGroupMembers',
    summary: 'Add people to a group',
    description:
      'A person who does not know the session counts as a new contact. Someone who can only be invited is not asked again.',
    idempotency,
    body: AddMembersBody,
  });
  router.openapi(addRoute, async (c) => {
    const { members } = c.req.valid('json');
    const numbers = members.map((written) => readRecipient(written).phoneNumber);
    const done = await run(c.get('caller'), c.req.valid('param'), 'add', numbers);
    return c.json(success('Members added', done), 200);
  });

  const removeRoute = operation({
    ...common,
    method: 'delete',
    path,
    operationId: 'removeGroupMembers',
    summary: 'Remove members from a group',
    query: MembersQuery,
  });
  router.openapi(removeRoute, async (c) => {
    // A plus that was not encoded arrives as a space.
    const written = c.req
      .valid('query')
      .members.split(',')
      .map((one) => one.replace(/^ /, '+'));
    if (written.length > MOST_MEMBERS) {
      throw invalidField('members', `must be at most ${MOST_MEMBERS}`, 'too_long');
    }
    const keys = readMembers(written, readOwnNumber);
    const done = await run(c.get('caller'), c.req.valid('param'), 'remove', keys);
    return c.json(success('Members removed', done), 200);
  });
}

function addRoles(router: Router, { idempotency, readOwnNumber }: Dependencies, run: Run): void {
  const ofRoles = { ...common, method: 'post', idempotency, body: MembersBody } as const;
  const promoteRoute = operation({
    ...ofRoles,
    path: '/{id}/groups/{group}/promote',
    operationId: 'promoteGroupMembers',
    summary: 'Make members admins of a group',
  });
  const demoteRoute = operation({
    ...ofRoles,
    path: '/{id}/groups/{group}/demote',
    operationId: 'demoteGroupMembers',
    summary: 'Make admins of a group ordinary members',
  });
  router.openapi(promoteRoute, async (c) => {
    const keys = readMembers(c.req.valid('json').members, readOwnNumber);
    const done = await run(c.get('caller'), c.req.valid('param'), 'promote', keys);
    return c.json(success('Members promoted', done), 200);
  });
  router.openapi(demoteRoute, async (c) => {
    const keys = readMembers(c.req.valid('json').members, readOwnNumber);
    const done = await run(c.get('caller'), c.req.valid('param'), 'demote', keys);
    return c.json(success('Members demoted', done), 200);
  });
}

function addLeaving(router: Router, { conversations, idempotency }: Dependencies): void {
  const route = operation({
    ...common,
    method: 'post',
    path: '/{id}/groups/{group}/leave',
    operationId: 'leaveGroup',
    summary: 'Leave a group',
    idempotency,
    body: EmptyBody,
    answers: { 200: answer(GroupRef, 'The session is no longer a member') },
    fails: GROUP_FAULTS,
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { id, group: groupId } = c.req.valid('param');
    await leaveGroup(conversations, caller, { sessionId: readSessionPath(caller, id), groupId });
    return c.json(success('Group left', { group: groupId }), 200);
  });
}

/** The keys of members: a number as people write it, or `lid:` and a hidden ID. @throws {AppError} `invalid_phone` */
function readMembers(written: readonly string[], readNumber: ReadRecipient): readonly string[] {
  return written.map((text) => (LID.test(text) ? text : readNumber(text).phoneNumber));
}

import { type Caller, formatPrincipal } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import type {
  GroupFactChanges,
  MemberChange,
  MemberOutcome,
  WhatsAppGroup,
} from '../../../domain/conversations/account/group.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import type { ConversationContext } from '../context.ts';
import { getGroupSession } from './get-group-session.ts';
import { countChange, type GroupUse } from './group-limits.ts';
import { perform } from './perform.ts';
import { readChanged } from './read-groups.ts';

type Place = { readonly sessionId: string; readonly groupId: string };

/**
 * Creates a group. The response says what became of each person: those who can only be invited are not members.
 * @throws {AppError} as `getGroupSession` and `perform`; `rate_limited`; `invalid_phone`; `recipient_unreachable` or
 *   `provider_unavailable` if no person can be added.
 */
export async function createGroup(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { subject, members }: { readonly subject: string; readonly members: readonly Recipient[] },
): Promise<{ readonly group: WhatsAppGroup; readonly outcomes: readonly MemberOutcome[] }> {
  const session = await getGroupSession(ctx, caller, sessionId);
  const numbers = toNumbers(caller, members);
  const use = { created: 1, added: numbers.length };
  return change(ctx, caller, session, { what: 'group_created', use }, () =>
    perform(ctx, session, 'create_group', { subject, members: numbers }),
  );
}

/** Changes the subject, the description or the settings of a group. @throws as `perform`; `rate_limited`. */
export async function changeGroup(
  ctx: ConversationContext,
  caller: Caller,
  { sessionId, groupId }: Place,
  facts: GroupFactChanges,
): Promise<WhatsAppGroup> {
  const session = await getGroupSession(ctx, caller, sessionId);
  const names = Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : name));
  if (names.length > 0) {
    const what = `group_changed ${groupId} (${names.join(', ')})`;
    await change(ctx, caller, session, { what }, () =>
      perform(ctx, session, 'change_group', { groupId, facts }),
    );
  }
  return readChanged(ctx, session, groupId);
}

const MEMBERS = {
  ...{ add: 'members_added', remove: 'members_removed' },
  ...{ promote: 'members_promoted', demote: 'members_demoted' },
} as const;

/** Adds, removes, promotes or demotes members. `members` are keys of people. @throws as `changeGroup`. */
export async function changeMembers(
  ctx: ConversationContext,
  caller: Caller,
  { sessionId, groupId }: Place,
  { kind, members }: { readonly kind: MemberChange; readonly members: readonly string[] },
): Promise<readonly MemberOutcome[]> {
  const session = await getGroupSession(ctx, caller, sessionId);
  const keys = [...new Set(members)];
  const use = kind === 'add' ? { added: keys.length } : {};
  const what = `${MEMBERS[kind]} ${keys.length}, ${groupId}`;
  return change(ctx, caller, session, { what, use }, () =>
    perform(ctx, session, 'change_members', { groupId, change: kind, members: keys }),
  );
}

/** Leaves a group. @throws as `changeGroup`. */
export async function leaveGroup(
  ctx: ConversationContext,
  caller: Caller,
  { sessionId, groupId }: Place,
): Promise<void> {
  const session = await getGroupSession(ctx, caller, sessionId);
  await change(ctx, caller, session, { what: `group_left ${groupId}` }, () =>
    perform(ctx, session, 'leave_group', { groupId }),
  );
}

/** Reads the code of the link by which anyone can join a group. @throws as `perform`. */
export async function readInvite(
  ctx: ConversationContext,
  caller: Caller,
  { sessionId, groupId }: Place,
): Promise<string> {
  const session = await getGroupSession(ctx, caller, sessionId);
  return perform(ctx, session, 'read_invite', { groupId });
}

/** Makes the link of a group worthless; returns the code of the new one. @throws as `changeGroup`. */
export async function renewInvite(
  ctx: ConversationContext,
  caller: Caller,
  { sessionId, groupId }: Place,
): Promise<string> {
  const session = await getGroupSession(ctx, caller, sessionId);
  return change(ctx, caller, session, { what: `group_link_revoked ${groupId}` }, () =>
    perform(ctx, session, 'renew_invite', { groupId }),
  );
}

/** Joins the group of a link; undefined if its admins must admit the session first. @throws as `changeGroup`. */
export async function joinGroup(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  code: string,
): Promise<string | undefined> {
  const session = await getGroupSession(ctx, caller, sessionId);
  const groupId = await change(ctx, caller, session, { what: 'group_joined' }, () =>
    perform(ctx, session, 'join_group', { code }),
  );
  return groupId ?? undefined;
}

/** The different numbers of people who are to be added. @throws {AppError} `forbidden` for a region. */
function toNumbers({ restrictions }: Caller, members: readonly Recipient[]): readonly string[] {
  for (const { region } of members) assertPermitted(restrictions, { region });
  return [...new Set(members.map(({ phoneNumber }) => phoneNumber))];
}

type Change = { readonly what: string; readonly use?: GroupUse };

/** Counts and logs a change. One that WhatsApp did not get is refunded. */
async function change<T>(
  ctx: ConversationContext,
  caller: Caller,
  { sessionId }: StoredSession,
  { what, use = {} }: Change,
  run: () => Promise<T>,
): Promise<T> {
  const refund = await countChange(ctx, caller, sessionId, use);
  const line = { action: 'group_change', sessionId } as const;
  const details = `${formatPrincipal(caller.principal)}: ${what}`;
  try {
    const done = await run();
    await audit(ctx, caller, { ...line, details, status: 'success' });
    return done;
  } catch (error) {
    const code = error instanceof AppError ? error.code : undefined;
    if (code === 'session_not_connected') await refund();
    const errorMessage = error instanceof AppError ? error.message : 'internal error';
    await audit(ctx, caller, { ...line, details, status: 'error', errorMessage });
    throw error;
  }
}

/** The change is made by now, so a failed write is only logged. */
async function audit(
  { whatsapp: { activity }, logger }: ConversationContext,
  caller: Caller,
  line: Parameters<ConversationContext['whatsapp']['activity']['audit']>[1],
): Promise<void> {
  await activity.audit(caller, line).catch((err: unknown) => {
    logger.error({ err, sessionId: line.sessionId }, 'activity row lost');
  });
}

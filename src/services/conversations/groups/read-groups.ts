import type { Caller } from '../../../domain/access/caller.ts';
import type {
  GroupRole,
  GroupSummary,
  WhatsAppGroup,
} from '../../../domain/conversations/account/group.ts';
import { readPersonKey } from '../../../domain/conversations/message.ts';
import type { WhatsAppPerson } from '../../../domain/conversations/whatsapp-message.ts';
import { AppError } from '../../../domain/errors.ts';
import { type Page, toPage } from '../../../domain/page.ts';
import type {
  StoredGroup,
  StoredMember,
} from '../../../storage/conversations/account/group-store.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import type { ConversationContext } from '../context.ts';
import { openGroupText } from '../seal-content.ts';
import { getGroupSession } from './get-group-session.ts';
import { perform } from './perform.ts';

/** A group as it can be read. What is stored has no subject if the session stores headers only. */
export type ReadGroup = Omit<GroupSummary, 'subject'> & { readonly subject: string | undefined };

type ReadMember = { readonly person: WhatsAppPerson; readonly role: GroupRole };

export type WholeGroup = ReadGroup & { readonly members: readonly ReadMember[] };

/** What is stored is shown while WhatsApp cannot be asked. */
const WITHOUT_ANSWER: readonly string[] = ['session_not_connected', 'provider_unavailable'];

/**
 * Lists the groups of which a session is a member, by ID.
 * @throws {AppError} as `getGroupSession`; `session_not_connected` or `provider_unavailable` if WhatsApp cannot be asked and
 *   nothing is stored.
 */
export async function listGroups(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<Page<ReadGroup, string>> {
  const session = await getGroupSession(ctx, caller, sessionId);
  const found = await orStored<readonly ReadGroup[]>(
    session,
    async () => selectPage(await perform(ctx, session, 'list_groups', null), page),
    async () => (await ctx.groups.list(sessionId, page)).map((group) => toRead(ctx, group)),
  );
  return toPage(found, page.limit, ({ groupId }) => groupId);
}

function selectPage(
  all: readonly GroupSummary[],
  { limit, after = '' }: { readonly limit: number; readonly after: string | undefined },
): readonly GroupSummary[] {
  const sorted = [...all].sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  return sorted.filter(({ groupId }) => groupId > after).slice(0, limit + 1);
}

/**
 * Reads a group and its members.
 * @throws {AppError} as `listGroups`; `not_found`; `delivery_failed` if the session is not a member.
 */
export async function readGroup(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  groupId: string,
): Promise<WholeGroup> {
  const session = await getGroupSession(ctx, caller, sessionId);
  return orStored<WholeGroup>(
    session,
    async () => perform(ctx, session, 'read_group', { groupId }),
    async () => {
      const [group] = await ctx.groups.findAll(sessionId, [groupId]);
      if (!group) throw new AppError('not_found', 'The session has stored no such group');
      const members = await ctx.groups.listMembers(sessionId, groupId);
      return { ...toRead(ctx, group), members: members.map(toMember) };
    },
  );
}

/** Reads a group right after it was changed. */
export function readChanged(
  ctx: ConversationContext,
  session: StoredSession,
  groupId: string,
): Promise<WhatsAppGroup> {
  return perform(ctx, session, 'read_group', { groupId });
}

async function orStored<T>(
  { storeLevel }: StoredSession,
  live: () => Promise<T>,
  stored: () => Promise<T>,
): Promise<T> {
  try {
    return await live();
  } catch (error) {
    const isUnanswered = error instanceof AppError && WITHOUT_ANSWER.includes(error.code);
    if (storeLevel === 'none' || !isUnanswered) throw error;
    return stored();
  }
}

function toRead(ctx: ConversationContext, group: StoredGroup): ReadGroup {
  const { groupId, isAnnouncement, isLocked, memberCount, myRole, foundedAt, ownerKey } = group;
  return {
    ...{ groupId, isAnnouncement, isLocked, memberCount, myRole, foundedAt },
    owner: ownerKey === undefined ? undefined : readPersonKey(ownerKey),
    subject: openText(ctx, group, group.sealedSubject),
    description: openText(ctx, group, group.sealedDescription),
  };
}

function toMember({ memberKey, lid, role }: StoredMember): ReadMember {
  return { person: { ...(lid !== undefined && { lid }), ...readPersonKey(memberKey) }, role };
}

/** Opens a stored text; undefined if there is none, or its key is gone. */
export function openText(
  { sealer, logger }: Pick<ConversationContext, 'sealer' | 'logger'>,
  { sessionId, groupId }: { readonly sessionId: string; readonly groupId: string },
  sealed: string | undefined,
): string | undefined {
  try {
    return sealed === undefined ? undefined : openGroupText(sealer, { sessionId, groupId }, sealed);
  } catch (err) {
    logger.warn({ err, sessionId, groupId }, 'a text of a group cannot be read');
    return undefined;
  }
}

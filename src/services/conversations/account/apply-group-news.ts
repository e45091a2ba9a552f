import type { AccountNews } from '../../../domain/conversations/account/account-news.ts';
import type {
  GroupChange,
  GroupMember,
  WhatsAppGroup,
} from '../../../domain/conversations/account/group.ts';
import { toPersonKey, toPersonKeys } from '../../../domain/conversations/message.ts';
import type { StoreLevel } from '../../../domain/conversations/session-settings.ts';
import type {
  GroupValues,
  NewGroup,
  NewMember,
} from '../../../storage/conversations/account/group-store.ts';
import type { AddressedEvent, SeenLid } from '../../../storage/conversations/ingest-store.ts';
import type { IngestContext } from '../context.ts';
import { mergePeople } from '../inbound/merge-mappings.ts';
import type { InboxState } from '../inbox.ts';
import { sealGroupText } from '../seal-content.ts';
import { toGroupEvent } from './account-events.ts';

type GroupNews = Extract<AccountNews, { kind: 'group' }>;

type Write = {
  readonly groupId: string;
  readonly level: StoreLevel;
  readonly events: readonly AddressedEvent[];
  readonly lids: readonly SeenLid[];
};

/** Stores what happened to a group, and records the event. False if the session no longer stores so much. */
export async function applyGroupNews(
  ctx: IngestContext,
  state: InboxState,
  news: GroupNews,
  level: StoreLevel,
): Promise<boolean> {
  const events = toEvents(ctx, state, news);
  if (level === 'none') {
    await record(ctx, events);
    return true;
  }
  const people = peopleOf(news.change);
  await state.lids.load(people);
  const lids = state.lids.findNew(people.map(state.lids.complete));
  await mergePeople(ctx, state, lids);
  const write = { groupId: news.groupId, level, events, lids };
  const isWritten = await writeChange(ctx, state, news.change, write);
  if (isWritten) {
    state.lids.noteStored(lids);
    if (events.length > 0) ctx.onRecorded();
    return true;
  }
  if (news.change.kind === 'whole') return false;
  // A group that is not stored. What is stored about it comes when it is read.
  await record(ctx, events);
  return true;
}

function toEvents(
  { isWatched, address, now }: IngestContext,
  { session }: InboxState,
  { groupId, newsId, change }: GroupNews,
): AddressedEvent[] {
  if (newsId === undefined || !isWatched(session.accountId)) return [];
  return [address(toGroupEvent(session, { groupId, newsId, change }, now()))];
}

async function record(ctx: IngestContext, events: readonly AddressedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await ctx.events.record(events, ctx.now());
  ctx.onRecorded();
}

/** Our own number is not among them. */
function peopleOf(change: GroupChange) {
  if (change.kind === 'facts') return [];
  const members = change.kind === 'whole' ? change.group.members : change.members;
  const owner = change.kind === 'whole' && change.group.owner ? [change.group.owner] : [];
  return [...members.filter(({ isMe }) => !isMe).map(({ person }) => person), ...owner];
}

function writeChange(
  ctx: IngestContext,
  state: InboxState,
  change: GroupChange,
  { groupId, ...beside }: Write,
): Promise<boolean> {
  const { session, lids } = state;
  const { groups, now } = ctx;
  const target = { session, ...beside, groupId };
  if (change.kind === 'whole') {
    const members = change.group.members.flatMap((one) => toMember(lids, one));
    const row = toRow(ctx, state, change.group, beside.level);
    return groups.saveWhole({ ...row, memberCount: members.length }, members, target, now());
  }
  if (change.kind === 'facts') {
    return groups.saveValues({ ...target, values: toValues(ctx, state, change, target) }, now());
  }
  const me = change.members.find(({ isMe }) => isMe);
  const members = change.members.flatMap((one) => toMember(lids, one));
  if (change.change === 'remove') {
    const values = me ? { myRole: null } : {};
    return groups.deleteMembers({ ...target, values }, me ? undefined : members, now());
  }
  return groups.saveMembers({ ...target, values: me ? { myRole: me.role } : {} }, members, now());
}

function toMember({ complete }: InboxState['lids'], { person, role }: GroupMember): NewMember[] {
  const known = complete(person);
  const keys = toPersonKeys(known);
  return keys.length === 0 ? [] : [{ keys, lid: known.lid, role }];
}

function toRow(
  ctx: IngestContext,
  { session, lids }: InboxState,
  group: WhatsAppGroup,
  level: StoreLevel,
): NewGroup {
  const { groupId, owner, isAnnouncement, isLocked, memberCount, myRole, foundedAt } = group;
  const at = ctx.now();
  const place = { sessionId: session.sessionId, groupId };
  return {
    ...session,
    groupId,
    ...sealTexts(ctx, place, level, {
      subject: group.subject,
      description: group.description ?? null,
    }),
    ownerKey: (owner && toPersonKey(lids.complete(owner))) ?? null,
    ...{ isAnnouncement, isLocked, memberCount, myRole: myRole ?? null },
    foundedAt: foundedAt ?? null,
    fetchedAt: at,
    createdAt: at,
    updatedAt: at,
  };
}

function toValues(
  ctx: IngestContext,
  { session: { sessionId } }: InboxState,
  { facts }: Extract<GroupChange, { kind: 'facts' }>,
  { groupId, level }: { readonly groupId: string; readonly level: StoreLevel },
): GroupValues {
  const { isAnnouncement, isLocked } = facts;
  const texts = sealTexts(ctx, { sessionId, groupId }, level, facts);
  return { ...texts, isAnnouncement, isLocked } as GroupValues;
}

/** Seals what is given. Without contents, nothing of it is stored. */
function sealTexts(
  { sealer }: IngestContext,
  place: { readonly sessionId: string; readonly groupId: string },
  level: StoreLevel,
  {
    subject,
    description,
  }: { readonly subject?: string | undefined; readonly description?: string | null | undefined },
) {
  const isKept = level === 'content';
  const seal = (text: string | null) =>
    isKept && text ? sealGroupText(sealer, place, text) : null;
  return {
    ...(subject !== undefined && { sealedSubject: seal(subject) }),
    ...(description !== undefined && { sealedDescription: seal(description) }),
  };
}

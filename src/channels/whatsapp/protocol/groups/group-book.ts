import type { AccountNews } from '../../../../domain/conversations/account/account-news.ts';
import type {
  GroupChange,
  GroupSummary,
  WhatsAppGroup,
} from '../../../../domain/conversations/account/group.ts';
import {
  type BinaryNode,
  extractGroupMetadata,
  type GroupMetadata,
  type GroupParticipant,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  type WASocket,
} from '../baileys.ts';
import type { PersonFinder } from '../messages/find-person.ts';
import type { GroupCache } from './group-cache.ts';
import { isSame, readGroup, readMember } from './read-group.ts';
import { type GroupUpdate, readGroupUpdate } from './read-group-update.ts';

type Parts = {
  readonly socket: WASocket;
  readonly cache: GroupCache;
  readonly people: PersonFinder;
  readonly isIgnored: (jid: string) => boolean;
  readonly onNews: (news: AccountNews) => void;
};

export type GroupBook = ReturnType<typeof createGroupBook>;

const ALL = '@g.us';

/** The groups of one connection: what WhatsApp says about them, and what it reports. */
export function createGroupBook({ socket, cache, people, isIgnored, onNews }: Parts) {
  /** Remembers a group, and reports how it is. */
  function note(metadata: GroupMetadata, newsId?: string): WhatsAppGroup {
    const group = readGroup(metadata, people);
    const { members, ...summary } = group;
    cache.put(metadata, summary);
    report(metadata.id, { kind: 'whole', group }, newsId);
    return group;
  }

  function report(groupId: string, change: GroupChange, newsId: string | undefined): void {
    const named = newsId === undefined ? {} : { newsId };
    onNews({ kind: 'group', groupId, change, ...named });
  }

  /** @throws {GroupRefusal} */
  async function readMetadata(groupId: string): Promise<GroupMetadata> {
    const known = cache.findFresh(groupId);
    if (known) return known;
    const metadata = await cache.askSometimes(groupId, () => socket.groupMetadata(groupId));
    if (cache.find(groupId) !== metadata) note(metadata);
    return metadata;
  }

  /** Lists the groups of which the session is a member. @throws {GroupRefusal} */
  async function list(): Promise<readonly GroupSummary[]> {
    const known = cache.list();
    if (known) return known;
    const all = await cache.askSometimes(ALL, () => queryAll(socket));
    for (const metadata of all) note(metadata);
    onNews({ kind: 'group_list', groupIds: all.map(({ id }) => id) });
    cache.setListed();
    return cache.list() ?? [];
  }

  /** Applies what was reported, or what we have done, and reports it. Without an ID, it makes no event. */
  function apply(groupId: string, update: GroupUpdate, newsId?: string): void {
    if (update.kind === 'other') cache.markStale(groupId);
    else if (update.kind === 'whole') note(update.metadata, newsId);
    else applyPart(groupId, update, newsId);
  }

  function applyPart(groupId: string, update: PartUpdate, newsId: string | undefined): void {
    const change = toChange(update, people);
    report(groupId, change, newsId);
    const metadata = cache.find(groupId);
    if (isMyEnd(change)) cache.drop(groupId);
    else if (metadata) {
      patch(metadata, update);
      const { members, ...summary } = readGroup(metadata, people);
      cache.put(metadata, summary);
    } else cache.changeSummary(groupId, (summary) => patchSummary(summary, change));
  }

  socket.ws.on('CB:notification,type:w:gp2', (stanza: BinaryNode) => {
    const { from: groupId, id } = stanza.attrs;
    if (!groupId?.endsWith('@g.us') || isIgnored(groupId)) return;
    const update = readGroupUpdate(stanza);
    if (update) apply(groupId, update, id);
  });

  // The answer to a question of Baileys' own, after the server has said that groups have changed.
  socket.ev.on('groups.update', (groups) => {
    for (const group of groups) {
      if (group.id && group.participants && !isIgnored(group.id)) note(group as GroupMetadata);
    }
  });

  return { read: readMetadata, list, note, apply, cache, people };
}

type PartUpdate = Exclude<GroupUpdate, { kind: 'other' | 'whole' }>;
type PartChange = Exclude<GroupChange, { kind: 'whole' }>;

function toChange(update: PartUpdate, people: PersonFinder): PartChange {
  if (update.kind === 'members') {
    const members = update.participants.map((one) => readMember(one, people));
    return { kind: 'members', change: update.change, members };
  }
  const { subject, desc, announce: isAnnouncement, restrict: isLocked } = update.facts;
  const description = desc === undefined ? undefined : desc || null;
  return { kind: 'facts', facts: { subject, description, isAnnouncement, isLocked } };
}

/** Whether the session is no longer a member. */
function isMyEnd(change: PartChange): boolean {
  if (change.kind !== 'members' || change.change !== 'remove') return false;
  return change.members.some(({ isMe }) => isMe);
}

/** The same for a group whose members are not remembered. */
function patchSummary(summary: GroupSummary, change: PartChange): GroupSummary {
  if (change.kind === 'facts') {
    const { subject = summary.subject, description = summary.description } = change.facts;
    const { isAnnouncement = summary.isAnnouncement, isLocked = summary.isLocked } = change.facts;
    return {
      ...summary,
      ...{ subject, isAnnouncement, isLocked, description: description ?? undefined },
    };
  }
  const { length } = change.members;
  const steps = { add: length, remove: -length, promote: 0, demote: 0 };
  const myRole = change.members.find(({ isMe }) => isMe)?.role ?? summary.myRole;
  return { ...summary, memberCount: summary.memberCount + steps[change.change], myRole };
}

/** Changes the remembered object itself, so that every reference to it is right. */
function patch(metadata: GroupMetadata, update: PartUpdate): void {
  if (update.kind === 'facts') {
    Object.assign(metadata, update.facts);
    return;
  }
  const others = metadata.participants.filter(
    (one) => !update.participants.some((changed) => isSame(one, changed)),
  );
  const known = (changed: GroupParticipant) =>
    metadata.participants.find((one) => isSame(one, changed)) ?? changed;
  const changed = update.participants.map((one) => ({ ...known(one), admin: one.admin ?? null }));
  metadata.participants = update.change === 'remove' ? others : [...others, ...changed];
  metadata.size = metadata.participants.length;
}

/** Baileys' own function would also emit an event for each group. */
async function queryAll(socket: WASocket): Promise<GroupMetadata[]> {
  const content = ['participants', 'description'].map((tag) => ({ tag, attrs: {} }));
  const answer = await socket.query({
    tag: 'iq',
    attrs: { to: '@g.us', xmlns: 'w:g2', type: 'get' },
    content: [{ tag: 'participating', attrs: {}, content }],
  });
  const groups = getBinaryNodeChildren(getBinaryNodeChild(answer, 'groups'), 'group');
  return groups.map((group) =>
    extractGroupMetadata({ tag: 'result', attrs: {}, content: [group] }),
  );
}

import type {
  GroupFactChanges,
  MemberChange,
  MemberOutcome,
  MemberStatus,
  WhatsAppGroup,
} from '../../../../domain/conversations/account/group.ts';
import { readPersonKey } from '../../../../domain/conversations/message.ts';
import { drawMessageId } from '../../../../domain/whatsapp/message-id.ts';
import { toWhatsAppId } from '../../../../domain/whatsapp/whatsapp-number.ts';
import {
  type BinaryNode,
  extractGroupMetadata,
  type GroupMetadata,
  type GroupParticipant,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  type WASocket,
} from '../baileys.ts';
import type { GroupBook } from './group-book.ts';
import { isSame, readGroup } from './read-group.ts';
import type { GroupFactsUpdate } from './read-group-update.ts';

/** A person to change, and WhatsApp's ID of that person. */
export type NamedMember = { readonly personKey: string; readonly jid: string };

/** What WhatsApp's codes mean when members are added, and otherwise. */
const ADDED: Readonly<Record<string, MemberStatus>> = {
  '200': 'done',
  '403': 'invite_needed',
  '404': 'not_on_whatsapp',
  '408': 'recently_left',
  '409': 'already_member',
};
const CHANGED: Readonly<Record<string, MemberStatus>> = { '200': 'done', '404': 'not_a_member' };

type Parts = { readonly socket: WASocket; readonly book: GroupBook };

/** What a session can do with its groups. What WhatsApp refuses is a `GroupRefusal`. */
export function createGroupActions(socket: WASocket, book: GroupBook) {
  const parts = { socket, book };
  const { ask } = book.cache;
  return {
    list: book.list,
    read: async (groupId: string): Promise<WhatsAppGroup> =>
      readGroup(await book.read(groupId), book.people),
    create: (subject: string, members: readonly NamedMember[]) =>
      createGroup(parts, subject, members),
    changeFacts: (groupId: string, facts: GroupFactChanges) => changeFacts(parts, groupId, facts),
    changeMembers: (groupId: string, change: MemberChange, members: readonly NamedMember[]) =>
      changeMembers(parts, groupId, change, members),
    leave: (groupId: string) => leaveGroup(parts, groupId),
    readInvite: async (groupId: string): Promise<string> =>
      (await ask(() => socket.groupInviteCode(groupId))) ?? '',
    renewInvite: async (groupId: string): Promise<string> =>
      (await ask(() => socket.groupRevokeInvite(groupId))) ?? '',
    join: async (code: string): Promise<string | null> =>
      (await ask(() => socket.groupAcceptInvite(code))) ?? null,
    /** Finds the IDs under which the group has people. @throws {GroupRefusal} */
    async locate(groupId: string, keys: readonly string[]): Promise<NamedMember[]> {
      const metadata = await book.read(groupId);
      return keys.map((personKey) => ({ personKey, jid: findMemberId(metadata, personKey) }));
    },
  };
}

async function createGroup(
  { socket, book }: Parts,
  subject: string,
  members: readonly NamedMember[],
): Promise<{ readonly group: WhatsAppGroup; readonly outcomes: readonly MemberOutcome[] }> {
  const what = {
    tag: 'create',
    attrs: { subject, key: drawMessageId() },
    content: toParticipants(members),
  };
  const answer = await book.cache.ask(() => change(socket, '@g.us', what));
  const metadata = extractGroupMetadata(answer);
  const found = readOutcomes(getBinaryNodeChild(answer, 'group'), members, ADDED, 'invite_needed');
  // Who was refused may be in the answer, too.
  const isIn = (one: GroupParticipant) => !found.refused.some((id) => isSame(one, { id }));
  const group = book.note({ ...metadata, participants: metadata.participants.filter(isIn) });
  return { group, outcomes: found.outcomes };
}

/** Changes what is given, one after another, as WhatsApp has it. */
async function changeFacts(
  { socket, book }: Parts,
  groupId: string,
  facts: GroupFactChanges,
): Promise<null> {
  for (const { run, update } of toSteps(socket, groupId, facts)) {
    await book.cache.ask(run);
    book.apply(groupId, { kind: 'facts', facts: update });
  }
  return null;
}

async function changeMembers(
  { socket, book }: Parts,
  groupId: string,
  kind: MemberChange,
  members: readonly NamedMember[],
): Promise<readonly MemberOutcome[]> {
  if (members.length === 0) return [];
  const what = { tag: kind, attrs: {}, content: toParticipants(members) };
  const answer = await book.cache.ask(() => change(socket, groupId, what));
  const codes = kind === 'add' ? ADDED : CHANGED;
  const found = readOutcomes(getBinaryNodeChild(answer, kind), members, codes, 'refused');
  const admin = kind === 'promote' ? ('admin' as const) : null;
  const participants = found.done.map((one) => ({ ...one, admin }));
  if (participants.length > 0) book.apply(groupId, { kind: 'members', change: kind, participants });
  return found.outcomes;
}

async function leaveGroup({ socket, book }: Parts, groupId: string): Promise<null> {
  await book.cache.ask(() => socket.groupLeave(groupId));
  const id = socket.user?.lid ?? socket.user?.id ?? '';
  book.apply(groupId, { kind: 'members', change: 'remove', participants: [{ id }] });
  return null;
}

function toParticipants(members: readonly NamedMember[]): BinaryNode[] {
  return members.map(({ jid }) => ({ tag: 'participant', attrs: { jid } }));
}

function change(socket: WASocket, to: string, what: BinaryNode) {
  return socket.query({ tag: 'iq', attrs: { type: 'set', xmlns: 'w:g2', to }, content: [what] });
}

type FactStep = { readonly run: () => Promise<void>; readonly update: GroupFactsUpdate };

function toSteps(socket: WASocket, groupId: string, facts: GroupFactChanges): FactStep[] {
  const { subject, description, isAnnouncement, isLocked } = facts;
  const set = (setting: Parameters<WASocket['groupSettingUpdate']>[1]) => () =>
    socket.groupSettingUpdate(groupId, setting);
  const steps: (FactStep | undefined)[] = [
    subject === undefined
      ? undefined
      : { run: () => socket.groupUpdateSubject(groupId, subject), update: { subject } },
    description === undefined
      ? undefined
      : {
          run: () => socket.groupUpdateDescription(groupId, description ?? undefined),
          update: { desc: description ?? '' },
        },
    isAnnouncement === undefined
      ? undefined
      : {
          run: set(isAnnouncement ? 'announcement' : 'not_announcement'),
          update: { announce: isAnnouncement },
        },
    isLocked === undefined
      ? undefined
      : { run: set(isLocked ? 'locked' : 'unlocked'), update: { restrict: isLocked } },
  ];
  return steps.filter((step) => step !== undefined);
}

/** The outcome for each person. One whom the answer does not name has the status `missing`. */
function readOutcomes(
  answer: BinaryNode | undefined,
  members: readonly NamedMember[],
  codes: Readonly<Record<string, MemberStatus>>,
  missing: MemberStatus,
) {
  const answered = getBinaryNodeChildren(answer, 'participant').map(({ attrs }) => ({
    id: attrs['jid'] ?? '',
    ...(attrs['phone_number'] && { phoneNumber: attrs['phone_number'] }),
    ...(attrs['lid'] && { lid: attrs['lid'] }),
    code: attrs['error'] ?? '200',
  }));
  const outcomes = members.map(({ personKey, jid }): MemberOutcome => {
    const found = answered.find((one) => isSame(one, { id: jid }));
    return { personKey, status: found ? (codes[found.code] ?? 'refused') : missing };
  });
  const done = answered.filter(({ code }) => code === '200').map(({ code, ...one }) => one);
  const refused = answered.filter(({ code }) => code !== '200').map(({ id }) => id);
  return { outcomes, done, refused };
}

/** The ID under which a group has a person; another ID of the person if it does not have the person. */
export function findMemberId(metadata: GroupMetadata | undefined, personKey: string): string {
  const { phoneNumber, lid } = readPersonKey(personKey);
  const jid = phoneNumber === undefined ? `${lid ?? ''}@lid` : toWhatsAppId(phoneNumber);
  return metadata?.participants.find((one) => isSame(one, { id: jid }))?.id ?? jid;
}

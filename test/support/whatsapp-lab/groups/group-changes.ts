import type { Account } from '../account.ts';
import { node, type Stanza, seconds } from '../wire/nodes.ts';
import type { World } from '../world.ts';
import {
  describeDescription,
  describeGroup,
  describeMemberOf,
  type Group,
  memberJid,
  type Role,
} from './group.ts';

export type MemberAction = 'add' | 'remove' | 'promote' | 'demote';

const FIRST_ID = 120_363_000_000_000_000n;

type NewGroup = {
  readonly subject: string;
  readonly members: readonly Account[];
  readonly addressing?: 'pn' | 'lid';
};

export function createGroup(
  world: World,
  creator: Account,
  { subject, members, addressing = world.groupAddressing }: NewGroup,
): Group {
  const id = String(FIRST_ID + BigInt(world.groups.size + 1));
  const group: Group = {
    id,
    jid: `${id}@g.us`,
    creator,
    createdAt: seconds(),
    addressing,
    members: new Map<Account, Role>([[creator, 'superadmin']]),
    subject,
    subjectAt: seconds(),
    description: undefined,
    invite: inviteOf(id, 1),
    isAnnouncement: false,
    isLocked: false,
  };
  for (const member of members) {
    if (member !== creator && !member.refusesGroups) group.members.set(member, 'member');
  }
  world.groups.set(group.jid, group);
  notify(group, creator, node('create', {}, [describeGroup(group)]));
  return group;
}

/** What the server says of each person who was to be changed: 200, or why not. */
export type MemberOutcome = { readonly account: Account; readonly status: 200 | 403 | 404 | 409 };

export function changeMembers(
  group: Group,
  author: Account,
  { action, accounts }: { readonly action: MemberAction; readonly accounts: readonly Account[] },
): MemberOutcome[] {
  const outcomes = accounts.map((account) => ({
    account,
    status: changeMember(group, account, action),
  }));
  const changed = outcomes.filter(({ status }) => status === 200).map(({ account }) => account);
  if (changed.length === 0) return outcomes;
  const members = changed.map((account) => describeMemberOf(group, account));
  notify(group, author, node(action, {}, members), action === 'remove' ? changed : []);
  return outcomes;
}

function changeMember(group: Group, account: Account, action: MemberAction): 200 | 403 | 404 | 409 {
  const isMember = group.members.has(account);
  if (action === 'add') {
    if (isMember) return 409;
    if (account.refusesGroups) return 403;
    group.members.set(account, 'member');
    return 200;
  }
  if (!isMember) return 404;
  if (action === 'remove') group.members.delete(account);
  else group.members.set(account, action === 'promote' ? 'admin' : 'member');
  return 200;
}

export function joinByInvite(group: Group, account: Account): void {
  group.members.set(account, 'member');
  const member = describeMemberOf(group, account);
  notify(group, account, node('add', { reason: 'invite' }, [member]));
}

export function leaveGroup(group: Group, account: Account): void {
  if (!group.members.delete(account)) return;
  notify(group, account, node('remove', {}, [describeMemberOf(group, account)]), [account]);
}

export function setSubject(group: Group, author: Account, subject: string): void {
  group.subject = subject;
  group.subjectAt = seconds();
  const attributes = { subject, s_t: group.subjectAt, s_o: memberJid(group, author) };
  notify(group, author, node('subject', attributes));
}

/** Without a text, the description is removed. */
export function setDescription(
  group: Group,
  author: Account,
  { id, text }: { readonly id: string; readonly text: string | undefined },
): void {
  group.description = text === undefined ? undefined : { id, text };
  const removed = node('description', { delete: 'true' });
  const content = group.description ? describeDescription(group, group.description) : removed;
  notify(group, author, content);
}

export type GroupSetting = 'announcement' | 'not_announcement' | 'locked' | 'unlocked';

export function applySetting(group: Group, author: Account, setting: GroupSetting): void {
  if (setting.endsWith('announcement')) group.isAnnouncement = setting === 'announcement';
  else group.isLocked = setting === 'locked';
  notify(group, author, node(setting));
}

/** Makes the old link worthless. */
export function renewInvite(group: Group, author: Account): string {
  const count = Number(group.invite.split('n').at(-1));
  group.invite = inviteOf(group.id, count + 1);
  notify(group, author, node('invite', { code: group.invite }));
  return group.invite;
}

const inviteOf = (id: string, count: number): string => `Lab${id.slice(-8)}n${count}`;

/** Every linked device of every member learns of a change, and of those who were removed by it. */
function notify(
  group: Group,
  author: Account,
  content: Stanza,
  removed: readonly Account[] = [],
): void {
  const isLid = group.addressing === 'lid';
  const attributes = {
    from: group.jid,
    type: 'w:gp2',
    id: `group-${group.id}-${performance.now()}`,
    participant: memberJid(group, author),
    participant_pn: isLid ? author.jid : undefined,
    addressing_mode: group.addressing,
    notify: author.name,
    t: seconds(),
  };
  const readers = [...group.members.keys(), ...removed];
  for (const companion of readers.flatMap(({ companions }) => [...companions.values()])) {
    companion.post(node('notification', attributes, [content]));
  }
}

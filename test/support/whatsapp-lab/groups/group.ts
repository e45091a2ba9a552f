import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import { deviceJid, node, type Stanza } from '../wire/nodes.ts';

export type Role = 'superadmin' | 'admin' | 'member';

export type Group = {
  /** Digits. */
  readonly id: string;
  readonly jid: string;
  readonly creator: Account;
  /** Seconds since 1970. */
  readonly createdAt: string;
  /** Whether members appear by hidden id or by number. */
  readonly addressing: 'pn' | 'lid';
  readonly members: Map<Account, Role>;
  subject: string;
  subjectAt: string;
  description: { readonly id: string; readonly text: string } | undefined;
  invite: string;
  /** Only admins write. */
  isAnnouncement: boolean;
  /** Only admins change the subject and the like. */
  isLocked: boolean;
};

export function memberJid({ addressing }: Group, account: Account): string {
  return addressing === 'lid' ? account.lidJid : account.jid;
}

export function isAdmin(group: Group, account: Account): boolean {
  return ['admin', 'superadmin'].includes(group.members.get(account) ?? '');
}

/** The whole of a group, as its members may ask for it. */
export function describeGroup(group: Group): Stanza {
  const { id, subject, subjectAt, creator, createdAt, addressing, members, description } = group;
  const isLid = addressing === 'lid';
  const attributes = {
    id,
    subject,
    s_t: subjectAt,
    s_o: memberJid(group, creator),
    creation: createdAt,
    creator: memberJid(group, creator),
    creator_pn: isLid ? creator.jid : undefined,
    addressing_mode: addressing,
    size: String(members.size),
  };
  return node('group', attributes, [
    ...[...members].map(([account, role]) => describeMemberOf(group, account, role)),
    ...(description ? [describeDescription(group, description)] : []),
    ...(group.isAnnouncement ? [node('announcement')] : []),
    ...(group.isLocked ? [node('locked')] : []),
  ]);
}

/** A member in a list: found by one address, with the other beside it. */
export function describeMemberOf(group: Group, account: Account, role?: Role): Stanza {
  const isLid = group.addressing === 'lid';
  return node('participant', {
    jid: memberJid(group, account),
    type: role === 'member' ? undefined : role,
    phone_number: isLid ? account.jid : undefined,
    lid: isLid ? undefined : account.lidJid,
  });
}

export function describeDescription(
  group: Group,
  { id, text }: NonNullable<Group['description']>,
): Stanza {
  const attributes = { id, t: group.subjectAt, participant: memberJid(group, group.creator) };
  return node('description', attributes, [node('body', {}, Buffer.from(text))]);
}

/** How a phone that writes to a group appears to a linked device. */
export function describeMember(sender: Account, group: Group) {
  const isLid = group.addressing === 'lid';
  return {
    from: group.jid,
    participant: memberJid(group, sender),
    participant_pn: isLid ? sender.jid : undefined,
    participant_lid: isLid ? undefined : sender.lidJid,
    addressing_mode: group.addressing,
    notify: sender.name,
  };
}

/** The same for a linked device that writes. */
export function describeDevice({ user, lid, device }: Companion, addressing: 'pn' | 'lid') {
  const isLid = addressing === 'lid';
  return {
    participant: isLid ? deviceJid(lid, device, 'lid') : deviceJid(user, device),
    participant_pn: isLid ? deviceJid(user, device) : undefined,
    participant_lid: isLid ? undefined : deviceJid(lid, device, 'lid'),
    addressing_mode: addressing,
  };
}

import type {
  GroupMember,
  GroupRole,
  GroupSummary,
  WhatsAppGroup,
} from '../../../../domain/conversations/account/group.ts';
import type { GroupMetadata, GroupParticipant } from '../baileys.ts';
import { type PersonFinder, toPerson } from '../messages/find-person.ts';

type Me = Pick<PersonFinder, 'isMe'>;

export function readGroup(metadata: GroupMetadata, me: Me): WhatsAppGroup {
  const members = metadata.participants.map((one) => readMember(one, me));
  return { ...readSummary(metadata, members), members };
}

function readSummary(metadata: GroupMetadata, members: readonly GroupMember[]): GroupSummary {
  const { id, subject, desc, announce, restrict, owner, ownerPn, creation } = metadata;
  const founder = toPerson([owner, ownerPn]);
  const isKnown = founder.phoneNumber !== undefined || founder.lid !== undefined;
  return {
    groupId: id,
    subject: subject ?? '',
    description: desc || undefined,
    isAnnouncement: announce === true,
    isLocked: restrict === true,
    owner: isKnown ? founder : undefined,
    foundedAt: creation ? new Date(creation * 1000) : undefined,
    memberCount: members.length,
    myRole: members.find(({ isMe }) => isMe)?.role,
  };
}

export function readMember(participant: GroupParticipant, { isMe }: Me): GroupMember {
  const { id, phoneNumber, lid, admin } = participant;
  const person = toPerson([id, phoneNumber, lid]);
  return { person, role: readRole(admin), isMe: isMe(person) };
}

function readRole(admin: string | null | undefined): GroupRole {
  if (admin === 'superadmin') return 'owner';
  return admin === 'admin' ? 'admin' : 'member';
}

/** Whether two entries are the same person, by number or by LID. */
export function isSame(one: GroupParticipant, other: GroupParticipant): boolean {
  const [a, b] = [one, other].map(({ id, phoneNumber, lid }) => toPerson([id, phoneNumber, lid]));
  const isByNumber = a?.phoneNumber !== undefined && a.phoneNumber === b?.phoneNumber;
  return isByNumber || (a?.lid !== undefined && a.lid === b?.lid);
}

import type { MemberOutcome } from '../../../domain/conversations/account/group.ts';
import { readPersonKey } from '../../../domain/conversations/message.ts';
import type { WhatsAppPerson } from '../../../domain/conversations/whatsapp-message.ts';
import type { ReadGroup, WholeGroup } from '../../../services/conversations/groups/read-groups.ts';

export function presentPerson({ phoneNumber = null, lid = null }: NullablePerson) {
  return { phoneNumber, lid };
}

type NullablePerson = { readonly [K in keyof WhatsAppPerson]: WhatsAppPerson[K] | null };

/** Presents a group field by field, so that no other field can leak. */
export function presentSummary(group: ReadGroup) {
  return {
    group: group.groupId,
    subject: group.subject ?? null,
    description: group.description ?? null,
    owner: group.owner ? presentPerson(group.owner) : null,
    isAnnouncement: group.isAnnouncement,
    isLocked: group.isLocked,
    memberCount: group.memberCount,
    role: group.myRole ?? null,
    foundedAt: group.foundedAt?.toISOString() ?? null,
  };
}

export function presentGroup(group: WholeGroup) {
  const members = group.members.map(({ person, role }) => ({ ...presentPerson(person), role }));
  return { ...presentSummary(group), members };
}

export function presentResults(outcomes: readonly MemberOutcome[]) {
  return outcomes.map(({ personKey, status }) => ({
    ...presentPerson(readPersonKey(personKey)),
    status,
  }));
}

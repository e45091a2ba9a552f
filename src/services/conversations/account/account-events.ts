import type { GroupChange } from '../../../domain/conversations/account/group.ts';
import { maskRecipient } from '../../../domain/recipient.ts';
import type { NewEvent } from '../../../domain/webhooks/event.ts';
import { toEventId } from '../../../domain/webhooks/event-id.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { SessionRef } from '../../../storage/conversations/ingest-store.ts';

type GroupNews = {
  readonly groupId: string;
  readonly newsId: string;
  readonly change: GroupChange;
};

/** The event of a change of a group. It names neither the subject nor people. */
export function toGroupEvent(
  { sessionId, accountId }: SessionRef,
  { groupId, newsId, change }: GroupNews,
  occurredAt: Date,
): NewEvent {
  const members = change.kind === 'members' ? { members: change.members.length } : {};
  return {
    eventId: toEventId('group.updated', sessionId, groupId, newsId),
    ...{ accountId, type: 'group.updated', sessionId, subject: groupId, occurredAt },
    data: {
      sessionId: toSessionName(sessionId),
      chat: groupId,
      change: describe(change),
      ...members,
    },
  };
}

const OF_MEMBERS = {
  add: 'members_added',
  remove: 'members_removed',
  promote: 'members_promoted',
  demote: 'members_demoted',
} as const;

function describe(change: GroupChange): string {
  if (change.kind === 'whole') return 'created';
  if (change.kind === 'members') return OF_MEMBERS[change.change];
  const { subject, description } = change.facts;
  if (subject !== undefined) return 'subject';
  return description === undefined ? 'settings' : 'description';
}

/** What became known of a contact. `causeId` names what it became known by, so that it is recorded once. */
type ContactNews = {
  readonly phoneNumber: string;
  readonly change: 'name' | 'lid';
  readonly causeId: string;
};

/** The event of a contact whose name or LID became known. It has no name. */
export function toContactEvent(
  { sessionId, accountId }: SessionRef,
  { phoneNumber, change, causeId }: ContactNews,
  occurredAt: Date,
): NewEvent {
  return {
    eventId: toEventId('contact.updated', sessionId, phoneNumber, change, causeId),
    ...{ accountId, type: 'contact.updated', sessionId, subject: phoneNumber, occurredAt },
    data: {
      sessionId: toSessionName(sessionId),
      phoneNumber: maskRecipient(phoneNumber),
      change,
    },
  };
}

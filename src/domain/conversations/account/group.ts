import type { WhatsAppPerson } from '../whatsapp-message.ts';

/** What a person may do in a group. Its creator is the `owner`, and an admin, too. */
export const groupRoles = ['member', 'admin', 'owner'] as const;
export type GroupRole = (typeof groupRoles)[number];

export type GroupMember = {
  readonly person: WhatsAppPerson;
  readonly role: GroupRole;
  /** Whether it is the number of the session. */
  readonly isMe: boolean;
};

/** What admins can change of a group. */
type GroupFacts = {
  readonly subject: string;
  /** Undefined if there is none. */
  readonly description: string | undefined;
  /** Whether only admins write. */
  readonly isAnnouncement: boolean;
  /** Whether only admins change these facts. */
  readonly isLocked: boolean;
};

/** Some of the facts. A description that is NULL is removed. */
export type GroupFactChanges = {
  readonly [K in Exclude<keyof GroupFacts, 'description'>]?: GroupFacts[K] | undefined;
} & { readonly description?: string | null | undefined };

/** A group without its members. */
export type GroupSummary = GroupFacts & {
  /** `…@g.us`. */
  readonly groupId: string;
  readonly owner: WhatsAppPerson | undefined;
  readonly foundedAt: Date | undefined;
  readonly memberCount: number;
  /** What the session may do; undefined if it is no longer a member. */
  readonly myRole: GroupRole | undefined;
};

export type WhatsAppGroup = GroupSummary & { readonly members: readonly GroupMember[] };

export type MemberChange = 'add' | 'remove' | 'promote' | 'demote';

/** What happened to a group, or how it is. */
export type GroupChange =
  | { readonly kind: 'whole'; readonly group: WhatsAppGroup }
  | { readonly kind: 'facts'; readonly facts: GroupFactChanges }
  | {
      readonly kind: 'members';
      readonly change: MemberChange;
      readonly members: readonly GroupMember[];
    };

/**
 * What became of a person in a change of members. `invite_needed`: the person can only be invited. `not_permitted`: the
 * limits of this service for new contacts, and WhatsApp was not asked.
 */
export const memberStatuses = [
  'done',
  'invite_needed',
  'already_member',
  'recently_left',
  'not_a_member',
  'not_on_whatsapp',
  'not_permitted',
  'refused',
] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** `personKey` names the person as the caller did: see `toPersonKey`. */
export type MemberOutcome = { readonly personKey: string; readonly status: MemberStatus };

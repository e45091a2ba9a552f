import type { MemberChange } from '../../../../domain/conversations/account/group.ts';
import {
  type BinaryNode,
  extractGroupMetadata,
  type GroupMetadata,
  type GroupParticipant,
  getBinaryNodeChild,
  getBinaryNodeChildren,
} from '../baileys.ts';

/** What happened to a group, in the terms of Baileys. */
export type GroupUpdate =
  | { readonly kind: 'whole'; readonly metadata: GroupMetadata }
  | { readonly kind: 'facts'; readonly facts: GroupFactsUpdate }
  | {
      readonly kind: 'members';
      readonly change: MemberChange;
      readonly participants: readonly GroupParticipant[];
    }
  /** Something else, after which the group is asked for again. */
  | { readonly kind: 'other' };

export type GroupFactsUpdate = Partial<
  Pick<GroupMetadata, 'subject' | 'announce' | 'restrict' | 'desc'>
>;

const CHANGES: Readonly<Record<string, MemberChange>> = {
  add: 'add',
  remove: 'remove',
  leave: 'remove',
  promote: 'promote',
  demote: 'demote',
};

const SETTINGS: Readonly<Record<string, GroupFactsUpdate>> = {
  announcement: { announce: true },
  not_announcement: { announce: false },
  locked: { restrict: true },
  unlocked: { restrict: false },
};

/** Things that are neither stored nor needed. */
const IGNORED: readonly string[] = ['invite', 'picture', 'membership_approval_request'];

/**
 * Reads a notification about a group; undefined if it changes nothing of it. Read from the stanza, because only that has
 * the ID of the notification, and Baileys delays its events.
 */
export function readGroupUpdate(stanza: BinaryNode): GroupUpdate | undefined {
  const [child] = Array.isArray(stanza.content) ? stanza.content : [];
  if (!child || IGNORED.includes(child.tag)) return undefined;
  if (child.tag === 'create') return { kind: 'whole', metadata: extractGroupMetadata(child) };
  const change = CHANGES[child.tag];
  if (change) return { kind: 'members', change, participants: readParticipants(child, change) };
  const setting = SETTINGS[child.tag];
  if (setting) return { kind: 'facts', facts: setting };
  if (child.tag === 'subject')
    return { kind: 'facts', facts: { subject: child.attrs['subject'] ?? '' } };
  if (child.tag === 'description')
    return { kind: 'facts', facts: { desc: readDescription(child) } };
  return { kind: 'other' };
}

function readParticipants(parent: BinaryNode, change: MemberChange): GroupParticipant[] {
  return getBinaryNodeChildren(parent, 'participant').map(({ attrs }) => ({
    id: attrs['jid'] ?? '',
    ...(attrs['phone_number'] && { phoneNumber: attrs['phone_number'] }),
    ...(attrs['lid'] && { lid: attrs['lid'] }),
    admin: roleAfter(change, attrs['type']),
  }));
}

function roleAfter(change: MemberChange, type: string | undefined): 'admin' | 'superadmin' | null {
  if (change === 'promote') return 'admin';
  return type === 'admin' || type === 'superadmin' ? type : null;
}

function readDescription(description: BinaryNode): string {
  if (description.attrs['delete'] === 'true') return '';
  const content = getBinaryNodeChild(description, 'body')?.content;
  return content === undefined || Array.isArray(content) ? '' : Buffer.from(content).toString();
}

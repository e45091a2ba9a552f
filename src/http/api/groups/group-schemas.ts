import { z } from '@hono/zod-openapi';
import { groupRoles, memberStatuses } from '../../../domain/conversations/account/group.ts';
import { typingStates } from '../../../domain/conversations/outgoing.ts';
import { ChatKey, MessageId } from '../conversations/message-schemas.ts';
import { E164, PhoneNumber, SessionPath } from '../schemas/identifiers.ts';
import { fault, oneOfOrNull } from '../schemas/one-of.ts';
import { wholeNumberInQuery } from '../schemas/whole-number.ts';

const GROUP_ID = /^[\w-]{5,40}@g\.us$/;

/** WhatsApp's own limits. */
const LONGEST_SUBJECT = 100;
const LONGEST_DESCRIPTION = 2048;

const MOST_MEMBERS = 100;

const GroupId = z
  .string()
  .regex(GROUP_ID, 'must be the ID of a group, as the list of groups has it')
  .openapi({ description: 'The ID of the group', example: '120363000000000001@g.us' });

export const GroupParams = z.object({ id: SessionPath, group: GroupId });

export const GroupsQuery = z.strictObject({
  limit: wholeNumberInQuery({ min: 1, max: 500 })
    .default(50)
    .openapi({ description: 'How many entries to return, at most 500' }),
  cursor: GroupId.optional().openapi({ description: 'The `nextCursor` of the previous page' }),
});

const CONTROL = /[\p{Cc}\p{Cs}]/u;
const BUT_LINE_BREAKS = /[^\P{Cc}\n]|\p{Cs}/u;

const Subject = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_SUBJECT)
  .refine(
    (text) => !CONTROL.test(text),
    fault('control_characters', 'must not contain control characters'),
  )
  .openapi({ description: 'The name of the group', example: 'Drivers of Jakarta' });

const Description = z
  .string()
  .trim()
  .max(LONGEST_DESCRIPTION)
  .refine(
    (text) => !BUT_LINE_BREAKS.test(text),
    fault('control_characters', 'must not contain control characters other than line breaks'),
  );

export const CreateGroupBody = z
  .strictObject({
    subject: Subject,
    members: z
      .array(PhoneNumber)
      .min(1)
      .max(MOST_MEMBERS)
      .describe('The numbers of the people to add'),
  })
  .openapi('CreateGroupRequest', { description: 'A group to create.' });

export const ChangeGroupBody = z
  .strictObject({
    subject: Subject.optional(),
    description: Description.nullable()
      .optional()
      .openapi({ description: 'What the group is for; `null` removes it' }),
    isAnnouncement: z.boolean().optional().describe('Whether only admins write'),
    isLocked: z.boolean().optional().describe('Whether only admins change the group'),
  })
  .openapi('ChangeGroupRequest', { description: 'What to change of a group.' });

export const AddMembersBody = z
  .strictObject({
    members: z
      .array(PhoneNumber)
      .min(1)
      .max(MOST_MEMBERS)
      .describe('The numbers of the people to add'),
  })
  .openapi('AddMembersRequest', { description: 'People to add to a group.' });

const Member = z
  .string()
  .max(64)
  .openapi({ description: 'The number of a member, or `lid:` and the hidden ID' });

export const MembersBody = z
  .strictObject({
    members: z.array(Member).min(1).max(MOST_MEMBERS).describe('The members'),
  })
  .openapi('MembersRequest', { description: 'Members of a group.' });

export const MembersQuery = z.strictObject({
  members: z.string().min(1).max(4000).openapi({
    description: 'The numbers of the members, or `lid:` and their hidden IDs, separated by commas',
    example: '+6281234567890,+6281234567891',
  }),
});

const person = {
  phoneNumber: E164.nullable().describe('The number in E.164; null while it is not known'),
  lid: z.string().nullable().describe('The hidden ID of the person, if it is known'),
};

const group = {
  group: GroupId,
  subject: z
    .string()
    .nullable()
    .describe('The name of the group. Untrusted: its admins choose it. Null if it is not stored'),
  description: z.string().nullable().describe('What the group is for, if it says so'),
  owner: z.object(person).nullable().describe('Who created it, if that is known'),
  isAnnouncement: z.boolean().describe('Whether only admins write'),
  isLocked: z.boolean().describe('Whether only admins change the group'),
  memberCount: z.int().describe('How many members it has'),
  role: oneOfOrNull(groupRoles).describe('The role of the session; null if it is not a member'),
  foundedAt: z.iso.datetime().nullable().describe('When it was created, if that is known'),
};

export const GroupSummary = z
  .object(group)
  .openapi('GroupSummary', { description: 'A group of a session.' });

const members = z
  .array(z.object({ ...person, role: z.enum(groupRoles).describe('What the member may do') }))
  .describe('The members');

export const Group = z
  .object({ ...group, members })
  .openapi('Group', { description: 'A group and its members.' });

const results = z
  .array(
    z.object({
      ...person,
      status: z
        .enum(memberStatuses)
        .describe(
          'The outcome. `invite_needed`: only by the link of the group. `not_permitted`: the limits for new contacts',
        ),
    }),
  )
  .describe('The outcome for each person');

export const CreatedGroup = z
  .object({ ...group, members, results })
  .openapi('CreatedGroup', { description: 'A group that was created.' });

export const MemberResults = z
  .object({ group: GroupId, results })
  .openapi('MemberResults', { description: 'The outcome for each person.' });

export const GroupRef = z
  .object({ group: GroupId })
  .openapi('GroupRef', { description: 'The group that was changed.' });

export const Invite = z
  .object({
    group: GroupId,
    code: z.string().describe('The code of the link'),
    link: z.string().describe('The link: anyone who has it can join the group'),
  })
  .openapi('GroupInvite', { description: 'The link by which anyone can join a group.' });

const INVITE = /^(?:https:\/\/chat\.whatsapp\.com\/(?:invite\/)?)?([A-Za-z0-9_-]{8,64})(?:\?\S*)?$/;

export const JoinBody = z
  .strictObject({
    invite: z
      .string()
      .trim()
      .max(300)
      .refine(
        (text) => INVITE.test(text),
        fault('invalid_format', 'must be a link of chat.whatsapp.com, or its code'),
      )
      .openapi({
        description: 'The link of a group, or its code',
        example: 'https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv',
      }),
  })
  .openapi('JoinGroupRequest', { description: 'The link of a group to join.' });

/** The code of a link that `JoinBody` has accepted. */
export function readInviteCode(invite: string): string {
  return INVITE.exec(invite)?.[1] ?? invite;
}

export const Joined = z
  .object({
    group: GroupId.nullable().describe('Null until an admin admits the session'),
    status: z.enum(['joined', 'pending']).describe('Whether the session is a member'),
  })
  .openapi('JoinedGroup', { description: 'The group that was joined.' });

export const PresenceBody = z
  .strictObject({ state: z.enum(['available', 'unavailable']).describe('What people see') })
  .openapi('PresenceRequest', { description: 'Whether people see the session as online.' });

export const TypingBody = z
  .strictObject({ state: z.enum(typingStates).describe('What people in the chat see') })
  .openapi('TypingRequest', { description: 'Whether the chat shows that the session is typing.' });

export const Presence = z
  .object({ state: z.enum(['available', 'unavailable']).describe('What people see') })
  .openapi('Presence', { description: 'Whether people see the session as online.' });

export const Typing = z
  .object({ chat: ChatKey, state: z.enum(typingStates).describe('What people in the chat see') })
  .openapi('Typing', { description: 'What a chat sees of the session.' });

export const Picture = z
  .object({
    phoneNumber: E164,
    url: z.string().describe('Valid for a few days. Fetch the picture, and do not store the URL'),
  })
  .openapi('ContactPicture', { description: 'The picture of a person.' });

const time = z.iso.datetime().nullable();

export const Receipts = z
  .object({
    messageId: MessageId,
    receipts: z
      .array(
        z.object({
          ...person,
          deliveredAt: time.describe('When it reached a device of the member'),
          readAt: time.describe('When the member opened it'),
          playedAt: time.describe('When the member played it'),
        }),
      )
      .describe('The members who have received it'),
  })
  .openapi('MessageReceipts', { description: 'What the members of a group did with a message.' });

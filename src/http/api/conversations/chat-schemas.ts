import { z } from '@hono/zod-openapi';
import { chatKinds } from '../../../domain/conversations/message.ts';
import { E164, PhoneNumber, SessionPath } from '../schemas/identifiers.ts';
import { timePageFields } from '../schemas/page.ts';
import { Moment } from '../schemas/time.ts';
import { wholeNumberInQuery } from '../schemas/whole-number.ts';
import { ChatKey } from './message-schemas.ts';

export const ChatsQuery = z.strictObject(timePageFields);

export const ContactsQuery = z.strictObject({
  limit: wholeNumberInQuery({ min: 1, max: 500 })
    .default(50)
    .openapi({ description: 'How many entries to return, at most 500' }),
  cursor: z
    .string()
    .max(64)
    .regex(/^\+?\d{5,20}$/, 'must be the nextCursor of a previous page')
    .optional()
    .openapi({ description: 'The `nextCursor` of the previous page' }),
});

export const ContactParams = z.object({ id: SessionPath, phoneNumber: PhoneNumber });

export const ChangeChatBody = z
  .strictObject({
    isArchived: z.boolean().optional().describe('Whether the chat is archived'),
    isPinned: z.boolean().optional().describe('Whether the chat stays on top'),
    mutedUntil: Moment.nullable().optional().openapi({
      description: 'When the muting ends; `null` ends it now',
    }),
    isRead: z
      .literal(true)
      .optional()
      .openapi({ description: 'Marks up to 500 unread messages as read; their author sees it' }),
  })
  .openapi('ChangeChatRequest', { description: 'What to change of a chat.' });

const time = z.iso.datetime().nullable();

export const Chat = z
  .object({
    chat: ChatKey,
    chatType: z.enum(chatKinds).describe('What kind of chat it is'),
    name: z
      .string()
      .nullable()
      .describe('The subject of a group, or the name of a person in the address book of the phone'),
    phoneNumber: E164.nullable().describe('The number of the person; null while it is not known'),
    lid: z.string().nullable().describe('The hidden ID of the person, if it is known'),
    isGroup: z.boolean().describe('Whether it is a group'),
    isArchived: z.boolean().describe('Whether it is archived'),
    isPinned: z.boolean().describe('Whether it stays on top'),
    mutedUntil: time.describe('When the muting ends'),
    unreadCount: z.int().describe('How many incoming messages are unread'),
    lastMessageAt: z.iso.datetime().describe('When the last message was sent'),
    lastMessageId: z.string().nullable().describe('The ID of the last message'),
  })
  .openapi('Chat', { description: 'A chat of a session.' });

export const Contact = z
  .object({
    phoneNumber: E164,
    lid: z.string().nullable().describe('The hidden ID of the person, if it is known'),
    name: z.string().nullable().describe('The name in the address book of the phone'),
    pushName: z
      .string()
      .nullable()
      .describe('The name that the person chose. Untrusted: anyone can choose any'),
    isOnWhatsApp: z.boolean().nullable().describe('What WhatsApp answered when it was asked last'),
    knownAt: time.describe('Since when the person and the session know each other'),
    isBlocked: z.boolean().describe('Whether this service has blocked the number'),
  })
  .openapi('Contact', { description: 'A person whom a session knows or has looked up.' });

export const BlockedContact = z
  .object({
    phoneNumber: E164,
    isBlocked: z.boolean().describe('Whether the number is blocked from writing to the session'),
  })
  .openapi('BlockedContact', { description: 'Whether a number is blocked.' });

import { z } from '@hono/zod-openapi';
import { chatKinds, messageStatuses, messageTypes } from '../../../domain/conversations/message.ts';
import { E164, PhoneNumber, SessionPath } from '../schemas/identifiers.ts';
import { pageFields } from '../schemas/page.ts';
import { Moment } from '../schemas/time.ts';

export const ChatKey = z
  .string()
  .regex(
    /^(\+\d{5,20}|lid:\d{5,20}|[\w-]{5,40}@(g\.us|newsletter)|status)$/,
    'must be a chat, as the list of chats names it',
  )
  .openapi({
    description:
      'The name of a chat: the number of a person in E.164, `lid:` and a hidden ID while the number is not known, or the ID of a group',
    example: '+6281234567890',
  });

export const MessageId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be the ID of a message')
  .openapi({ description: 'The WhatsApp ID of the message', example: '3EB0C767D26A1B2C3D4E5F' });

export const MessageParams = z.object({ id: SessionPath, messageId: MessageId });

export const ChatParams = z.object({ id: SessionPath, chat: ChatKey });

export const MessageQuery = z.strictObject({
  chat: ChatKey.optional().openapi({
    description: 'The chat of the message, if several messages have its ID',
  }),
});

const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()
  .openapi({ description: 'Whether it was read: of incoming messages, by the session' });

export const MessagesQuery = z.strictObject({
  ...pageFields,
  chat: ChatKey.optional().openapi({ description: 'Only messages of this chat' }),
  direction: z
    .enum(['incoming', 'outgoing'])
    .optional()
    .openapi({ description: '`outgoing`: sent by the session, from its phone too' }),
  type: z.enum(messageTypes).optional().openapi({ description: 'Only messages of this type' }),
  isRead: flag,
  from: Moment.optional().openapi({
    description: 'Sent at this time or later, by the sender’s clock',
  }),
  to: Moment.optional().openapi({
    description: 'Sent at this time or earlier, by the sender’s clock',
  }),
});

export const Destination = {
  to: PhoneNumber.optional().openapi({ description: 'The number of the recipient' }),
  chat: ChatKey.optional().openapi({ description: 'The chat with the recipient, instead of `to`' }),
};

const person = {
  phoneNumber: E164.nullable().describe('The number in E.164; null while it is not known'),
  lid: z.string().nullable().describe('The hidden ID of the person, if it is known'),
};

/** The fields of all types: which of them are there depends on the type. */
const Content = z
  .object({
    type: z
      .enum(messageTypes)
      .describe('The kind of content, which decides which other fields there are'),
    text: z.string().optional().describe('Of a text, a button or a row'),
    caption: z.string().optional().describe('The text below a file'),
    fileName: z.string().optional().describe('The name of a file'),
    mimeType: z.string().optional().describe('The type of a file, as its sender states it'),
    sizeBytes: z.number().optional().describe('The size of a file, as its sender states it'),
    seconds: z.number().optional().describe('The duration of audio or video'),
    isVoice: z.boolean().optional().describe('Whether audio was recorded in the chat'),
    latitude: z.number().optional().describe('Of a place, in degrees'),
    longitude: z.number().optional().describe('Of a place, in degrees'),
    name: z.string().optional().describe('The name of a place'),
    address: z.string().optional().describe('The address of a place'),
    contacts: z
      .array(
        z.object({
          name: z.string().describe('The name of the contact'),
          vcard: z.string().describe('The contact as a vCard'),
        }),
      )
      .readonly()
      .optional()
      .describe('The contacts of a message'),
    question: z.string().optional().describe('Of a poll'),
    options: z.array(z.string()).readonly().optional().describe('Of a poll'),
    mostChoices: z
      .number()
      .optional()
      .describe('How many options one person may choose; 0 for any number'),
    replyId: z.string().optional().describe('The button or row that was chosen'),
  })
  .openapi('MessageContent', {
    description: 'What a message says, by its type. Untrusted: its sender chose it.',
  });

const time = z.iso.datetime().nullable();

export const Message = z
  .object({
    messageId: MessageId,
    chat: ChatKey,
    chatType: z.enum(chatKinds).describe('What kind of chat it is'),
    direction: z.enum(['incoming', 'outgoing']).describe('Who wrote it: a person, or the session'),
    ...person,
    author: z
      .object(person)
      .nullable()
      .describe('Who wrote it; null for a message of the session itself'),
    type: z.enum(messageTypes).describe('What kind of message it is'),
    content: Content.nullable().describe('Null if none is stored, and after it was revoked'),
    status: z.enum(messageStatuses).describe('Of what people write: `received`'),
    errorCode: z.string().nullable().describe('Why it failed'),
    replyTo: z.string().nullable().describe('The ID of the message to which it replies'),
    isForwarded: z.boolean().describe('Whether it was forwarded'),
    isRead: z.boolean().describe('Whether the session has read it'),
    sentAt: z.iso.datetime().describe('By the clock of its sender, which may be wrong'),
    receivedAt: z.iso.datetime().describe('When it was stored'),
    acceptedAt: time.describe('When WhatsApp accepted it'),
    deliveredAt: time.describe('When it reached a device of the recipient'),
    readAt: time.describe('When the recipient opened it'),
    failedAt: time.describe('When it failed'),
    editedAt: time.describe('When it was edited last'),
    revokedAt: time.describe('When its author deleted it for everyone'),
    reactions: z
      .array(
        z.object({
          ...person,
          isFromMe: z.boolean().describe('Whether it is of the session itself'),
          emoji: z.string().describe('The emoji'),
          reactedAt: z.iso.datetime().describe('By the clock of its sender'),
        }),
      )
      .describe('The latest reaction of each person'),
  })
  .openapi('Message', { description: 'A message of a conversation.' });

export const SentTo = z
  .object({
    messageId: MessageId,
    chat: ChatKey,
    status: z.literal('accepted').describe('WhatsApp has accepted it'),
    timestamp: z.iso.datetime().describe('When it was sent'),
  })
  .openapi('SentToChat', { description: 'A message that was sent.' });

export const MessageRef = z
  .object({ messageId: MessageId })
  .openapi('MessageRef', { description: 'The message that was changed.' });

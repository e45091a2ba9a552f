import { z } from '@hono/zod-openapi';
import { PhoneNumber } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { MessageText } from '../sessions/session-schemas.ts';
import { Destination, MessageId } from './message-schemas.ts';

const sendable = ['text', 'location', 'contact', 'poll'] as const;

/** Not a pattern of the document, because its flags have no place there. */
const CONTROL = /[\p{Cc}\p{Cs}]/u;

/** A line of text, as phones show it. */
const short = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine(
      (text) => !CONTROL.test(text),
      fault('control_characters', 'must not contain control characters'),
    );

const Location = z
  .strictObject({
    latitude: z.number().min(-90).max(90).describe('In degrees, north of the equator'),
    longitude: z.number().min(-180).max(180).describe('In degrees, east of Greenwich'),
    name: short(200).optional().describe('The name of the place'),
    address: short(500).optional().describe('The address of the place'),
  })
  .openapi('MessageLocation', { description: 'A place on a map.' });

const Contact = z
  .strictObject({ name: short(100).describe('The name of the person'), phoneNumber: PhoneNumber })
  .openapi('MessageContact', { description: 'A person and their number.' });

const Poll = z
  .strictObject({
    question: short(255).describe('The question'),
    options: z.array(short(100)).min(2).max(12).describe('The options'),
    mostChoices: z
      .int()
      .min(0)
      .max(12)
      .default(1)
      .openapi({ description: 'How many options one person may choose; 0 for any number' }),
  })
  .openapi('MessagePoll', { description: 'A question with options.' });

export const SendBody = z
  .strictObject({
    ...Destination,
    type: z.enum(sendable).default('text').describe('Which of the following fields it has'),
    text: MessageText.optional(),
    location: Location.optional().describe('Of the type `location`'),
    contacts: z.array(Contact).min(1).max(10).optional().describe('Of the type `contact`'),
    poll: Poll.optional().describe('Of the type `poll`'),
    replyTo: MessageId.optional().openapi({
      description: 'The ID of a stored message of the chat, which this one answers',
    }),
  })
  .openapi('SendToChatRequest', {
    description:
      'A message to send, with the field of its type: `text`, `location`, `contacts` or `poll`.',
  });

/** No letters, spaces or markup. */
const EMOJI = /^[^\p{L}\p{Cc}\p{Cs}\p{Z}<>]*$/u;

export const ReactionBody = z
  .strictObject({
    emoji: z
      .string()
      .max(32)
      .refine((text) => EMOJI.test(text), fault('invalid_format', 'must be one emoji, or empty'))
      .openapi({ description: 'The emoji; empty to take the reaction back', example: '👍' }),
  })
  .openapi('ReactionRequest', { description: 'A reaction to a message.' });

export const EditBody = z
  .strictObject({ text: MessageText })
  .openapi('EditRequest', { description: 'The new text of a message.' });

export const ForwardBody = z
  .strictObject(Destination)
  .openapi('ForwardRequest', { description: 'To whom a message is forwarded.' });

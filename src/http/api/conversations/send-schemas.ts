import { z } from '@hono/zod-openapi';
import { mediaKinds } from '../../../domain/conversations/outgoing-media.ts';
import { PhoneNumber } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { MessageText } from '../sessions/session-message-schemas.ts';
import { Destination, MessageId } from './message-schemas.ts';

const sendable = ['text', 'location', 'contact', 'poll', ...mediaKinds] as const;

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

export const MediaId = z
  .string()
  .regex(/^[\w-]{32}$/, 'must be the ID of an uploaded file')
  .openapi({
    description: 'The ID of a file that was uploaded to the session',
    example: 'q3Zk8mW1r5T7yB9dF2hJ4lN6pS0uV8xA',
  });

/** WhatsApp's own API allows as much. */
const LONGEST_CAPTION = 1024;
const LONGEST_SECONDS = 86_400;

/** The fields of all files; `mediaId` or `url` is required. */
export const fileFields = {
  mediaId: MediaId.optional(),
  url: z.string().max(2048).optional().openapi({
    description:
      'Where to fetch the file instead of `mediaId`: an https URL of a public address. Up to three redirects are followed',
    example: 'https://example.com/menu.pdf',
  }),
  caption: MessageText.max(LONGEST_CAPTION)
    .optional()
    .openapi({ description: 'The text below an `image`, `video` or `document`' }),
};

export const SendBody = z
  .strictObject({
    ...Destination,
    type: z.enum(sendable).default('text').describe('Which of the following fields it has'),
    text: MessageText.optional(),
    location: Location.optional().describe('Of the type `location`'),
    contacts: z.array(Contact).min(1).max(10).optional().describe('Of the type `contact`'),
    poll: Poll.optional().describe('Of the type `poll`'),
    ...fileFields,
    fileName: short(200)
      .refine((name) => !/[\\/]/.test(name), fault('invalid_format', 'must not be a path'))
      .optional()
      .describe('The name of a `document`'),
    mimeType: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.+-]{0,48}\/[a-z0-9][a-z0-9.+-]{0,48}$/, 'must be a media type')
      .optional()
      .openapi({
        description: 'The type of a `document`, instead of what its bytes look like',
        example: 'text/csv',
      }),
    voice: z
      .boolean()
      .optional()
      .describe('Whether `audio` is shown as a voice message: only of the type audio/ogg'),
    seconds: z
      .int()
      .min(1)
      .max(LONGEST_SECONDS)
      .optional()
      .describe('The duration of `video` or `audio`, as it is shown before it is played'),
    replyTo: MessageId.optional().openapi({
      description: 'The ID of a stored message of the chat, to which this one replies',
    }),
  })
  .openapi('SendToChatRequest', {
    description:
      'A message to send, with the field of its type: `text`, `location`, `contacts` or `poll`; or a file, with `mediaId` or `url`.',
  });

/** No letters, spaces or markup. */
const EMOJI = /^[^\p{L}\p{Cc}\p{Cs}\p{Z}<>]*$/u;

export const ReactionBody = z
  .strictObject({
    emoji: z
      .string()
      .max(32)
      .refine((text) => EMOJI.test(text), fault('invalid_format', 'must be one emoji, or empty'))
      .openapi({ description: 'The emoji; empty to remove the reaction', example: '👍' }),
  })
  .openapi('ReactionRequest', { description: 'A reaction to a message.' });

export const EditBody = z
  .strictObject({ text: MessageText })
  .openapi('EditRequest', { description: 'The new text of a message.' });

export const ForwardBody = z
  .strictObject(Destination)
  .openapi('ForwardRequest', { description: 'To whom a message is forwarded.' });

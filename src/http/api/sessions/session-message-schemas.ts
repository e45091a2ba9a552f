import { z } from '@hono/zod-openapi';
import { PhoneNumber } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';

/** Characters that a text must not contain: control characters except line breaks, and unpaired surrogates. */
const UNSENDABLE = /(?![\r\n])[\p{Cc}\p{Cs}]/u;

const LONGEST_MESSAGE = 4096;

/** A text that can be sent. */
export const MessageText = z
  .string()
  .min(1)
  .max(LONGEST_MESSAGE)
  .refine(
    (text) => !UNSENDABLE.test(text),
    fault('control_characters', 'must not contain control characters other than line breaks'),
  )
  .refine((text) => text.trim() !== '', fault('too_short', 'must not be blank'))
  .openapi({
    description: 'Plain text. Control characters other than line breaks are refused',
    example: 'Your order is on its way.',
  });

export const SendMessageBody = z
  .strictObject({ to: PhoneNumber, message: MessageText })
  .openapi('SendMessageRequest', { description: 'A text message to send.' });

export const SentText = z
  .object({
    messageId: z.string().describe('The WhatsApp ID of the message'),
    timestamp: z.iso.datetime().describe('When it was sent'),
  })
  .openapi('SentMessage', { description: 'A message that was sent.' });

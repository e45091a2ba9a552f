import type { z } from '@hono/zod-openapi';
import { invalidField } from '../../../domain/refusal.ts';
import type { Destination } from '../../../services/conversations/outbound/find-chat.ts';
import type { Draft } from '../../../services/conversations/outbound/send-to-chat.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import type { SendBody } from './send-schemas.ts';

type Body = z.infer<typeof SendBody>;

/** The field that has the content of each type. */
const FIELDS = { text: 'text', location: 'location', contact: 'contacts', poll: 'poll' } as const;

/** @throws {AppError} `invalid_phone`, `region_not_allowed`, or `validation_failed` unless one of both is given. */
export function readDestination(
  { to, chat }: Pick<Body, 'to' | 'chat'>,
  readRecipient: ReadRecipient,
): Destination {
  if (to !== undefined && chat !== undefined) throw invalidField('chat', 'must not be beside to');
  if (to !== undefined) return { recipient: readRecipient(to) };
  if (chat === undefined) throw invalidField('to', 'is required, or chat');
  return chat.startsWith('+') ? { recipient: readRecipient(chat) } : { chatKey: chat };
}

/** @throws {AppError} `validation_failed` for a content that does not fit its type; `invalid_phone` of a contact. */
export function readDraft(body: Body, readNumber: ReadRecipient): Draft {
  const field = FIELDS[body.type];
  for (const other of Object.values(FIELDS)) {
    if (other !== field && body[other] !== undefined) {
      throw invalidField(other, `must not be given for the type ${body.type}`);
    }
  }
  const content = toContent(body, readNumber);
  if (!content) throw invalidField(field, `is required for the type ${body.type}`);
  return { content, replyTo: body.replyTo };
}

function toContent(
  { type, text, location, contacts, poll }: Body,
  readNumber: ReadRecipient,
): Draft['content'] | undefined {
  switch (type) {
    case 'text':
      return text === undefined ? undefined : { type, text };
    case 'location': {
      if (!location) return undefined;
      const { name, address, ...place } = location;
      return { type, ...place, ...(name && { name }), ...(address && { address }) };
    }
    case 'contact':
      return contacts && { type, contacts: contacts.map((one) => toCard(one, readNumber)) };
    default:
      return poll && { type, ...poll };
  }
}

/** The contact as phones exchange it (vCard 3.0, RFC 2426), with the number that WhatsApp reads. */
function toCard(
  { name, phoneNumber: written }: { readonly name: string; readonly phoneNumber: string },
  readNumber: ReadRecipient,
) {
  const { phoneNumber } = readNumber(written);
  const escaped = name.replace(/[\\,;]/g, (character) => `\\${character}`);
  const number = `TEL;type=CELL;type=VOICE;waid=${phoneNumber.slice(1)}:${phoneNumber}`;
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `FN:${escaped}`, number, 'END:VCARD'];
  return { name, vcard: lines.join('\n') };
}

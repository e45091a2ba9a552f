import type { z } from '@hono/zod-openapi';
import { type MediaKind, mediaKinds } from '../../../domain/conversations/outgoing-media.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { Destination } from '../../../services/conversations/outbound/find-chat.ts';
import type { Draft } from '../../../services/conversations/outbound/send-to-chat.ts';
import type { MediaDraft } from '../../../services/conversations/uploads/prepare-media.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import type { SendBody } from './send-schemas.ts';

type Body = z.infer<typeof SendBody>;

const SOURCE = ['mediaId', 'url'] as const;

/** The fields that each type can have. The first one is required, or for a file the second one. */
const FIELDS = {
  text: ['text'],
  location: ['location'],
  contact: ['contacts'],
  poll: ['poll'],
  image: [...SOURCE, 'caption'],
  video: [...SOURCE, 'caption', 'seconds'],
  audio: [...SOURCE, 'voice', 'seconds'],
  document: [...SOURCE, 'caption', 'fileName', 'mimeType'],
  sticker: SOURCE,
} as const satisfies Record<Body['type'], readonly (keyof Body)[]>;

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
  const { type } = body;
  const own: readonly (keyof Body)[] = FIELDS[type];
  for (const other of Object.values(FIELDS).flat()) {
    if (!own.includes(other) && body[other] !== undefined) {
      throw invalidField(other, `must not be given for the type ${type}`);
    }
  }
  const content = isFile(type)
    ? readFileDraft({ ...body, type })
    : toContent({ ...body, type }, readNumber);
  if (!content) throw invalidField(own[0] ?? '', `is required for the type ${type}`);
  return { content, replyTo: body.replyTo };
}

type WordsBody = Omit<Body, 'type'> & { readonly type: Exclude<Body['type'], MediaKind> };

function isFile(type: Body['type']): type is MediaKind {
  return (mediaKinds as readonly string[]).includes(type);
}

type FileBody = Pick<Body, 'mediaId' | 'url' | 'caption'> &
  Partial<Pick<Body, 'fileName' | 'mimeType' | 'voice' | 'seconds'>> & { readonly type: MediaKind };

/** @throws {AppError} `validation_failed` unless there is one source of the file. */
export function readFileDraft({ mediaId, url, voice: isVoice, ...body }: FileBody): MediaDraft {
  if (mediaId !== undefined && url !== undefined)
    throw invalidField('url', 'must not be beside mediaId');
  const { type, caption, fileName, mimeType, seconds } = body;
  const draft = { type, caption, fileName, mimeType, seconds, isVoice };
  if (mediaId !== undefined) return { ...draft, source: { mediaId } };
  if (url === undefined) throw invalidField('mediaId', `is required for the type ${type}, or url`);
  return { ...draft, source: { url } };
}

function toContent(
  { type, text, location, contacts, poll }: WordsBody,
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

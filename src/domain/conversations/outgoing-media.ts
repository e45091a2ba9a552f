import type { MediaContent } from './message-content.ts';

export type MediaKind = MediaContent['type'];

export const mediaKinds = [
  'image',
  'video',
  'audio',
  'document',
  'sticker',
] as const satisfies readonly MediaKind[];

const MEBIBYTE = 1024 * 1024;

/** The largest files, in bytes: those of WhatsApp's own API for images, videos and audio. Stickers count as images. */
const MOST_BYTES: Readonly<Partial<Record<MediaKind, number>>> = {
  image: 5 * MEBIBYTE,
  sticker: 5 * MEBIBYTE,
  video: 16 * MEBIBYTE,
  audio: 16 * MEBIBYTE,
};

/** What phones show as such: the types of WhatsApp's own API. Everything else can only be a document. */
const TYPES: Readonly<Partial<Record<MediaKind, readonly string[]>>> = {
  image: ['image/jpeg', 'image/png'],
  sticker: ['image/webp'],
  video: ['video/mp4', 'video/3gpp'],
  audio: ['audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/amr'],
};

/** Sessions that send codes send no larger files: a code would wait for them. */
export const MOST_BYTES_BESIDE_CODES = MEBIBYTE;

/** The largest file that can be sent as a kind, in bytes, if `mostBytes` are permitted at all. */
export function mostBytesOf(kind: MediaKind, mostBytes: number): number {
  return Math.min(mostBytes, MOST_BYTES[kind] ?? mostBytes);
}

/** Lists the types that can be sent as a kind; undefined for all. */
export function typesOf(kind: MediaKind): readonly string[] | undefined {
  return TYPES[kind];
}

/** Whether a file whose bytes look like `mimeType` can be sent as a kind. */
export function isSendableAs(kind: MediaKind, mimeType: string): boolean {
  return TYPES[kind]?.includes(withoutParameters(mimeType)) ?? true;
}

/** `audio/ogg` of `audio/ogg; codecs=opus`. */
function withoutParameters(mimeType: string): string {
  return mimeType.split(';')[0]?.trim() ?? '';
}

/** The type that phones expect of a voice message; undefined if the file is none. */
export function toVoiceType(mimeType: string): string | undefined {
  return withoutParameters(mimeType) === 'audio/ogg' ? 'audio/ogg; codecs=opus' : undefined;
}

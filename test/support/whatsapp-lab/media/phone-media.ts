import type { proto } from '@whiskeysockets/baileys';
import type { World } from '../world.ts';
import { type BlobKind, type MediaKind, openMedia, sealMedia } from './media-cipher.ts';

export type MediaOptions = {
  readonly mimetype?: string;
  readonly caption?: string;
  readonly fileName?: string;
  readonly seconds?: number;
  /** A voice note. */
  readonly ptt?: boolean;
  /** What the sender claims of the file, instead of the truth. */
  readonly claim?: {
    readonly fileLength?: number;
    readonly fileSha256?: Uint8Array;
    readonly fileEncSha256?: Uint8Array;
    readonly mediaKey?: Uint8Array;
    readonly directPath?: string;
    readonly url?: string;
  };
};

/** A file that a phone has and can put on the host again. */
export type OwnFile = { readonly kind: BlobKind; readonly blob: Buffer; readonly mediaKey: Buffer };

const MIMETYPES: Readonly<Record<MediaKind, string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg; codecs=opus',
  document: 'application/pdf',
  sticker: 'image/webp',
};
const PARTS = {
  image: 'imageMessage',
  video: 'videoMessage',
  audio: 'audioMessage',
  document: 'documentMessage',
  sticker: 'stickerMessage',
} as const;

/** Encrypts a file, puts it on the host, and makes the message that says where it is. */
export function uploadMedia(
  world: World,
  { kind, bytes, options = {} }: { kind: MediaKind; bytes: Buffer; options?: MediaOptions },
): { readonly content: proto.IMessage; readonly file: OwnFile } {
  const { claim, ...about } = options;
  const { blob, reference } = sealMedia(bytes, kind);
  const place = hostOf(world).put(kind, blob);
  const mediaKeyTimestamp = Math.floor(Date.now() / 1000);
  const part = {
    mimetype: MIMETYPES[kind],
    mediaKeyTimestamp,
    ...about,
    ...place,
    ...reference,
    ...claim,
  };
  return { content: { [PARTS[kind]]: part }, file: { kind, blob, mediaKey: reference.mediaKey } };
}

/**
 * Fetches the file of a message from the host and opens it.
 * @throws when there is none, or the MAC, a hash or the length is not right.
 */
export function downloadMedia(world: World, content: proto.IMessage): Buffer {
  const [kind, name] = Object.entries(PARTS).find(([, part]) => content[part]) ?? [];
  const part = name && content[name];
  if (!part?.mediaKey || !part.directPath) throw new Error('the message has no file');
  const blob = hostOf(world).get(part.directPath);
  if (!blob) throw new Error(`the host has no file ${part.directPath}`);
  const plain = openMedia(blob, {
    kind: kind as MediaKind,
    mediaKey: part.mediaKey,
    fileSha256: part.fileSha256 ?? Buffer.alloc(0),
    fileEncSha256: part.fileEncSha256 ?? Buffer.alloc(0),
  });
  if (plain.length !== Number(part.fileLength)) throw new Error('the length of the file is wrong');
  return plain;
}

function hostOf({ media }: World) {
  if (!media) throw new Error('this lab has no media: start it with { media: true }');
  return media;
}

import { randomBytes } from 'node:crypto';
import type { proto } from '@whiskeysockets/baileys';

/** What a person reads: plain, with its preview, or what another device of theirs sent. */
export function textOf(message: proto.IMessage | null | undefined): string {
  const own = message?.deviceSentMessage?.message;
  return (
    message?.conversation ||
    message?.extendedTextMessage?.text ||
    own?.conversation ||
    own?.extendedTextMessage?.text ||
    ''
  );
}

/** The digits that a person would type from a message, or undefined when it has none. */
export function codeIn(text: string): string | undefined {
  return text.match(/(?<!\d)(?:\d{3}[- ]\d{3}|\d{4,10})(?!\d)/)?.[0].replace(/\D/g, '');
}

/** WhatsApp hides the length of a message behind 1 to 16 bytes, each of which says how many. */
export function pad(message: Uint8Array): Buffer {
  const count = (randomBytes(1).readUInt8() & 15) + 1;
  return Buffer.concat([message, Buffer.alloc(count, count)]);
}

export function unpad(padded: Buffer): Buffer {
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}

import type { Readable } from 'node:stream';

/** More of a body is not read. A longer one costs its connection. */
export const MOST_BODY_BYTES = 16_384;

const EXCERPT_BYTES = 1024;

const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** Control characters, and those that change the direction of the text around them. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * Reads the start of a body, and returns the first 1024 bytes as text that is safe to store and show. A body that
 * breaks off, or does not end in time, counts as far as it came: the status has arrived, and it decides.
 */
export async function readExcerpt(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      // Leaving the loop destroys the stream, and so the connection.
      if (length > MOST_BODY_BYTES) break;
    }
  } catch {
    // It broke off.
  }
  return toExcerpt(Buffer.concat(chunks));
}

function toExcerpt(bytes: Buffer): string {
  // With `stream`, a character that is cut at the end is left out.
  const isCut = bytes.length > EXCERPT_BYTES;
  const text = new TextDecoder().decode(bytes.subarray(0, EXCERPT_BYTES), { stream: isCut });
  return text.replaceAll(BREAKS, ' ').replaceAll(INVISIBLE, '').trim();
}

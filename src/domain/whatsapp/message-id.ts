import { randomBytes } from 'node:crypto';

/** Returns a message ID in the format of WhatsApp Web, which phones expect, with 72 random bits. */
export function drawMessageId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}

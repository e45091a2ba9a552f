import { randomBytes } from 'node:crypto';

/** A message's name as WhatsApp Web writes it, which is what recipients' phones expect; 72 random bits. */
export function drawMessageId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}

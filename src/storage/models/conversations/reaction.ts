import { integer, nullable, primaryKey, string, text, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** The reaction of one person to a message. */
export class Reaction extends table('reactions', {
  messageRow: primaryKey(integer),
  authorKey: primaryKey(string(64)),
  sessionId: string(128),
  messageId: string(128),
  // NULL if it was taken back.
  sealedEmoji: nullable(text),
  reactedAt: time,
}) {}

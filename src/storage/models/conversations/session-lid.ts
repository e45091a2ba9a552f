import { nullable, primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** A hidden ID that a session has seen, and its number as soon as WhatsApp reports it. */
export class SessionLid extends table('session_lids', {
  sessionId: primaryKey(string(128)),
  lid: primaryKey(string(20)),
  phoneNumber: nullable(string(20)),
  seenAt: time,
}) {}

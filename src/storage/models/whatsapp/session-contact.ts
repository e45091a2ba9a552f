import { boolean, nullable, primaryKey, string, text, time, withDefault } from '../../columns.ts';
import { table } from '../../table.ts';

/** What a session knows about one number. */
export class SessionContact extends table('session_contacts', {
  sessionId: primaryKey(string(128)),
  phoneNumber: primaryKey(string(20)),
  isOnWhatsApp: nullable(boolean),
  checkedAt: nullable(time),
  knownAt: nullable(time),
  createdAt: time,
  updatedAt: time,
  whatsAppId: nullable(string(64)),
  lid: nullable(string(20)),
  // The name in the phone's address book, and the name that the person chose.
  sealedName: nullable(text),
  sealedPushName: nullable(text),
  isBlocked: withDefault(boolean, false),
}) {}

import { boolean, nullable, primaryKey, string, time } from '../../columns.ts';
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
}) {}

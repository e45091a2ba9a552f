import { longText, primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** One sealed text of the WhatsApp credentials of a session. */
export class SessionCredential extends table('session_credentials', {
  sessionId: primaryKey(string(128)),
  category: primaryKey(string(32)),
  keyId: primaryKey(string(191)),
  sealed: longText,
  secretVersion: string(16),
  updatedAt: time,
}) {}

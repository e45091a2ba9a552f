import { bigint, nullable, primaryKey, string, text } from '../../columns.ts';
import { table } from '../../table.ts';

/** What another node asks the node to do that hosts a session. A row lives for seconds. */
export class SessionCommand extends table('session_commands', {
  commandId: primaryKey(string(32)),
  sessionId: string(128),
  command: string(32),
  // Empty as soon as there is a reply.
  sealedPayload: text,
  // The owner of the session's lease that runs it.
  takenBy: nullable(string(36)),
  sealedReply: nullable(text),
  // Milliseconds since 1970.
  expiresAt: bigint,
}) {}

import type { Caller } from '../../domain/access/caller.ts';
import { noSuchSession } from '../../domain/whatsapp/session.ts';
import { isSessionName, toSessionId, toSessionName } from '../../domain/whatsapp/session-id.ts';

/**
 * Callers use the names of their sessions, and everything behind HTTP uses session IDs. These functions
 * convert between the two. Operators, who see all accounts, use IDs, too.
 */
type Who = Pick<Caller, 'accountId' | 'seesAllAccounts'>;

/** Converts the session name of a body or query to an ID. */
export function readSessionName({ accountId }: Who, name: string | undefined): string | undefined {
  return name === undefined ? undefined : toSessionId(accountId, name);
}

/**
 * Converts the session name of a path to an ID. For all callers except operators, the ID of another
 * account's session is not found, whether or not it exists.
 * @throws {AppError} `session_not_found`.
 */
export function readSessionPath({ accountId, seesAllAccounts }: Who, text: string): string {
  if (seesAllAccounts) return text;
  if (isSessionName(text)) return toSessionId(accountId, text);
  throw noSuchSession();
}

/** Presents a session: by ID for operators, by name for all others. */
export function presentSessionId({ seesAllAccounts }: Who, sessionId: string): string {
  return seesAllAccounts ? sessionId : toSessionName(sessionId);
}

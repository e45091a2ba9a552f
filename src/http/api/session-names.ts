import type { Caller } from '../../domain/access/caller.ts';
import { noSuchSession } from '../../domain/whatsapp/session.ts';
import { isSessionName, toSessionId, toSessionName } from '../../domain/whatsapp/session-id.ts';

/**
 * Callers know the sessions of their account by name, and everything behind HTTP knows them by the id
 * on record: here one becomes the other. An operator, who sees all accounts, knows them by id too.
 */
type Who = Pick<Caller, 'accountId' | 'seesAllAccounts'>;

/** The session that a body or a query names; undefined when it names none. */
export function readSessionName({ accountId }: Who, name: string | undefined): string | undefined {
  return name === undefined ? undefined : toSessionId(accountId, name);
}

/**
 * The session that a path names. The id of another account's is to everybody else but an operator a
 * name that nothing has, whether or not there is such a session.
 * @throws {AppError} `session_not_found`.
 */
export function readSessionPath({ accountId, seesAllAccounts }: Who, text: string): string {
  if (seesAllAccounts) return text;
  if (isSessionName(text)) return toSessionId(accountId, text);
  throw noSuchSession();
}

/** What an answer calls a session. */
export function presentSessionId({ seesAllAccounts }: Who, sessionId: string): string {
  return seesAllAccounts ? sessionId : toSessionName(sessionId);
}

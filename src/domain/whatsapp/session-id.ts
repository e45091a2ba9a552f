import { DEFAULT_ACCOUNT_ID } from '../access/caller.ts';

/** Stands between account and name; it is in neither. */
const SEPARATOR = '~';

/** Whether `text` can name a session: 1 to 64 letters, digits, `-` or `_`, and no property of every object. */
export function isSessionName(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text) && !(text in Object.prototype);
}

/** Whether `text` can be the id of a session on record, as `toSessionId` makes them. */
export function isSessionId(text: string): boolean {
  const [name = '', ...accounts] = text.split(SEPARATOR).reverse();
  return isSessionName(name) && accounts.length < 2 && accounts.every(isAccountId);
}

/**
 * The id that a session has on record, unique over all accounts: in the first account its name, in
 * every other `account~name`, so that the names of one account tell nothing about another's.
 */
export function toSessionId(accountId: string, name: string): string {
  return accountId === DEFAULT_ACCOUNT_ID ? name : `${accountId}${SEPARATOR}${name}`;
}

/** The name that a session's account knows it by. */
export function toSessionName(sessionId: string): string {
  return sessionId.slice(sessionId.indexOf(SEPARATOR) + 1);
}

function isAccountId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,36}$/.test(text);
}

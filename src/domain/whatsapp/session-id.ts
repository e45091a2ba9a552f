import { DEFAULT_ACCOUNT_ID } from '../access/caller.ts';

/** Separates account and name; neither can contain it. */
const SEPARATOR = '~';

/** Whether `text` is a valid session name: 1 to 64 letters, digits, `-` or `_`, and no key of `Object.prototype`. */
export function isSessionName(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text) && !(text in Object.prototype);
}

/** Whether `text` is a valid stored session id, as `toSessionId` returns it. */
export function isSessionId(text: string): boolean {
  const [name = '', ...accounts] = text.split(SEPARATOR).reverse();
  return isSessionName(name) && accounts.length < 2 && accounts.every(isAccountId);
}

/**
 * The stored id of a session, unique over all accounts: the name in the default account, `account~name`
 * in every other, so that names in one account reveal nothing about those in another.
 */
export function toSessionId(accountId: string, name: string): string {
  return accountId === DEFAULT_ACCOUNT_ID ? name : `${accountId}${SEPARATOR}${name}`;
}

/** The account of a stored session ID. */
export function toAccountId(sessionId: string): string {
  const end = sessionId.indexOf(SEPARATOR);
  return end === -1 ? DEFAULT_ACCOUNT_ID : sessionId.slice(0, end);
}

/** The name of a session within its account. */
export function toSessionName(sessionId: string): string {
  return sessionId.slice(sessionId.indexOf(SEPARATOR) + 1);
}

function isAccountId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,36}$/.test(text);
}

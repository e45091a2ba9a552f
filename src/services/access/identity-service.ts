import { type Caller, type RequestOrigin, rootCaller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import { isSameSecret } from '../../lib/crypto/secrets.ts';
import type { NoteWrongKey } from './api-keys/wrong-keys.ts';

/** Where a request comes from, before it is known whose it is. */
export type ClientInfo = Omit<RequestOrigin, 'accountId'>;

/** Knows one kind of credential; undefined for what is not one of its own, or is not good any more. */
export type Identify = (credential: string, from: ClientInfo) => Promise<Caller | undefined>;

type Dependencies = {
  /** The key of the environment. */
  readonly bootstrapKey: string;
  readonly identifyKey: Identify;
  readonly identifyToken: Identify;
  /** Hears of every wrong key, and may refuse the next ones with another error. */
  readonly noteWrongKey: NoteWrongKey;
};

/** A signed token (RFC 7519): a forged one costs no look-up, and cannot be guessed. */
const TOKEN = /^eyJ[\w-]+[.][\w-]+[.][\w-]{40,}$/;

const MISSING =
  'No API key or access token found. Send an API key in `X-API-Key`, or a key or access token as `Authorization: Bearer`';

/** The same for one that never was, has expired or was revoked. */
const NOT_VALID = 'This is not a valid API key or access token';

const BEARER = /^Bearer /i;
const BEARER_IN_KEY =
  '`X-API-Key` takes the key alone: leave out `Bearer`, or send it as `Authorization: Bearer`';

export type IdentityService = ReturnType<typeof createIdentityService>;

/** Tells who shows a credential. */
export function createIdentityService(dependencies: Dependencies) {
  const { bootstrapKey, identifyKey, identifyToken, noteWrongKey } = dependencies;

  /**
   * Who shows a key: the one of the environment, or one of an account.
   * @throws {AppError} `unauthorized`; `rate_limited` after too many wrong ones; `forbidden` for a key that may not be used from there.
   */
  async function identifyByKey(key: string | undefined, from: ClientInfo): Promise<Caller> {
    if (key === undefined) throw new AppError('unauthorized', MISSING);
    // Keys of accounts have a form of their own: what has it is hardly ever the key of the environment.
    const caller = await identifyKey(key, from);
    if (caller) return caller;
    if (isSameSecret(key, bootstrapKey)) return rootCaller(from);
    // A console shows a token that is over until it has the next: that is no guess.
    if (!TOKEN.test(key)) noteWrongKey(from);
    throw new AppError('unauthorized', BEARER.test(key) ? BEARER_IN_KEY : NOT_VALID);
  }

  /**
   * Who shows a bearer token: an access token of a person, or a key.
   * @throws {AppError} as `identifyByKey`.
   */
  async function identifyByBearer(token: string, from: ClientInfo): Promise<Caller> {
    return (await identifyToken(token, from)) ?? identifyByKey(token, from);
  }

  return { identifyByKey, identifyByBearer };
}

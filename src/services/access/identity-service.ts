import { type Caller, type RequestOrigin, rootCaller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import { createSecretMatcher } from '../../lib/crypto/secrets.ts';
import type { NoteWrongKey } from './api-keys/wrong-keys.ts';

/** Where a request comes from, before its caller is identified. */
export type ClientInfo = Omit<RequestOrigin, 'accountId'>;

/** Identifies callers by one kind of credential; undefined if it is of another kind or not valid. */
export type Identify = (credential: string, from: ClientInfo) => Promise<Caller | undefined>;

type Dependencies = {
  /** The key in `API_KEY`. */
  readonly bootstrapKey: string;
  readonly identifyKey: Identify;
  readonly identifyToken: Identify;
  /** Called for every wrong key. May throw `rate_limited`. */
  readonly noteWrongKey: NoteWrongKey;
};

/** A signed token (RFC 7519). A forged one is rejected without a lookup, and cannot be guessed. */
const TOKEN = /^eyJ[\w-]+[.][\w-]+[.][\w-]{40,}$/;

const MISSING =
  'No API key or access token found. Send an API key in `X-API-Key`, or a key or access token as `Authorization: Bearer`';

/** The same for unknown, expired and revoked credentials. */
const NOT_VALID = 'This is not a valid API key or access token';

const BEARER = /^Bearer /i;
const BEARER_IN_KEY =
  '`X-API-Key` takes the key alone: leave out `Bearer`, or send it as `Authorization: Bearer`';

export type IdentityService = ReturnType<typeof createIdentityService>;

/** Identifies the caller of a request by its credential. */
export function createIdentityService(dependencies: Dependencies) {
  const { bootstrapKey, identifyKey, identifyToken, noteWrongKey } = dependencies;
  const isBootstrapKey = createSecretMatcher(bootstrapKey);

  /**
   * Identifies a caller by the bootstrap key or an API key.
   * @throws {AppError} `unauthorized`; `rate_limited` after too many wrong keys; `forbidden` if the key is not
   * allowed from the client's address.
   */
  async function identifyByKey(key: string | undefined, from: ClientInfo): Promise<Caller> {
    if (key === undefined) throw new AppError('unauthorized', MISSING);
    // API keys have a fixed form, which the bootstrap key rarely has, so they are tried first.
    const caller = await identifyKey(key, from);
    if (caller) return caller;
    if (isBootstrapKey(key)) return rootCaller(from);
    // The console sends an expired token until it has refreshed it, so tokens are not counted.
    if (!TOKEN.test(key)) noteWrongKey(from);
    throw new AppError('unauthorized', BEARER.test(key) ? BEARER_IN_KEY : NOT_VALID);
  }

  /**
   * Identifies a caller by a bearer token: a user's access token, or a key.
   * @throws {AppError} as `identifyByKey`.
   */
  async function identifyByBearer(token: string, from: ClientInfo): Promise<Caller> {
    return (await identifyToken(token, from)) ?? identifyByKey(token, from);
  }

  return { identifyByKey, identifyByBearer };
}

import type { Context } from 'hono';
import { auth as parseBasic } from 'hono/utils/basic-auth';
import type { Caller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { ClientInfo, IdentityService } from '../../services/access/identity-service.ts';
import type { ReadClientAddress } from '../client-address.ts';
import type { HttpEnv } from '../http-env.ts';

type Options = {
  readonly identity: IdentityService;
  readonly readClientAddress: ReadClientAddress;
};

/** The scheme in any case, followed by one or more spaces (RFC 9110 sections 11.1 and 11.4). */
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** @throws {AppError} `unauthorized`, or `forbidden` for a key that is not allowed from this address. */
export type ReadCaller = (c: Context<HttpEnv>) => Promise<Caller>;

/** Identifies the caller by an API key in `X-API-Key`, or a key or access token as `Bearer`. */
export function createReadCaller({ identity, readClientAddress }: Options): ReadCaller {
  return (c) => {
    const { from, key, token } = readCredentials(c, readClientAddress);
    return key === undefined && token !== undefined
      ? identity.identifyByBearer(token, from)
      : identity.identifyByKey(key, from);
  };
}

/**
 * Like `createReadCaller`, for pages in a browser. A browser cannot send these headers, but it can ask
 * for a password, which is the API key. Returns undefined if it should ask.
 */
export function createReadBrowser(options: Options) {
  const readCaller = createReadCaller(options);
  return async (c: Context<HttpEnv>): Promise<Caller | undefined> => {
    const { from, key, token } = readCredentials(c, options.readClientAddress);
    if (key !== undefined || token !== undefined) return readCaller(c);
    const password = parseBasic(c.req.raw)?.password;
    if (password === undefined) return undefined;
    return options.identity.identifyByKey(password, from).catch(askAgain);
  };
}

/** Reads the address and user agent of a request. */
export function createReadFrom(readClientAddress: ReadClientAddress) {
  return (c: Context): ClientInfo => ({
    ipAddress: readClientAddress(c),
    userAgent: c.req.header('user-agent'),
  });
}

function askAgain(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'unauthorized') return;
  throw error;
}

function readCredentials(c: Context<HttpEnv>, readClientAddress: ReadClientAddress) {
  const from = { ...createReadFrom(readClientAddress)(c), call: c.get('call') };
  const [, token] = BEARER.exec(c.req.header('authorization') ?? '') ?? [];
  // A client with an unset variable sends an empty header, which means no key.
  return { from, key: c.req.header('x-api-key') || undefined, token };
}

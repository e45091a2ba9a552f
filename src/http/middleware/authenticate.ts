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

/** The scheme in any case, then one blank or more (RFC 9110 sections 11.1 and 11.4). */
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** @throws {AppError} `unauthorized`, or `forbidden` for a key that may not be used from there. */
export type ReadCaller = (c: Context<HttpEnv>) => Promise<Caller>;

/** Finds out who calls, by a key in `X-API-Key`, or a key or token as `Bearer`. */
export function createReadCaller({ identity, readClientAddress }: Options): ReadCaller {
  return (c) => {
    const { from, key, token } = readCredentials(c, readClientAddress);
    return key === undefined && token !== undefined
      ? identity.identifyByBearer(token, from)
      : identity.identifyByKey(key, from);
  };
}

/**
 * As `createReadCaller`, for pages that people open: a browser can show no header, but it can ask for
 * a password, which is a key. Undefined when it should ask.
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

/** Tells where a request comes from, whoever sends it. */
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
  const from = createReadFrom(readClientAddress)(c);
  const [, token] = BEARER.exec(c.req.header('authorization') ?? '') ?? [];
  // An empty header is what a client with an unset variable sends: no key.
  return { from, key: c.req.header('x-api-key') || undefined, token };
}

import type { MiddlewareHandler } from 'hono';
import { auth as parseBasic } from 'hono/utils/basic-auth';
import { DEFAULT_ACCOUNT_ID } from '../../domain/caller.ts';
import { AppError } from '../../domain/errors.ts';
import { isSameSecret } from '../../lib/secrets.ts';
import type { HttpEnv } from '../http-env.ts';
import type { ReadClientAddress } from './client-address.ts';

type Options = { readonly apiKey: string; readonly readClientAddress: ReadClientAddress };

/** Lets a request in that shows the key in `X-API-Key` or as a bearer token. */
export function authenticate({ apiKey, readClientAddress }: Options): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const key = c.req.header('x-api-key') ?? bearerOf(c.req.header('authorization'));
    if (key === undefined || !isSameSecret(key, apiKey)) {
      throw new AppError('unauthorized', 'Show your key in X-API-Key or as a bearer token');
    }
    c.set('caller', {
      accountId: DEFAULT_ACCOUNT_ID,
      ipAddress: readClientAddress(c),
      userAgent: c.req.header('user-agent'),
    });
    await next();
  };
}

/** Lets a person's browser in too: it asks for a password, which is the key. */
export function authenticateBrowser({
  apiKey,
  readClientAddress,
}: Options): MiddlewareHandler<HttpEnv> {
  const byHeader = authenticate({ apiKey, readClientAddress });
  return async (c, next) => {
    const password = parseBasic(c.req.raw)?.password;
    if (password !== undefined && isSameSecret(password, apiKey)) return next();
    if (c.req.header('x-api-key') ?? bearerOf(c.req.header('authorization')))
      return byHeader(c, next);
    return c.text('The password is your API key; any user name will do.', 401, {
      'WWW-Authenticate': 'Basic realm="waverify", charset="UTF-8"',
    });
  };
}

function bearerOf(header: string | undefined): string | undefined {
  return header && /^Bearer ([\x21-\x7e]+)$/.exec(header)?.[1];
}

import type { MiddlewareHandler } from 'hono';
import { auth as parseBasic } from 'hono/utils/basic-auth';
import type { Caller } from '../../../domain/access/caller.ts';
import { toAccountSid, toKeySid } from '../../../domain/compat/twilio-sids.ts';
import { AppError } from '../../../domain/errors.ts';
import type { CredentialParts } from '../../api/credentials.ts';
import { createReadClientAddress } from '../../client-address.ts';
import type { HttpEnv } from '../../http-env.ts';
import { createReadFrom, type ReadCaller } from '../../middleware/authenticate.ts';
import { authorize } from '../../middleware/authorize.ts';

const MISSING =
  'Authenticate. Send the account SID as the user name, and an API key as the password';
const OTHER_NAME =
  'Authenticate. The user name is not the SID of the account or of the key. GET /api/compat/twilio shows both';

/**
 * Requires the credentials that Twilio's libraries send: the account SID and an API key in place of the auth token, or the
 * SID of a key and the key. Permits what the access table says.
 */
export function requireBasic(parts: CredentialParts): MiddlewareHandler<HttpEnv> {
  const { identity, activity, trustedProxies } = parts;
  const readFrom = createReadFrom(createReadClientAddress(trustedProxies));

  const readCaller: ReadCaller = async (c) => {
    const given = parseBasic(c.req.raw);
    if (!given?.password) throw new AppError('unauthorized', MISSING);
    const from = { ...readFrom(c), call: c.get('call') };
    const caller = await identity.identifyByKey(given.password, from);
    if (isNameOf(given.username, caller)) return caller;
    throw new AppError('unauthorized', OTHER_NAME);
  };
  return authorize({ readCaller, readBrowser: readCaller, onRefusal: activity.noteForbidden });
}

function isNameOf(username: string, { accountId, principal }: Caller): boolean {
  const sid = username.startsWith('SK') ? toKeySid(accountId, principal) : toAccountSid(accountId);
  return username.toLowerCase() === sid.toLowerCase();
}

import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Caller } from '../../../domain/access/caller.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { ClientInfo } from '../../../services/access/identity-service.ts';
import { changePassword } from '../../../services/access/users/change-password.ts';
import type { LoginContext } from '../../../services/access/users/context.ts';
import { logIn, logOut } from '../../../services/access/users/log-in.ts';
import {
  type TokenPair as Pair,
  refreshLogin,
} from '../../../services/access/users/refresh-login.ts';
import type { UserService } from '../../../services/access/users/user-service.ts';
import { createRouter } from '../../router.ts';
import {
  BODY_PROBLEMS,
  json,
  jsonBody,
  NoQuery,
  problems,
  success,
  successOf,
} from '../schemas/envelope.ts';
import { presentPerson } from '../users/user-response.ts';
import { LoginBody, Me, Nothing, PasswordBody, RefreshBody, TokenPair } from './auth-schemas.ts';

type Dependencies = {
  readonly logins: LoginContext;
  readonly users: UserService;
  /** Where a request comes from whose caller is not known yet. */
  readonly readFrom: (c: Context) => ClientInfo;
};

const tags = ['People'];
const REFUSED = 'Not valid: the answer names the fields';
const LIMITED = 'Too many failures from this address or for this person: see Retry-After';
const UNAVAILABLE = 'Overloaded, or the database is out of reach: try again';

/** How people get in and out. */
export function authRoutes({ logins, users, readFrom }: Dependencies) {
  const router = createRouter();

  const loginRoute = createRoute({
    method: 'post',
    tags,
    path: '/login',
    summary: 'Log in with e-mail address and password',
    request: { body: jsonBody(LoginBody), query: NoQuery },
    responses: {
      200: json(successOf(TokenPair), 'Two tokens'),
      ...problems({
        400: REFUSED,
        401: 'Unknown address, wrong password or inactive person: these are not told apart',
        ...BODY_PROBLEMS,
        429: LIMITED,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(loginRoute, async (c) => {
    const pair = await logIn(logins, readFrom(c), c.req.valid('json'));
    return c.json(success('Logged in', presentPair(pair)), 200);
  });

  const refreshRoute = createRoute({
    method: 'post',
    tags,
    path: '/refresh',
    summary: 'Get new tokens for a refresh token',
    description:
      'It is good once. Within 10 seconds it gets the same answer again, in case that was lost; after that its use ends the login, since two have it.',
    request: { body: jsonBody(RefreshBody), query: NoQuery },
    responses: {
      200: json(successOf(TokenPair), 'Two new tokens'),
      ...problems({
        400: REFUSED,
        401: 'Not a refresh token that is good: log in again',
        ...BODY_PROBLEMS,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(refreshRoute, async (c) => {
    const pair = await refreshLogin(logins, readFrom(c), c.req.valid('json').refreshToken);
    return c.json(success('Refreshed', presentPair(pair)), 200);
  });

  const logoutRoute = createRoute({
    method: 'post',
    tags,
    path: '/logout',
    summary: 'End the login of a refresh token',
    description: 'Its access tokens are over too: here at once, on other nodes within 5 seconds.',
    request: { body: jsonBody(RefreshBody), query: NoQuery },
    responses: {
      200: json(successOf(Nothing), 'Over, if it was one of ours'),
      ...problems({ 400: REFUSED, ...BODY_PROBLEMS, 503: UNAVAILABLE }),
    },
  });
  router.openapi(logoutRoute, async (c) => {
    await logOut(logins, readFrom(c), c.req.valid('json').refreshToken);
    return c.json(success('Logged out', {}), 200);
  });

  const meRoute = createRoute({
    method: 'get',
    tags,
    path: '/me',
    summary: 'Tell who calls, and what the caller may do',
    request: { query: NoQuery },
    responses: {
      200: json(successOf(Me), 'A person, a key, or the key of the environment'),
      ...problems({ 400: REFUSED, 503: UNAVAILABLE }),
    },
  });
  router.openapi(meRoute, async (c) => {
    const me = await describeCaller(c.get('caller'), users);
    return c.json(success('You', me), 200);
  });

  const passwordRoute = createRoute({
    method: 'post',
    tags,
    path: '/password',
    summary: 'Change your own password',
    description: 'Ends your other logins.',
    request: { body: jsonBody(PasswordBody), query: NoQuery },
    responses: {
      200: json(successOf(Nothing), 'Changed'),
      ...problems({
        400: 'Not valid, too weak, or not the current password',
        403: 'A key has no password',
        ...BODY_PROBLEMS,
        429: LIMITED,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(passwordRoute, async (c) => {
    await changePassword(logins, c.get('caller'), c.req.valid('json'));
    return c.json(success('Password changed', {}), 200);
  });

  return router;
}

function presentPair(pair: Pair) {
  return {
    accessToken: pair.accessToken,
    tokenType: 'Bearer' as const,
    expiresIn: pair.expiresInSeconds,
    refreshToken: pair.refreshToken,
    refreshExpiresIn: pair.refreshExpiresInSeconds,
    user: presentPerson(pair.user),
  };
}

async function describeCaller(caller: Caller, users: UserService) {
  const { principal, accountId, isOperator, mode, restrictions } = caller;
  const access = { accountId, scopes: [...caller.scopes], isOperator };
  if (principal.kind === 'bootstrap') return { kind: 'bootstrap' as const, ...access };
  if (principal.kind === 'user') {
    const person = presentPerson(await users.get(Number(principal.id)));
    return { kind: 'user' as const, ...person, ...access };
  }
  const { sessions, purposes, regions, networks, expiresAt } = restrictions;
  return {
    kind: 'key' as const,
    keyId: principal.id,
    mode,
    reach: {
      sessions: sessions?.map(toSessionName) ?? null,
      purposes: purposes ? [...purposes] : null,
      regions: regions ? [...regions] : null,
      networks: networks ? [...networks] : null,
      expiresAt: expiresAt?.toISOString() ?? null,
    },
    ...access,
  };
}

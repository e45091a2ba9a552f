import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Caller } from '../../../domain/access/caller.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { ClientInfo } from '../../../services/access/identity-service.ts';
import { changePassword } from '../../../services/access/users/change-password.ts';
import type { LoginContext } from '../../../services/access/users/context.ts';
import { logIn, logOut } from '../../../services/access/users/log-in.ts';
import {
  endLogin,
  listLogins,
  type OwnLogin,
} from '../../../services/access/users/manage-logins.ts';
import { getUser, type UserContext } from '../../../services/access/users/manage-users.ts';
import {
  type TokenPair as Pair,
  refreshLogin,
} from '../../../services/access/users/refresh-login.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { presentPerson } from '../users/user-response.ts';
import {
  Login,
  LoginBody,
  LoginParams,
  Me,
  Nothing,
  PasswordBody,
  RefreshBody,
  TokenPair,
} from './auth-schemas.ts';

type Dependencies = {
  readonly logins: LoginContext;
  readonly users: UserContext;
  /** Returns where a request without credentials comes from. */
  readonly readFrom: (c: Context) => ClientInfo;
};

const tag = 'People';

const ONLY_USERS = 'Only users have logins.';

const TOO_MANY_FAILURES = 'Too many failures from this address or for this user.';

/** Logging in and out, and what the caller may know about itself. */
export function authRoutes({ logins, users, readFrom }: Dependencies) {
  const router = createRouter();

  const loginRoute = operation({
    method: 'post',
    path: '/login',
    operationId: 'logIn',
    tag,
    summary: 'Log in',
    body: LoginBody,
    answers: { 200: answer(TokenPair, 'An access token and a refresh token') },
    meanings: {
      unauthorized:
        'The email address or password is incorrect, or the user may not log in; the response does not say which.',
      rate_limited: TOO_MANY_FAILURES,
    },
  });
  router.openapi(loginRoute, async (c) => {
    const pair = await logIn(logins, readFrom(c), c.req.valid('json'));
    return c.json(success('Logged in', presentPair(pair)), 200);
  });

  const refreshRoute = operation({
    method: 'post',
    path: '/refresh',
    operationId: 'refreshTokens',
    tag,
    summary: 'Refresh the tokens',
    description:
      'A refresh token is valid once. Within 10 seconds, it gets the same response again, in case the first one was lost; a later use ends the login, because someone else may have the token.',
    body: RefreshBody,
    answers: { 200: answer(TokenPair, 'A new access token and a new refresh token') },
    meanings: { unauthorized: 'The refresh token is not valid. Log in again.' },
  });
  router.openapi(refreshRoute, async (c) => {
    const pair = await refreshLogin(logins, readFrom(c), c.req.valid('json').refreshToken);
    return c.json(success('Tokens refreshed', presentPair(pair)), 200);
  });

  const logoutRoute = operation({
    method: 'post',
    path: '/logout',
    operationId: 'logOut',
    tag,
    summary: 'Log out',
    description:
      'Ends the login of a refresh token. Its access tokens become invalid: at once on this node, within 5 seconds on the others.',
    body: RefreshBody,
    answers: { 200: answer(Nothing, 'The login, if there was one, has ended') },
  });
  router.openapi(logoutRoute, async (c) => {
    await logOut(logins, readFrom(c), c.req.valid('json').refreshToken);
    return c.json(success('Logged out', {}), 200);
  });

  const meRoute = operation({
    method: 'get',
    path: '/me',
    operationId: 'getMe',
    tag,
    summary: 'Get the caller',
    description: 'The caller, and what it may do.',
    answers: { 200: answer(Me, 'A user, an API key, or the `API_KEY` of the installation') },
    fails: ['not_found'],
    meanings: { not_found: 'The user was deleted.' },
  });
  router.openapi(meRoute, async (c) => {
    const me = await describeCaller(c.get('caller'), users);
    return c.json(success('Caller', me), 200);
  });

  const passwordRoute = operation({
    method: 'post',
    path: '/password',
    operationId: 'changePassword',
    tag,
    summary: 'Change your password',
    description: 'Ends your other logins.',
    body: PasswordBody,
    answers: { 200: answer(Nothing, 'The password is changed') },
    meanings: {
      validation_failed:
        'The request is not valid, the new password is too weak, or the current password is wrong.',
      forbidden: 'Only users have a password.',
      rate_limited: TOO_MANY_FAILURES,
    },
  });
  router.openapi(passwordRoute, async (c) => {
    await changePassword(logins, c.get('caller'), c.req.valid('json'));
    return c.json(success('Password changed', {}), 200);
  });

  const listLoginsRoute = operation({
    method: 'get',
    path: '/logins',
    operationId: 'listLogins',
    tag,
    summary: 'List your logins',
    description:
      'Where you are logged in, latest first, at most 100. Logins that have ended or expired are not listed.',
    answers: { 200: answer(z.array(Login), 'Your logins') },
    meanings: { forbidden: ONLY_USERS },
  });
  router.openapi(listLoginsRoute, async (c) => {
    const found = await listLogins(logins, c.get('caller'));
    return c.json(success('Logins', found.map(presentLogin)), 200);
  });

  const endLoginRoute = operation({
    method: 'delete',
    path: '/logins/{id}',
    operationId: 'endLogin',
    tag,
    summary: 'End one of your logins',
    description:
      'Its access tokens become invalid: at once on this node, within 5 seconds on the others.',
    params: LoginParams,
    answers: { 200: answer(Nothing, 'The login has ended') },
    fails: ['not_found'],
    meanings: { forbidden: ONLY_USERS },
  });
  router.openapi(endLoginRoute, async (c) => {
    await endLogin(logins, c.get('caller'), c.req.valid('param').id);
    return c.json(success('Login ended', {}), 200);
  });

  return router;
}

function presentLogin({ id, isCurrent, ipAddress, userAgent, ...times }: OwnLogin) {
  return {
    id,
    isCurrent,
    ipAddress: ipAddress ?? null,
    userAgent: userAgent ?? null,
    createdAt: times.createdAt.toISOString(),
    refreshedAt: times.refreshedAt.toISOString(),
    expiresAt: times.expiresAt.toISOString(),
  };
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

async function describeCaller(caller: Caller, users: UserContext) {
  const { principal, accountId, isOperator, mode, restrictions } = caller;
  const access = { accountId, scopes: [...caller.scopes], isOperator };
  if (principal.kind === 'bootstrap') return { kind: 'bootstrap' as const, ...access };
  if (principal.kind === 'user') {
    const person = presentPerson(await getUser(users, Number(principal.id)));
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

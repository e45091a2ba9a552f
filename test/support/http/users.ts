import { expect } from 'vitest';
import { type Answer, API_KEY } from './client.ts';
import type { Harness } from './harness.ts';

type Headers = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, unknown>>;

export const PASSWORD = 'correct horse battery staple';

/** What a user chooses instead. */
export const NEW_PASSWORD = 'another horse battery staple';

/** What a login is answered with. */
export type Pair = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly refreshExpiresIn: number;
  readonly user: { readonly id: number; readonly email: string };
};

export type Person = { readonly id: number; readonly email: string; readonly accountId: string };

/** Many logins come from one address here. */
export const NO_LOGIN_LIMITS = {
  LIMIT_LOGINS_PER_IP_MINUTE: '0',
  LIMIT_LOGIN_FAILURES_PER_USER_HOUR: '0',
  LIMIT_LOGIN_FAILURES_PER_USER_DAY: '0',
  LIMIT_LOGINS_FROM_NEW_NETWORKS_MINUTE: '0',
};

const KEY: Headers = { 'x-api-key': API_KEY };

let drawn = 0;

/** An address that no other person of this test file has. */
export function nextEmail(name = 'ana'): string {
  drawn += 1;
  return `${name}@${drawn}.example.com`;
}

export type PeopleCalls = ReturnType<typeof createPeopleCalls>;

/** The calls by which people are made, and by which they come in and go. */
export function createPeopleCalls(h: Pick<Harness, 'client'>) {
  const withBody =
    (method: string) =>
    (path: string, body: Fields, headers: Headers = {}) =>
      h.client.call({
        method,
        path,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
  const post = withBody('POST');

  /** Makes a person who has chosen `PASSWORD`, as the operator who has the key of the environment. */
  async function makePerson(fields: Fields = {}): Promise<Person> {
    const own = { password: PASSWORD, mustChangePassword: false };
    const draft = { email: nextEmail(), name: 'Ana', ...own, ...fields };
    const { status, body, raw } = await h.client.post('/api/users', draft);
    if (status !== 201) throw new Error(`a person was answered ${status}: ${raw}`);
    return body.data as unknown as Person;
  }

  const login = (email: string, password = PASSWORD) =>
    post('/api/auth/login', { email, password });

  /** Logs in. @throws when that is refused. */
  async function enter(email: string, password = PASSWORD): Promise<Pair> {
    return pairOf(await login(email, password));
  }

  return {
    makePerson,
    login,
    enter,
    refresh: (refreshToken: string) => post('/api/auth/refresh', { refreshToken }),
    logout: (refreshToken: string) => post('/api/auth/logout', { refreshToken }),
    changePassword: (accessToken: string, currentPassword: string, newPassword: string) =>
      post('/api/auth/password', { currentPassword, newPassword }, bearer(accessToken)),
    get: (path: string, accessToken: string) =>
      h.client.call({ method: 'GET', path, headers: bearer(accessToken) }),
    post: (path: string, accessToken: string, body: Fields) =>
      post(path, body, bearer(accessToken)),
    me: (accessToken: string) =>
      h.client.call({ method: 'GET', path: '/api/auth/me', headers: bearer(accessToken) }),
    patch: (id: number, fields: Fields, headers: Headers = KEY) =>
      withBody('PATCH')(`/api/users/${id}`, fields, headers),
    remove: (id: number, headers: Headers = KEY) =>
      h.client.call({ method: 'DELETE', path: `/api/users/${id}`, headers }),
  };
}

export function bearer(token: string): Headers {
  return { authorization: `Bearer ${token}` };
}

/** @throws when the answer holds no tokens. */
export function pairOf({ status, body, raw }: Answer): Pair {
  if (status !== 200) throw new Error(`tokens were answered ${status}: ${raw}`);
  return body.data as unknown as Pair;
}

/** What is left of so many seconds: tokens count whole ones, and an answer takes its time. */
export function expectAbout(left: unknown, seconds: number): void {
  expect(left).toBeGreaterThanOrEqual(seconds - 5);
  expect(left).toBeLessThanOrEqual(seconds);
}

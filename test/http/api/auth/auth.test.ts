import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inParallel } from '../../../support/http/otp-calls.ts';
import {
  bearer,
  createPeopleCalls,
  NEW_PASSWORD,
  NO_LOGIN_LIMITS,
  PASSWORD,
  type PeopleCalls,
} from '../../../support/http/users.ts';

let h: Harness;
let people: PeopleCalls;
beforeAll(async () => {
  h = await createHarness({ env: NO_LOGIN_LIMITS });
  people = createPeopleCalls(h);
});
afterAll(() => h.close());

describe('GET /api/auth/me', () => {
  const me = (headers: Readonly<Record<string, string>>) =>
    h.client.call({ method: 'GET', path: '/api/auth/me', headers });

  it('tells the key of the environment what it is', async () => {
    const { status, body } = await me({ 'x-api-key': API_KEY });
    expect([status, body.data]).toEqual([
      200,
      { kind: 'bootstrap', accountId: 'default', scopes: ['*'], isOperator: true },
    ]);
  });

  it.each([
    ['USER', ['*'], false],
    ['ADMIN', ['analytics:read'], true],
  ])('tells a person of the role %s who they are', async (role, scopes, isOperator) => {
    const { id, email } = await people.makePerson({ role, accountId: 'shop' });
    const { accessToken } = await people.enter(email);
    const { status, body } = await people.me(accessToken);
    const about = { name: 'Ana', role, accountId: 'shop', mustChangePassword: false };
    const person = { id, email, ...about };
    expect([status, body.data]).toEqual([200, { kind: 'user', ...person, scopes, isOperator }]);
  });

  it('tells a key what it may do, in the names of its account', async () => {
    const { email } = await people.makePerson({ accountId: 'shop' });
    const { accessToken } = await people.enter(email);
    const made = await people.post('/api/keys', accessToken, {
      name: 'k',
      scopes: ['otp:send'],
      sessions: ['main'],
      regions: ['ID'],
    });
    expect(made.raw).toContain('"keyId"');
    const { secret, keyId } = made.body.data ?? {};
    const { status, body } = await me({ 'x-api-key': String(secret) });
    expect([status, body.data]).toEqual([
      200,
      {
        ...{ kind: 'key', keyId, mode: 'live', accountId: 'shop' },
        ...{ scopes: ['otp:send'], isOperator: false },
        reach: {
          ...{ sessions: ['main'], purposes: null, regions: ['ID'] },
          ...{ networks: null, expiresAt: null },
        },
      },
    ]);
  });

  it('tells nobody anything who shows nothing', async () => {
    expect((await me({})).status).toBe(401);
  });
});

describe('the logins of a person', () => {
  const end = (id: number, accessToken: string) =>
    h.client.call({
      method: 'DELETE',
      path: `/api/auth/logins/${id}`,
      headers: { authorization: `Bearer ${accessToken}` },
    });

  it('are listed, and can be ended one by one', async () => {
    const { email } = await people.makePerson();
    const phone = await people.enter(email);
    const desk = await people.enter(email);
    const list = async () => {
      const { body } = await people.get('/api/auth/logins', desk.accessToken);
      return body.data as unknown as readonly Record<string, unknown>[];
    };
    const [newer, older, ...none] = await list();
    expect(none).toEqual([]);
    expect(newer).toMatchObject({ isCurrent: true, ipAddress: '127.0.0.1' });
    expect(older).toMatchObject({ isCurrent: false });
    expect(JSON.stringify([newer, older])).not.toContain('familyId');

    expect((await end(Number(older?.['id']), desk.accessToken)).status).toBe(200);
    expect((await people.me(phone.accessToken)).status).toBe(401);
    expect((await people.refresh(phone.refreshToken)).status).toBe(401);
    expect((await people.me(desk.accessToken)).status).toBe(200);
    expect(await list()).toHaveLength(1);
    expect((await end(Number(older?.['id']), desk.accessToken)).body.code).toBe('not_found');
  });

  it('are not those of another', async () => {
    const [ana, ben] = [await people.makePerson(), await people.makePerson()];
    const mine = await people.enter(ana.email);
    const theirs = await people.enter(ben.email);
    const { body } = await people.get('/api/auth/logins', theirs.accessToken);
    const [login] = body.data as unknown as readonly { readonly id: number }[];
    expect((await end(Number(login?.id), mine.accessToken)).status).toBe(404);
    expect((await people.me(theirs.accessToken)).status).toBe(200);
  });
});

describe('POST /api/auth/password', () => {
  it('replaces a password that an operator has set, before which the user can do nothing else', async () => {
    const { id, email } = await people.makePerson({ mustChangePassword: undefined });
    const pair = await people.enter(email);
    expect(pair.user).toMatchObject({ mustChangePassword: true });
    const list = () => people.get('/api/keys', pair.accessToken);
    expect((await list()).body.code).toBe('password_change_required');
    const same = await people.changePassword(pair.accessToken, PASSWORD, PASSWORD);
    expect(same.body.errors?.[0]).toMatchObject({ path: 'newPassword', code: 'unchanged' });
    expect((await list()).status).toBe(403);
    const changes = await inParallel(4, () =>
      people.changePassword(pair.accessToken, PASSWORD, NEW_PASSWORD),
    );
    expect(changes.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await list()).status).toBe(200);

    await people.patch(id, { password: PASSWORD });
    const again = await people.enter(email);
    expect((await people.me(again.accessToken)).body.data?.['mustChangePassword']).toBe(true);
    await people.patch(id, { mustChangePassword: false });
    expect((await people.get('/api/keys', again.accessToken)).status).toBe(200);
  });

  it('may stay when its owner has set it, or the operator says that the user chose it', async () => {
    const { id, email } = await people.makePerson({ role: 'ADMIN' });
    const { accessToken } = await people.enter(email);
    await people.patch(id, { password: NEW_PASSWORD }, bearer(accessToken));
    const own = await people.enter(email, NEW_PASSWORD);
    expect((await people.get('/api/users', own.accessToken)).status).toBe(200);
    await people.patch(id, { password: PASSWORD, mustChangePassword: false });
    const chosen = await people.enter(email, PASSWORD);
    expect((await people.get('/api/users', chosen.accessToken)).status).toBe(200);
  });

  it('is for people: a key has no password', async () => {
    const body = { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` };
    const answer = await h.client.post('/api/auth/password', body);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('the bodies of /api/auth', () => {
  const post = (path: string, body: unknown) =>
    h.client.call({
      ...{ method: 'POST', path: `/api/auth/${path}`, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    });

  it.each([
    ['login', { email: 'ana@example.com' }, 'password'],
    ['login', { email: 'ana', password: PASSWORD }, 'email'],
    ['login', { email: ['ana@example.com'], password: PASSWORD }, 'email'],
    ['login', { email: 'ana@example.com', password: 1 }, 'password'],
    ['login', { email: 'ana@example.com', password: '' }, 'password'],
    ['login', { email: 'ana@example.com', password: 'a'.repeat(513) }, 'password'],
    ['login', { email: 'ana@example.com', password: PASSWORD, role: 'ADMIN' }, 'role'],
    ['refresh', {}, 'refreshToken'],
    ['refresh', { refreshToken: null }, 'refreshToken'],
    ['refresh', { refreshToken: 'a'.repeat(1025) }, 'refreshToken'],
    ['logout', { refreshToken: 'a', everywhere: true }, 'everywhere'],
  ])('are refused when they are not as described: %s %j', async (path, body, field) => {
    const answer = await post(path, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors?.[0]?.path).toBe(field);
  });

  it('are JSON: a form of another site cannot log anybody in', async () => {
    const answer = await h.client.call({
      ...{ method: 'POST', path: '/api/auth/login' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'email=ana%40example.com&password=x',
    });
    expect(answer.status).toBe(415);
  });
});

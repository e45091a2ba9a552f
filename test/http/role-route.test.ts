import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someOf } from '../support/full-run.ts';
import { createRoleWorld, type RoleWorld } from '../support/http/role-fixture.ts';
import { bearer, NEW_PASSWORD, PASSWORD } from '../support/http/users.ts';
import { roles, table } from './role-route-table.ts';

const DENIED = new Set([401, 403]);

/** Routes whose answer needs no credential. */
const isPublic = ({ cells }: (typeof table)[number]) => cells.anon !== 401;
const guarded = table.filter((row) => !isPublic(row));

/** A credential is read, and a path is matched, before the route is chosen: in the same way for all of them. */
const STEP = 7;

let world: RoleWorld;

beforeAll(async () => {
  world = await createRoleWorld();
}, 120_000);
afterAll(() => world.close());

describe('the role x route table', () => {
  it('has every route that the service registers, and no other', () => {
    const registered = world.h.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`);
    expect(table.map(({ route }) => route).sort()).toEqual([...new Set(registered)].sort());
  });

  it.each(table.map((row) => [row.route, row] as const))('is kept by %s', async (route, row) => {
    const found: Record<string, number> = {};
    for (const role of roles) {
      const isFresh = !DENIED.has(row.cells[role]) && role !== 'other';
      const request = await world.requestOf(route, isFresh);
      found[role] = (await world.call(request, world.credentials[role])).status;
    }
    expect(found).toEqual(row.cells);
  });
});

describe('a credential that is over', () => {
  /** Calls every route behind a key with what nobody should accept. */
  async function expectRefused(headers: Readonly<Record<string, string>>): Promise<void> {
    for (const { route } of someOf(guarded, STEP)) {
      const { status, text } = await world.call(await world.requestOf(route, false), headers);
      expect([route, status]).toEqual([route, 401]);
      // A page for browsers asks for a password instead.
      if (/^GET [/]api[/](docs|openapi)/.test(route)) continue;
      expect(text).toContain(
        / [/](v2|2010-04-01)[/]/.test(route) ? '"code":20003' : '"unauthorized"',
      );
    }
  }

  it('opens nothing when it is a revoked key', async () => {
    const { keyId, secret } = await world.access.createKey({ scopes: ['*'] });
    await world.access.revoke(keyId);
    await expectRefused({ 'x-api-key': secret });
  });

  it('opens nothing when it is an expired key', async () => {
    const soon = new Date(Date.now() + 500).toISOString();
    const { secret } = await world.access.createKey({ scopes: ['*'], expiresAt: soon });
    await expect.poll(() => Date.now() > Date.parse(soon), { timeout: 2000 }).toBe(true);
    await expectRefused({ 'x-api-key': secret });
  });

  it('opens nothing when its person has logged out', async () => {
    const { email } = await world.people.makePerson({ role: 'ADMIN' });
    const { accessToken, refreshToken } = await world.people.enter(email);
    await world.people.logout(refreshToken);
    await expectRefused(bearer(accessToken));
  });

  it('opens nothing when its person is not active any more', async () => {
    const { id, email } = await world.people.makePerson({ role: 'ADMIN' });
    const { accessToken } = await world.people.enter(email);
    await world.people.patch(id, { isActive: false });
    await expectRefused(bearer(accessToken));
  });

  it('opens no more than a USER may when an ADMIN was made one', async () => {
    const { id, email } = await world.people.makePerson({ role: 'ADMIN' });
    const { accessToken } = await world.people.enter(email);
    await world.people.patch(id, { role: 'USER' });
    for (const { route, cells } of guarded.filter((row) => row.cells.adm === 403)) {
      const request = await world.requestOf(route, false);
      const { status } = await world.call(request, bearer(accessToken));
      expect([route, status]).toEqual([route, cells.adm]);
    }
  });
});

describe('a user whose password someone else has set', () => {
  it('can only see who they are and replace the password, which then opens the rest', async () => {
    const { email } = await world.people.makePerson({ role: 'ADMIN', mustChangePassword: true });
    const { accessToken } = await world.people.enter(email);
    const opened: string[] = [];
    for (const { route } of guarded.filter((row) => row.route !== 'POST /api/auth/password')) {
      const request = await world.requestOf(route, false);
      const { status, text } = await world.call(request, bearer(accessToken));
      if (status < 400) opened.push(route);
      // Users have no password on the routes of Twilio.
      else if (status !== 401) {
        expect([route, status, text]).toEqual([
          ...[route, 403, expect.stringContaining('"password_change_required"')],
        ]);
      }
    }
    expect(opened).toEqual(['GET /api/auth/me']);
    const changed = await world.people.changePassword(accessToken, PASSWORD, NEW_PASSWORD);
    expect(changed.status).toBe(200);
    expect((await world.people.get('/api/users', accessToken)).status).toBe(200);
  });
});

describe('another spelling of a route', () => {
  /** With the strongest credential there is: what is not there must not be opened by a trick either. */
  const callAsOwner = async (method: string, path: string) =>
    world.h.client.call({ method, path, headers: await world.show(path, world.credentials.boot) });

  it('is no way around: doubled, encoded and trailing slashes, other case', async () => {
    const known = table.map(({ route }) => route);
    for (const { route } of someOf(table, STEP)) {
      const { method, path } = await world.requestOf(route, false);
      const tricks = [
        `/${path}`,
        path.replace('/api/', '/api//'),
        path.replace('/api/', '/api%2F'),
        path.replace('/metrics', '//metrics'),
        `${path}/`,
        path.replace('/api/', '/API/').replace('/metrics', '/Metrics'),
      ].filter((trick) => !known.includes(`${method} ${trick}`) && trick !== path);
      for (const trick of tricks) {
        for (const credential of [{}, world.credentials.boot]) {
          const headers = await world.show(path, credential);
          const answer = await world.h.client.call({ method, path: trick, headers });
          expect([trick, answer.status < 400]).toEqual([trick, false]);
          expect([trick, answer.status >= 500]).toEqual([trick, false]);
        }
      }
    }
  });

  it('is the same route, with the same guard, when dots lead to it', async () => {
    for (const { route } of someOf(guarded, STEP)) {
      const { method, path } = await world.requestOf(route, false);
      const roundabout = `/api/docs/../..${path.replace('/api/', '/api/./')}`;
      const answer = await world.h.client.call({ method, path: roundabout });
      expect([roundabout, answer.status]).toEqual([roundabout, 401]);
    }
  });

  it('is HEAD for GET: the same status without a body, for those who may GET', async () => {
    const gets = table.filter((row) => row.route.startsWith('GET '));
    for (const { route, cells } of someOf(gets, STEP)) {
      const { path } = await world.requestOf(route, true);
      const allowed = await callAsOwner('HEAD', path);
      expect([route, allowed.status, allowed.raw]).toEqual([route, cells.boot, '']);
      const denied = await world.h.client.call({ method: 'HEAD', path });
      expect([route, denied.status]).toEqual([route, cells.anon]);
    }
  });

  it('is refused for a method that the address does not know, OPTIONS among them', async () => {
    for (const { route } of someOf(table, STEP)) {
      const { path } = await world.requestOf(route, false);
      for (const method of ['OPTIONS', 'TRACE', 'PROPFIND']) {
        const { status } = await callAsOwner(method, path).catch(() => ({ status: 400 }));
        expect([method, route, status >= 400 && status < 500]).toEqual([method, route, true]);
      }
    }
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { logIn } from '../../../../src/services/access/users/log-in.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createPeopleCalls,
  expectAbout,
  NO_LOGIN_LIMITS,
  nextEmail,
  PASSWORD,
  type PeopleCalls,
} from '../../../support/http/users.ts';
import { createCountedLogins } from '../../../support/spy-logins.ts';

const WRONG = 'incorrect horse battery staple';
const FROM = { ipAddress: '192.0.2.7', userAgent: undefined };

/** An address and a password that do not belong together, for the reason that its maker's name says. */
type Attempt = { readonly email: string; readonly password: string };

onOneDatabase('a login on %s', (dialect) => {
  let h: Harness;
  let people: PeopleCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LOGIN_LIMITS });
    people = createPeopleCalls(h);
  });
  afterAll(() => h.close());

  const digestOf = async (email: string) => {
    const sql = `SELECT "passwordHash" FROM "users" WHERE "email" = $1`;
    const [row] = await h.database.statements.select(sql, [email]);
    return String(row?.['passwordHash']);
  };
  const rowsOf = (details: string) =>
    h.database.models.ActivityLog.findAll({ where: { details }, order: [['id', 'ASC']] });

  async function wrong(): Promise<Attempt> {
    const { email } = await people.makePerson();
    return { email, password: WRONG };
  }

  async function unknown(): Promise<Attempt> {
    return { email: nextEmail(), password: PASSWORD };
  }

  async function inactive(): Promise<Attempt> {
    const { id, email } = await people.makePerson();
    await people.patch(id, { isActive: false });
    return { email, password: PASSWORD };
  }

  async function forged(): Promise<Attempt> {
    const { email } = await people.makePerson();
    const digest = (await digestOf(email)).replace('m=19456,t=2', 'm=65536,t=1');
    const sql = `UPDATE "users" SET "passwordHash" = $2 WHERE "email" = $1`;
    await h.database.statements.change(sql, [email, digest]);
    return { email, password: PASSWORD };
  }

  const attempts = [wrong, unknown, inactive, forged];

  it('gives two tokens, and tells whose they are', async () => {
    const { email, id, accountId } = await people.makePerson();
    const answer = await people.login(` ${email.toUpperCase()} `);
    expect(answer.body.data).toEqual({
      accessToken: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]{43}$/),
      tokenType: 'Bearer',
      expiresIn: expect.any(Number),
      refreshToken: expect.stringMatching(/^wvr_[0-9a-f]{8}\.[\w-]{32}\.0\.[\w-]{43}$/),
      refreshExpiresIn: expect.any(Number),
      user: { id, email, name: 'Ana', role: 'USER', accountId, mustChangePassword: false },
    });
    expectAbout(answer.body.data?.['expiresIn'], 900);
    expectAbout(answer.body.data?.['refreshExpiresIn'], 604_800);
    expect(answer.headers['cache-control']).toBe('no-store');
    const shown = (await h.client.get(`/api/users/${id}`)).body.data;
    expect(shown?.['lastLoginAt']).toEqual(expect.any(String));
  });

  it('opens with the right password, however its accents were typed', async () => {
    const password = 'l\u00e0 o\u00f9 cet \u00e9t\u00e9 rime';
    const { email } = await people.makePerson({ password });
    const typed = password.normalize('NFD');
    expect(typed).not.toBe(password);
    expect((await people.login(email, typed)).status).toBe(200);
  });

  it('is answered alike when it is refused, whatever the reason', async () => {
    const models = [];
    for (const prepare of attempts) {
      const { email, password } = await prepare();
      const { status, headers, body, raw } = await people.login(email, password);
      const { requestId } = body;
      const { date, 'x-request-id': sameId, ...others } = headers;
      expect([typeof date, sameId]).toEqual(['string', requestId]);
      models.push({ status, headers: others, raw: raw.replace(requestId ?? '', 'ID') });
    }
    const [model] = models;
    expect(model?.status).toBe(401);
    for (const other of models) expect(other).toEqual(model);
  });

  it('costs one hash of our own cost when it is refused, whatever the reason', async () => {
    const { logins, compared } = await createCountedLogins(h);
    for (const prepare of attempts) {
      const attempt = await prepare();
      const digest = await digestOf(attempt.email);
      compared.length = 0;
      await expect(logIn(logins, FROM, attempt)).rejects.toMatchObject({ code: 'unauthorized' });
      expect(compared, prepare.name).toEqual([expect.stringContaining('$m=19456,t=2,p=1$')]);
      const isOwn = prepare === wrong || prepare === inactive;
      expect([prepare.name, compared[0] === digest]).toEqual([prepare.name, isOwn]);
    }
  });

  it('does not open with the decoy that unknown addresses are compared with', async () => {
    expect((await people.login(nextEmail(), 'no password')).status).toBe(401);
    const { email } = await forged();
    expect((await people.login(email, 'no password')).status).toBe(401);
  });

  it('is on record, by the id of the person, and never by an address that nobody has', async () => {
    const { id, email, accountId } = await people.makePerson();
    await people.login(email, WRONG);
    await people.enter(email);
    const rows = await rowsOf(`user:${id}`);
    expect(rows.map((row) => [row.action, row.status, row.accountId])).toEqual([
      ['auth_login', 'error', accountId],
      ['auth_login', 'success', accountId],
    ]);
    const typed = 'my-password-typed-amiss@example.com';
    await people.login(typed, PASSWORD);
    const sql = `SELECT * FROM "activity_logs" ORDER BY "id" DESC LIMIT 1`;
    const [last] = await h.database.statements.select(sql, []);
    expect(last).toMatchObject({ action: 'auth_login', status: 'error', accountId: 'default' });
    expect(last?.['details']).toBe('unknown_address');
    expect(h.logLines.join('\n')).not.toContain('my-password-typed-amiss');
  });

  it('ends when it is told to, for its access tokens too, and is on record', async () => {
    const { id, email } = await people.makePerson();
    const [first, other] = [await people.enter(email), await people.enter(email)];
    expect((await people.me(first.accessToken)).status).toBe(200);
    const answer = await people.logout(first.refreshToken);
    expect([answer.status, answer.body.data]).toEqual([200, {}]);
    expect((await people.me(first.accessToken)).status).toBe(401);
    expect((await people.refresh(first.refreshToken)).status).toBe(401);
    expect((await people.me(other.accessToken)).status).toBe(200);
    const rows = await rowsOf(`user:${id}`);
    expect(rows.map(({ action }) => action)).toEqual(['auth_login', 'auth_login', 'auth_logout']);
  });

  it('ends by a refresh token that was used already, as well', async () => {
    const { email } = await people.makePerson();
    const first = await people.enter(email);
    expect((await people.refresh(first.refreshToken)).status).toBe(200);
    await people.logout(first.refreshToken);
    expect((await people.me(first.accessToken)).status).toBe(401);
  });

  it('is not told apart at its end from one that never was', async () => {
    const { email } = await people.makePerson();
    const { refreshToken } = await people.enter(email);
    const forgedToken = refreshToken.replace(/.{43}$/, 'A'.repeat(43));
    const answers = [];
    for (const token of [forgedToken, 'nothing', refreshToken, refreshToken]) {
      answers.push(await people.logout(token));
    }
    expect(new Set(answers.map(({ status, raw }) => `${status} ${raw}`)).size).toBe(1);
    expect((await people.logout('')).status).toBe(400);
  });
});

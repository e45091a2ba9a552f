import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';
import {
  bearer,
  createPeopleCalls,
  NO_LOGIN_LIMITS,
  nextEmail,
  PASSWORD,
  type PeopleCalls,
} from '../../../support/http/users.ts';

type Fields = Readonly<Record<string, unknown>>;

onOneDatabase('people on %s', (dialect) => {
  let h: Harness;
  let people: PeopleCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LOGIN_LIMITS });
    people = createPeopleCalls(h);
  });
  afterAll(() => h.close());

  const create = (fields: Fields) =>
    h.client.post('/api/users', { email: nextEmail(), name: 'Ana', password: PASSWORD, ...fields });
  const rowsAbout = async (id: unknown) => {
    const sql = `SELECT "action", "status", "accountId", "details" FROM "activity_logs"
      WHERE "details" LIKE $1 ORDER BY "id"`;
    return h.database.statements.select(sql, [`%: user:${id}%`]);
  };

  it('are made with what was said of them, and shown without their password', async () => {
    const email = nextEmail();
    const fields = { role: 'USER', accountId: 'shop-1', description: 'a\nb', documentId: '31-7' };
    const made = await create({
      ...fields,
      email: ` ${email.toUpperCase()} `,
      name: ' Ana María ',
    });
    expect([made.status, made.body.message]).toEqual([201, 'User created']);
    expect(made.body.data).toEqual({
      ...fields,
      id: expect.any(Number),
      email,
      name: 'Ana María',
      isActive: true,
      mustChangePassword: true,
      lastLoginAt: null,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: made.body.data?.['createdAt'],
    });
    const { id } = made.body.data ?? {};
    expect(made.headers['location']).toBe(`/api/users/${id}`);
    const shown = await h.client.get(`/api/users/${id}`);
    expect([shown.status, shown.body.data]).toEqual([200, made.body.data]);
    expect(await rowsAbout(id)).toEqual([
      {
        action: 'user_create',
        status: 'success',
        accountId: 'default',
        details: `bootstrap: user:${id} (role, accountId)`,
      },
    ]);
  });

  it('get an account of their own unless one is named; operators the first one', async () => {
    const [one, two, operator] = await Promise.all([
      create({}),
      create({}),
      create({ role: 'ADMIN' }),
    ]);
    const accounts = [one, two].map(({ body }) => body.data?.['accountId']);
    for (const account of accounts) expect(account).toMatch(/^[0-9a-f]{10}$/);
    expect(new Set(accounts).size).toBe(2);
    expect(one.body.data).toMatchObject({ role: 'USER', description: null, documentId: null });
    expect(operator.body.data).toMatchObject({ role: 'ADMIN', accountId: 'default' });
  });

  it('have an e-mail address each, however many ask for one at once', async () => {
    const email = nextEmail();
    // More at once find no place among the passwords that are hashed.
    const answers = await inParallel(8, (i) =>
      create({ email: i % 2 === 0 ? email : email.toUpperCase(), accountId: `shop-${i}` }),
    );
    expect(tally(answers)).toEqual({ '201': 1, user_exists: 7 });
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('user_exists');
    const { body } = await h.client.get(`/api/users?email=${email}`);
    expect(body.data?.['items']).toHaveLength(1);
  });

  it.each([
    ['an address that is none', { email: 'ana' }, 'email'],
    [
      'an address of 255 characters',
      { email: `ana@${'a'.repeat(60)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(62)}` },
      'email',
    ],
    ['a blank name', { name: ' ' }, 'name'],
    ['a name with a line break', { name: 'Ana\nMaría' }, 'name'],
    ['a short password', { password: 'fourteen chars' }, 'password'],
    ['a password of one character', { password: 'a'.repeat(20) }, 'password'],
    [
      'the address in the password',
      { email: 'anastasia@example.com', password: 'I am Anastasia, let me in' },
      'password',
    ],
    ['a role that is none', { role: 'OWNER' }, 'role'],
    ['an account in capitals', { accountId: 'Shop' }, 'accountId'],
    ['an account that begins with -', { accountId: '-shop' }, 'accountId'],
    ['an account with the sign that sessions are named by', { accountId: 'a~b' }, 'accountId'],
    ['an account of 32 characters', { accountId: 'a'.repeat(32) }, 'accountId'],
    ['a description that is too long', { description: 'a'.repeat(501) }, 'description'],
    ['a description with U+0000', { description: 'a\u0000' }, 'description'],
    ['a documentId that is too long', { documentId: '1'.repeat(65) }, 'documentId'],
    ['a digest in place of a password', { passwordHash: 'x' }, 'passwordHash'],
    ['an id', { id: 1 }, 'id'],
    ['isActive, which is not for the beginning', { isActive: false }, 'isActive'],
  ])('are not made with %s', async (_, fields, path) => {
    const { status, body } = await create(fields);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.map((error) => error.path)).toEqual([path]);
  });

  it('are changed in what was said, and in nothing else', async () => {
    const { id } = await people.makePerson({ description: 'old', documentId: '7', accountId: 'a' });
    const before = (await h.client.get(`/api/users/${id}`)).body.data;
    h.advance(1);
    const changed = await people.patch(id, { name: 'Eva', description: null });
    expect([changed.status, changed.body.message]).toEqual([200, 'User changed']);
    const { updatedAt, ...rest } = changed.body.data ?? {};
    expect(rest).toEqual({
      ...rest,
      ...{ name: 'Eva', description: null, documentId: '7', role: 'USER', isActive: true },
      ...{ accountId: 'a', email: before?.['email'], createdAt: before?.['createdAt'] },
    });
    expect(String(updatedAt) > String(before?.['updatedAt'])).toBe(true);
    await people.patch(id, { isActive: false, role: 'ADMIN', password: `${PASSWORD}!` });
    expect((await rowsAbout(id)).map(({ action, details }) => [action, details])).toEqual([
      ['user_create', `bootstrap: user:${id} (role, accountId)`],
      ['user_update', `bootstrap: user:${id} (name, description)`],
      ['user_update', `bootstrap: user:${id} (role, isActive, password)`],
    ]);
  });

  it.each([
    ['nothing', {}, ''],
    ['another address', { email: 'eva@example.com' }, 'email'],
    ['another account', { accountId: 'b' }, 'accountId'],
    ['isActive as text', { isActive: 'false' }, 'isActive'],
    ['no name, which is nothing', { name: null }, ''],
    ['a weak password', { password: 'fourteen chars' }, 'password'],
    ['their name as a password', { password: 'anastasia was here' }, 'password'],
  ])('are not changed by %s', async (_, fields, path) => {
    const { id } = await people.makePerson({ email: nextEmail('anastasia') });
    const { status, body } = await people.patch(id, { ...fields });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    if (path !== '') expect(body.errors?.[0]?.path).toBe(path);
  });

  it('are removed once, however many ask for it at once', async () => {
    const { id, email } = await people.makePerson();
    const answers = await inParallel(10, () => people.remove(id));
    expect(tally(answers)).toEqual({ '200': 1, not_found: 9 });
    expect((await h.client.get(`/api/users/${id}`)).status).toBe(404);
    expect((await people.patch(id, { name: 'Eva' })).status).toBe(404);
    expect((await create({ email })).status).toBe(201);
    expect((await rowsAbout(id)).map(({ action }) => action)).toContain('user_delete');
  });

  it.each(['0', '-1', '1.5', 'x', '9999999999', '999999999'])(
    'are not there under the id %s',
    async (id) => {
      const { status } = await h.client.get(`/api/users/${id}`);
      expect(status).toBe(id === '999999999' ? 404 : 400);
    },
  );

  it('are managed by operators, who are on record as who they are, and by nobody else', async () => {
    const [operator, person] = [
      await people.makePerson({ role: 'ADMIN' }),
      await people.makePerson(),
    ];
    const [theirs, hers] = [await people.enter(operator.email), await people.enter(person.email)];
    const changed = await people.patch(person.id, { name: 'Eva' }, bearer(theirs.accessToken));
    expect([changed.status, changed.body.data?.['name']]).toEqual([200, 'Eva']);
    const [, row] = await rowsAbout(person.id);
    expect(row?.['details']).toBe(`user:${operator.id}: user:${person.id} (name)`);
    const refused = await Promise.all([
      people.get('/api/users', hers.accessToken),
      people.get(`/api/users/${person.id}`, hers.accessToken),
      people.patch(person.id, { role: 'ADMIN' }, bearer(hers.accessToken)),
      people.remove(operator.id, bearer(hers.accessToken)),
    ]);
    expect(tally(refused)).toEqual({ forbidden: 4 });
    expect((await h.client.get(`/api/users/${operator.id}`)).status).toBe(200);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';
import {
  createPeopleCalls,
  NO_LOGIN_LIMITS,
  PASSWORD,
  type Pair,
  type PeopleCalls,
  type Person,
  pairOf,
} from '../../../support/http/users.ts';
import { waitFor } from '../../../support/wait-for.ts';

const NEW_PASSWORD = 'a new one, and quite another';
const ROUNDS = 5;
/** A node may learn so late what another did; a bit more, for a busy machine. */
const LEARNED_MS = 8000;

onOneDatabase('the logins of a person on %s', (dialect) => {
  let database: TestDatabase;
  let h: Harness;
  let other: Harness;
  let people: PeopleCalls;
  let elsewhere: PeopleCalls;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    h = await createHarness({ database, env: NO_LOGIN_LIMITS });
    other = await createHarness({ database, env: NO_LOGIN_LIMITS });
    people = createPeopleCalls(h);
    elsewhere = createPeopleCalls(other);
  });
  afterAll(async () => {
    await h.close();
    await other.close();
    await database.drop();
  });

  /** A person who has just been seen here, and is therefore remembered. */
  async function enter(fields = {}): Promise<{ person: Person; pair: Pair }> {
    const person = await people.makePerson(fields);
    const pair = await people.enter(person.email);
    expect((await people.me(pair.accessToken)).status).toBe(200);
    return { person, pair };
  }

  /** The statuses of showing the access token and using the refresh token. */
  async function statusesOf({ accessToken, refreshToken }: Pair): Promise<number[]> {
    const { status } = await people.me(accessToken);
    return [status, (await people.refresh(refreshToken)).status];
  }

  const endings: [what: string, end: (person: Person) => Promise<{ status: number }>][] = [
    ['is deactivated', ({ id }) => people.patch(id, { isActive: false })],
    ['is given another password', ({ id }) => people.patch(id, { password: NEW_PASSWORD })],
    ['is removed', ({ id }) => people.remove(id)],
  ];

  it.each(endings)('end at once when the person %s', async (_, end) => {
    const { person, pair } = await enter();
    const second = await people.enter(person.email);
    expect((await end(person)).status).toBe(200);
    expect(await statusesOf(pair)).toEqual([401, 401]);
    expect(await statusesOf(second)).toEqual([401, 401]);
    expect((await people.login(person.email)).status).toBe(401);
  });

  it('end on another node within 5 seconds', async () => {
    const ended = await Promise.all(
      endings.map(async ([, end]) => {
        const { person, pair } = await enter();
        expect((await elsewhere.me(pair.accessToken)).status).toBe(200);
        await end(person);
        return pair;
      }),
    );
    for (const { accessToken, refreshToken } of ended) {
      expect((await elsewhere.refresh(refreshToken)).status).toBe(401);
      const isOut = async () => (await elsewhere.me(accessToken)).status === 401 || undefined;
      await waitFor(isOut, 'the other node to learn of it', LEARNED_MS);
    }
  });

  it('stay over when the person is active again, who may then log in anew', async () => {
    const { person, pair } = await enter();
    await people.patch(person.id, { isActive: false });
    await people.patch(person.id, { isActive: true });
    expect(await statusesOf(pair)).toEqual([401, 401]);
    expect((await people.login(person.email)).status).toBe(200);
  });

  it('go on, with what the person may do now, when the role changes', async () => {
    const { person, pair } = await enter();
    const mayDo = async () => {
      const [keys, all] = await Promise.all([
        people.get('/api/keys', pair.accessToken),
        people.get('/api/users', pair.accessToken),
      ]);
      return { keys: keys.status, users: all.status };
    };
    expect(await mayDo()).toEqual({ keys: 200, users: 403 });
    await people.patch(person.id, { role: 'ADMIN' });
    expect(await mayDo()).toEqual({ keys: 403, users: 200 });
    await people.patch(person.id, { role: 'USER' });
    expect(await mayDo()).toEqual({ keys: 200, users: 403 });
  });

  it('end but for the present one when the person changes the password', async () => {
    const { person, pair } = await enter();
    const second = await people.enter(person.email);
    const changed = await people.changePassword(pair.accessToken, PASSWORD, NEW_PASSWORD);
    expect([changed.status, changed.body.data]).toEqual([200, {}]);
    expect(await statusesOf(second)).toEqual([401, 401]);
    expect(await statusesOf(pair)).toEqual([200, 200]);
    expect((await people.login(person.email)).status).toBe(401);
    expect((await people.login(person.email, NEW_PASSWORD)).status).toBe(200);
  });

  it('are free at once on all nodes when the person has replaced a temporary password', async () => {
    const { email } = await people.makePerson({ mustChangePassword: true });
    const { accessToken } = await people.enter(email);
    const list = () => elsewhere.get('/api/keys', accessToken);
    expect((await list()).body.code).toBe('password_change_required');
    await people.changePassword(accessToken, PASSWORD, NEW_PASSWORD);
    expect((await list()).status).toBe(200);
  });

  it.each([
    ['the password changes', { password: NEW_PASSWORD }, {}],
    ['the person is deactivated', { isActive: false }, { isActive: true }],
  ])('that open while %s are over with the others', async (_, change, afterwards) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await people.makePerson();
      const [changed, ...answers] = await Promise.all([
        people.patch(person.id, change),
        ...Array.from({ length: 6 }, () => people.login(person.email)),
      ]);
      expect(changed.status).toBe(200);
      // Whoever came in by a race must not wait for the day when the person is let in again.
      if ('isActive' in afterwards) await people.patch(person.id, afterwards);
      const opened = answers.filter(({ status }) => status === 200).map(pairOf);
      for (const pair of opened) expect(await statusesOf(pair)).toEqual([401, 401]);
    }
  });

  it('that are refreshed while the person is deactivated are over', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { person, pair } = await enter();
      const [, ...answers] = await Promise.all([
        people.patch(person.id, { isActive: false }),
        ...Array.from({ length: 4 }, () => people.refresh(pair.refreshToken)),
      ]);
      await people.patch(person.id, { isActive: true });
      const given = answers.filter(({ status }) => status === 200).map(pairOf);
      for (const one of [pair, ...given]) expect(await statusesOf(one)).toEqual([401, 401]);
    }
  });

  it('keep one password when two logins change it at once', async () => {
    const { person, pair } = await enter();
    const second = await people.enter(person.email);
    const answers = await Promise.all([
      people.changePassword(pair.accessToken, PASSWORD, `${NEW_PASSWORD} 1`),
      people.changePassword(second.accessToken, PASSWORD, `${NEW_PASSWORD} 2`),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const tries = await inParallel(2, (i) =>
      people.login(person.email, `${NEW_PASSWORD} ${i + 1}`),
    );
    expect(tally(tries)).toEqual({ '200': 1, unauthorized: 1 });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { claimsOf } from '../../../support/forged-token.ts';
import type { Answer } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createPeopleCalls,
  NO_LOGIN_LIMITS,
  type Pair,
  type PeopleCalls,
  pairOf,
} from '../../../support/http/users.ts';

const PASSWORDS = {
  first: 'first of all: quite a secret',
  chosen: 'chosen by herself, and secret',
  given: 'given by an operator, secret',
  wrong: 'wrong, and nobody should see it',
  weak: 'weak and secret',
};

onOneDatabase('what people come in with on %s', (dialect) => {
  let h: Harness;
  let people: PeopleCalls;
  const pairs: Pair[] = [];
  /** Answers that give no token out. */
  const answers: string[] = [];
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { ...NO_LOGIN_LIMITS, LOG_LEVEL: 'trace' } });
    people = createPeopleCalls(h);
    await liveThroughEverything();
  });
  afterAll(() => h.close());

  const keep = (...given: Answer[]) => {
    answers.push(...given.map(({ raw, headers }) => `${raw}\n${JSON.stringify(headers)}`));
  };

  async function enter(email: string, password: string): Promise<Pair> {
    const pair = await people.enter(email, password);
    pairs.push(pair);
    return pair;
  }

  /** Every route that takes or gives a secret, with every outcome that is easily had. */
  async function liveThroughEverything(): Promise<void> {
    const { id, email } = await people.makePerson({ password: PASSWORDS.first });
    const again = { email, name: 'Ana', password: PASSWORDS.first };
    keep(await h.client.post('/api/users', again));
    keep(await people.login(email, PASSWORDS.wrong));
    keep(await people.login('nobody@example.com', PASSWORDS.wrong));
    const pair = await enter(email, PASSWORDS.first);
    const next = pairOf(await people.refresh(pair.refreshToken));
    pairs.push(next, pairOf(await people.refresh(next.refreshToken)));
    keep(await people.refresh(pair.refreshToken));
    keep(await people.refresh(next.refreshToken));
    keep(await people.refresh(`${next.refreshToken.slice(0, -1)}`));
    const other = await enter(email, PASSWORDS.first);
    keep(await people.me(other.accessToken), await people.me(`${other.accessToken}x`));
    keep(await people.changePassword(other.accessToken, PASSWORDS.wrong, PASSWORDS.chosen));
    keep(await people.changePassword(other.accessToken, PASSWORDS.first, PASSWORDS.weak));
    keep(await people.changePassword(other.accessToken, PASSWORDS.first, PASSWORDS.chosen));
    keep(await people.patch(id, { password: PASSWORDS.weak }));
    keep(await people.patch(id, { password: PASSWORDS.given }));
    const last = await enter(email, PASSWORDS.given);
    keep(await people.logout(last.refreshToken), await people.refresh(last.refreshToken));
    keep(await h.client.get(`/api/users/${id}`), await h.client.get('/api/users'));
    keep(await h.client.get('/metrics'), await people.remove(id));
  }

  /** The tokens, and what in them must not be known for them to stay secret. */
  const secrets = () => [
    ...Object.values(PASSWORDS),
    ...pairs.flatMap(({ accessToken, refreshToken }) => [
      ...[accessToken, accessToken.split('.')[2] ?? ''],
      ...[refreshToken, refreshToken.split('.')[3] ?? ''],
    ]),
  ];
  const found = (text: string) => secrets().filter((secret) => text.includes(secret));

  it('is in no log line', () => {
    const log = [...h.logLines, ...h.printed].join('\n');
    expect(log).toContain('/api/auth/password');
    expect(found(log)).toEqual([]);
  });

  it('is in no table', async () => {
    const names = await h.database.sequelize.getQueryInterface().showAllTables();
    const dump = await dumpTables(h, names.map(String));
    expect(dump).toContain('auth_login');
    expect(dump).not.toContain('first of all');
    expect(found(dump)).toEqual([]);
  });

  it.runIf(dialect === 'sqlite')('is in no file, either', () => {
    const folder = dirname(h.testDatabase.url.slice('sqlite:'.length));
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(1);
    const bytes = files.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n');
    expect(bytes).toContain(String(claimsOf(pairs[0]?.accessToken ?? '')['sid']));
    expect(found(bytes)).toEqual([]);
  });

  it('is in no answer but the one that gives it', () => {
    const all = answers.join('\n');
    expect(all).toContain('user_exists');
    expect(found(all)).toEqual([]);
    expect(all).not.toMatch(/passwordHash|argon2/);
    expect(all.match(/"refreshToken"/g) ?? []).toEqual([]);
  });
});

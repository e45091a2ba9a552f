import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSecretKey } from '../../../../src/lib/crypto/secrets.ts';
import { createRefreshTokens } from '../../../../src/services/access/users/tokens/refresh-token.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness, SECRET_KEY } from '../../../support/http/harness.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';
import {
  createPeopleCalls,
  expectAbout,
  NO_LOGIN_LIMITS,
  type Pair,
  type PeopleCalls,
  pairOf,
} from '../../../support/http/users.ts';

const DAY = 86_400;
const REVOKED = 'refresh_token_reused';

const refreshTokens = createRefreshTokens({
  current: createSecretKey(SECRET_KEY),
  previous: undefined,
});

onOneDatabase('a refresh token on %s', (dialect) => {
  let h: Harness;
  let people: PeopleCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LOGIN_LIMITS });
    people = createPeopleCalls(h);
  });
  afterAll(() => h.close());

  async function enter(): Promise<Pair> {
    const { email } = await people.makePerson();
    return people.enter(email);
  }

  const refreshed = async ({ refreshToken }: Pair) => pairOf(await people.refresh(refreshToken));

  /** Every token that some client may hold, and how many of these still work. */
  async function survivors(pairs: readonly Pair[]): Promise<number> {
    let count = 0;
    for (const { accessToken, refreshToken } of pairs) {
      if ((await people.me(accessToken)).status === 200) count += 1;
      if ((await people.refresh(refreshToken)).status === 200) count += 1;
    }
    return count;
  }

  async function findLogin({ refreshToken }: Pair) {
    const [, familyId = ''] = refreshToken.split('.');
    const sql = `SELECT "generation", "isRevoked" FROM "tokens" WHERE "familyId" = $1`;
    const [row] = await h.database.statements.select(sql, [familyId]);
    return { generation: Number(row?.['generation']), isRevoked: Number(row?.['isRevoked']) === 1 };
  }

  it('A36: leaves one pair after 20 uses at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = await enter();
      const answers = await inParallel(20, () => people.refresh(first.refreshToken));
      expect(tally(answers)).toEqual({ '200': 20 });
      const pairs = answers.map(pairOf);
      expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      expect(new Set(pairs.map(({ accessToken }) => accessToken)).size).toBe(1);
      expect(await findLogin(first)).toEqual({ generation: 1, isRevoked: false });
      const [next] = pairs;
      expect(next && (await people.me(next.accessToken)).status).toBe(200);
      expect(next && (await people.refresh(next.refreshToken)).status).toBe(200);
    }
  });

  it('A36: gets the same pair again within 10 seconds, since the answer may have been lost', async () => {
    const first = await enter();
    const next = await refreshed(first);
    h.advance(9);
    const again = await refreshed(first);
    expect([again.accessToken, again.refreshToken]).toEqual([next.accessToken, next.refreshToken]);
    expectAbout(again.expiresIn, next.expiresIn - 9);
    expect(await findLogin(first)).toEqual({ generation: 1, isRevoked: false });
  });

  it('A36: ends the login when it is used again after 10 seconds', async () => {
    const first = await enter();
    const second = await refreshed(first);
    h.advance(11);
    for (const { accessToken } of [first, second]) {
      expect((await people.me(accessToken)).status).toBe(200);
    }
    const stolen = await people.refresh(first.refreshToken);
    expect([stolen.status, stolen.body.code]).toEqual([401, 'unauthorized']);
    expect(await findLogin(first)).toEqual({ generation: 1, isRevoked: true });
    expect(await survivors([first, second])).toBe(0);
  });

  it('A36: ends the login when its successor was used already, however soon', async () => {
    const first = await enter();
    const second = await refreshed(first);
    const third = await refreshed(second);
    expect((await people.refresh(first.refreshToken)).status).toBe(401);
    expect(await findLogin(first)).toEqual({ generation: 2, isRevoked: true });
    expect(await survivors([first, second, third])).toBe(0);
  });

  it('A36: ends the login once, and says so in one row, when 20 use an old one at once', async () => {
    const first = await enter();
    await refreshed(await refreshed(first));
    const answers = await inParallel(20, () => people.refresh(first.refreshToken));
    expect(tally(answers)).toEqual({ unauthorized: 20 });
    const details = `user:${first.user.id}: ${REVOKED}`;
    const rows = await h.database.models.ActivityLog.findAll({ where: { details } });
    expect(rows.map(({ action, status }) => [action, status])).toEqual([
      ['access_denied', 'error'],
    ]);
  });

  it('A36: leaves no way in to either side after a race of the new one and the old', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = await enter();
      const second = await refreshed(first);
      h.advance(11);
      const answers = await Promise.all([
        ...Array.from({ length: 5 }, () => people.refresh(first.refreshToken)),
        ...Array.from({ length: 5 }, () => people.refresh(second.refreshToken)),
      ]);
      const given = answers.filter(({ status }) => status === 200).map(pairOf);
      expect((await findLogin(first)).isRevoked).toBe(true);
      expect(await survivors([first, second, ...given])).toBe(0);
    }
  });

  it('does not end other logins of the person', async () => {
    const { email } = await people.makePerson();
    const [stolen, other] = [await people.enter(email), await people.enter(email)];
    await refreshed(await refreshed(stolen));
    expect((await people.refresh(stolen.refreshToken)).status).toBe(401);
    expect(await survivors([other])).toBe(2);
  });

  it('is good for 7 days from its last use', async () => {
    const first = await enter();
    expectAbout(first.refreshExpiresIn, 7 * DAY);
    h.advance(6 * DAY);
    const second = await refreshed(first);
    h.advance(6 * DAY);
    const third = await refreshed(second);
    h.advance(7 * DAY + 1);
    expect((await people.refresh(third.refreshToken)).status).toBe(401);
    expect(await findLogin(first)).toEqual({ generation: 2, isRevoked: false });
  });

  it.each([
    ['of another generation', (token: string) => token.replace(/\.0\.(?=[^.]*$)/, '.1.')],
    ['of another login', (token: string) => token.replace(/\.[^.]+/, `.${'a'.repeat(32)}`)],
    ['of another key', (token: string) => token.replace(/^wvr_[0-9a-f]{8}/, 'wvr_ffffffff')],
    ['with a generation written otherwise', (token: string) => token.replace('.0.', '.00.')],
    ['with another mac', (token: string) => token.replace(/[^.]{43}$/, 'A'.repeat(43))],
    ['without its mac', (token: string) => token.replace(/\.[^.]*$/, '.')],
    ['with a blank', (token: string) => `${token} `],
    ['that is something else', () => 'refresh'],
  ])('is refused, and ends nothing, when it is one %s', async (_, change) => {
    const pair = await enter();
    const answer = await people.refresh(change(pair.refreshToken));
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized']);
    expect(await findLogin(pair)).toEqual({ generation: 0, isRevoked: false });
    expect((await people.refresh(pair.refreshToken)).status).toBe(200);
  });

  it('is refused when it is from the future: genuine, and not given out yet', async () => {
    const pair = await enter();
    const [, familyId = ''] = pair.refreshToken.split('.');
    const early = refreshTokens.write({ familyId, generation: 5 });
    expect((await people.refresh(early)).status).toBe(401);
    expect(await findLogin(pair)).toEqual({ generation: 0, isRevoked: false });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretKey } from '../../../../src/lib/crypto/secrets.ts';
import { createRefreshTokens } from '../../../../src/services/access/users/tokens/refresh-token.ts';
import { dropOldKeys } from '../../../../src/services/operations/maintenance.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { forge, headerOf } from '../../../support/forged-token.ts';
import { createHarness, type Harness, SECRET_KEY } from '../../../support/http/harness.ts';
import {
  createPeopleCalls,
  NO_LOGIN_LIMITS,
  type PeopleCalls,
  pairOf,
} from '../../../support/http/users.ts';

const OLD_KEY = 'old-secret-0123456789abcdef0123456789abcdef';
const DAY = 86_400;

let database: TestDatabase;
let rotated: Harness;
let forgetful: Harness;
let people: PeopleCalls;

beforeAll(async () => {
  database = await createTestDatabase('sqlite');
  const env = { ...NO_LOGIN_LIMITS, SECRET_KEY_PREVIOUS: OLD_KEY };
  rotated = await createHarness({ database, env });
  forgetful = await createHarness({ database, env: NO_LOGIN_LIMITS });
  people = createPeopleCalls(rotated);
});
afterAll(async () => {
  await rotated.close();
  await forgetful.close();
  await database.drop();
});

/** The tokens of a login as a node gave them out before its secret key was changed. */
async function enterBefore(email: string) {
  const { accessToken, refreshToken } = await people.enter(email);
  const [, familyId = ''] = refreshToken.split('.');
  const old = createSecretKey(OLD_KEY);
  return {
    accessToken: forge(accessToken, { secret: OLD_KEY, header: { kid: old.version } }),
    refreshToken: createRefreshTokens({ current: old, previous: undefined }).write({
      ...{ familyId, generation: 0 },
    }),
  };
}

describe('a new secret key', () => {
  it('leaves those in who are, and signs what they get next', async () => {
    const { email } = await people.makePerson();
    const before = await enterBefore(email);
    expect((await people.me(before.accessToken)).status).toBe(200);
    const next = pairOf(await people.refresh(before.refreshToken));
    const { version } = createSecretKey(SECRET_KEY);
    expect(headerOf(next.accessToken)['kid']).toBe(version);
    expect(next.refreshToken).toMatch(new RegExp(`^wvr_${version}\\.`));
    expect((await people.me(next.accessToken)).status).toBe(200);
  });

  it('ends logins when the one before it is forgotten, and lets the same people in again', async () => {
    const { email } = await people.makePerson();
    const before = await enterBefore(email);
    const later = createPeopleCalls(forgetful);
    expect((await later.me(before.accessToken)).status).toBe(401);
    expect((await later.refresh(before.refreshToken)).status).toBe(401);
    expect((await later.login(email)).status).toBe(200);
  });
});

describe('logins that are over', () => {
  it('are kept for a day, and dropped by the hourly job', async () => {
    const { email } = await people.makePerson();
    await people.enter(email);
    const count = async () => {
      await dropOldKeys(rotated.maintenance);
      return (await rotated.database.statements.select('SELECT "id" FROM "tokens"', [])).length;
    };
    const before = await count();
    expect(before).toBeGreaterThan(0);
    rotated.advance(8 * DAY - 60);
    expect(await count()).toBe(before);
    rotated.advance(120);
    expect(await count()).toBe(0);
  });
});

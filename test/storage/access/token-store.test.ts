import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomId } from '../../../src/lib/crypto/secrets.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createTokenStore, type TokenStore } from '../../../src/storage/access/token-store.ts';
import {
  createUserStore,
  type UserStore,
  type UserWithPassword,
} from '../../../src/storage/access/user-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';
import { nextEmail } from '../../support/http/users.ts';

const NOW = new Date('2026-11-21T12:00:00.123Z');
const LATER = addSeconds(NOW, 3600);

onEveryDatabase('the store of logins on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let users: UserStore;
  let tokens: TokenStore;
  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    users = createUserStore(migrated.database);
    tokens = createTokenStore(migrated.database);
  });
  afterAll(() => migrated.close());

  async function makePerson(): Promise<UserWithPassword> {
    const email = nextEmail();
    const unknown = { description: undefined, documentId: undefined };
    const draft = {
      accountId: 'a',
      email,
      name: 'Ana',
      role: 'USER',
      passwordHash: 'one',
      mustChangePassword: false,
    } as const;
    await users.create({ ...draft, ...unknown }, NOW);
    const made = await users.findByEmail(email);
    if (!made) throw new Error('nobody was made');
    return made;
  }

  function open(person: UserWithPassword, expiresAt = LATER, userAgent = 'x'.repeat(600)) {
    const familyId = randomId(24);
    const login = { familyId, scope: '*', expiresAt, ipAddress: '192.0.2.1', userAgent };
    return tokens.open(person, login, NOW).then((isOpen) => (isOpen ? familyId : undefined));
  }

  async function openNew(
    expiresAt = LATER,
  ): Promise<{ person: UserWithPassword; familyId: string }> {
    const person = await makePerson();
    return { person, familyId: (await open(person, expiresAt)) ?? '' };
  }

  const set = (person: UserWithPassword, values: { isActive?: boolean; passwordHash?: string }) =>
    users.update(person.user.id, { values, endsLogins: false }, NOW);

  it('keeps a login with its person, to the millisecond', async () => {
    const { person, familyId } = await openNew();
    expect(await tokens.find(familyId)).toEqual({
      ...{ familyId, generation: 0, refreshedAt: NOW, expiresAt: LATER, isRevoked: false },
      user: { ...person.user, lastLoginAt: NOW },
    });
    expect(await tokens.find(familyId.toLowerCase())).toBeUndefined();
  });

  it('opens none for somebody who is inactive, or has another password by now', async () => {
    const person = await makePerson();
    await set(person, { passwordHash: 'two' });
    expect(await open(person)).toBeUndefined();
    const again = { ...person, passwordHash: 'two' };
    await set(person, { isActive: false });
    expect(await open(again)).toBeUndefined();
    await set(person, { isActive: true });
    expect(await open(again)).toBeDefined();
    await users.remove(person.user.id);
    expect(await open(again)).toBeUndefined();
  });

  it('refreshes a generation once, however many ask at once', async () => {
    const { familyId } = await openNew();
    for (let generation = 0; generation < 3; generation += 1) {
      const results = await inParallel(30, () =>
        tokens.refresh({ familyId, generation }, NOW, LATER),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
    }
    expect((await tokens.find(familyId))?.generation).toBe(3);
  });

  it('refreshes none that is over, revoked, of an inactive person, or of another generation', async () => {
    const [over, revoked, inactive, other] = [
      await openNew(NOW),
      await openNew(),
      await openNew(),
      await openNew(),
    ];
    expect(await tokens.revoke(revoked.familyId, NOW)).toBe(true);
    await set(inactive.person, { isActive: false });
    for (const { familyId } of [over, revoked, inactive]) {
      expect(await tokens.refresh({ familyId, generation: 0 }, NOW, LATER)).toBe(false);
    }
    for (const generation of [-1, 1]) {
      expect(await tokens.refresh({ familyId: other.familyId, generation }, NOW, LATER)).toBe(
        false,
      );
    }
    expect((await tokens.find(other.familyId))?.generation).toBe(0);
  });

  it('revokes a login once, however many ask at once', async () => {
    const { familyId } = await openNew();
    const results = await inParallel(20, () => tokens.revoke(familyId, NOW));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect((await tokens.find(familyId))?.isRevoked).toBe(true);
  });

  it('leaves no login open that came in by what a change has ended meanwhile', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await makePerson();
      const [, ...opened] = await Promise.all([
        users.update(person.user.id, { values: { passwordHash: 'two' }, endsLogins: true }, NOW),
        ...Array.from({ length: 8 }, () => open(person)),
      ]);
      const logins = await Promise.all(
        opened.flatMap((familyId) => (familyId === undefined ? [] : [tokens.find(familyId)])),
      );
      expect(logins.filter((login) => login?.isRevoked !== true)).toEqual([]);
    }
  });

  it('ends every login but the one that a person changes the password by', async () => {
    const { person, familyId } = await openNew();
    const others = [await open(person), await open(person)];
    const stranger = await openNew();
    const next = { passwordHash: 'two', keptLogin: familyId };
    expect(await users.replacePassword(person, next, NOW)).toBe(true);
    expect(await users.replacePassword(person, next, NOW)).toBe(false);
    const isRevoked = async (id = '') => (await tokens.find(id))?.isRevoked;
    expect(await Promise.all(others.map(isRevoked))).toEqual([true, true]);
    expect(await Promise.all([familyId, stranger.familyId].map(isRevoked))).toEqual([false, false]);
  });

  it('drops those that were over before a moment, so many at a time', async () => {
    const ends = [-2, -1, -1, 0, 1].map((seconds) => addSeconds(NOW, seconds));
    const logins = await Promise.all(ends.map(openNew));
    expect(await tokens.prune(NOW, 2)).toBe(2);
    expect(await tokens.prune(NOW, 2)).toBeGreaterThanOrEqual(1);
    expect(await tokens.prune(NOW, 2)).toBe(0);
    const left = await Promise.all(logins.map(({ familyId }) => tokens.find(familyId)));
    expect(left.map((login) => login !== undefined)).toEqual([false, false, false, true, true]);
  });
});

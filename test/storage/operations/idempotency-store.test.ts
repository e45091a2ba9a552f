import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createIdempotencyStore,
  type IdempotencyStore,
  type KeyClaim,
} from '../../../src/storage/operations/idempotency-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOW = Date.UTC(2026, 2, 1);
const LOCKED_UNTIL = NOW + 60_000;
const FORGOTTEN_BEFORE = NOW - 86_400_000;
const ANSWER = { statusCode: 200, body: '{"success":true,"message":"ä – 100 %"}' };

onEveryDatabase('the idempotency store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: IdempotencyStore;
  let keys = 0;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createIdempotencyStore(migrated.database);
  });
  afterAll(() => migrated.close());

  function newClaim(owner = 'first'): KeyClaim {
    keys += 1;
    return { keyDigest: `key-${keys}`, accountId: 'default', bodyDigest: 'body', owner };
  }
  const take = (claim: KeyClaim, at = NOW) => store.take(claim, at, at + 60_000);
  const takeOver = (claim: KeyClaim, now = LOCKED_UNTIL) =>
    store.takeOver(claim, { now, lockedUntil: now + 60_000, forgottenBefore: now - 86_400_000 });

  async function winners(call: (owner: string) => Promise<boolean>) {
    const owners = Array.from({ length: 50 }, (_, index) => `owner-${index}`);
    const got = await Promise.all(owners.map(call));
    return owners.filter((_, index) => got[index]);
  }

  it('gives a new key to one of 50 concurrent requests', async () => {
    const claim = newClaim();
    expect(await winners((owner) => take({ ...claim, owner }))).toHaveLength(1);
    expect(await store.find(claim.keyDigest)).toEqual({
      ...{ bodyDigest: 'body', lockedUntil: NOW + 60_000, answer: undefined },
    });
  });

  it('lets nobody take over a key while its first request may still run', async () => {
    const claim = newClaim();
    await take(claim);
    expect(await takeOver({ ...claim, owner: 'second' }, LOCKED_UNTIL - 1)).toBe(false);
  });

  it('lets one of 50 concurrent requests take over a key whose holder died', async () => {
    const claim = newClaim();
    await take(claim);
    expect(await winners((owner) => takeOver({ ...claim, owner }))).toHaveLength(1);
  });

  it('lets no request with another body take over a key whose holder died', async () => {
    const claim = newClaim();
    await take(claim);
    expect(await takeOver({ ...claim, bodyDigest: 'other' })).toBe(false);
  });

  it('releases what a dead node acquired lately and has not answered, and nothing of another', async () => {
    const [open, answered, old, other] = ['dead.1', 'dead.2', 'dead.3', 'deaf.1'].map(newClaim);
    const all = [open, answered, old, other].filter((claim) => claim !== undefined);
    for (const claim of all) await take(claim, claim === old ? NOW - 1 : NOW);
    if (answered) await store.saveAnswer(answered, ANSWER);
    expect(await store.releaseAllOf('dead', NOW)).toBe(1);
    const left = await Promise.all(all.map(({ keyDigest }) => store.find(keyDigest)));
    expect(left.map((found) => found !== undefined)).toEqual([false, true, true, true]);
  });

  it('replays an answer for a day, and then takes the key anew', async () => {
    const claim = newClaim();
    await take(claim);
    await store.saveAnswer(claim, ANSWER);
    expect(await takeOver({ ...claim, owner: 'second' }, NOW + 86_400_000)).toBe(false);
    expect(await store.find(claim.keyDigest)).toEqual({
      ...{ bodyDigest: 'body', lockedUntil: NOW + 60_000, answer: ANSWER },
    });
    const other = { ...claim, owner: 'second', bodyDigest: 'other' };
    expect(await takeOver(other, NOW + 86_400_001)).toBe(true);
    expect(await store.find(claim.keyDigest)).toEqual({
      ...{ bodyDigest: 'other', lockedUntil: NOW + 86_400_001 + 60_000, answer: undefined },
    });
  });

  it('takes the answer of the holder only, and only the first one', async () => {
    const claim = newClaim();
    await take(claim);
    await takeOver({ ...claim, owner: 'second' });
    await store.saveAnswer(claim, { statusCode: 500, body: 'late' });
    expect((await store.find(claim.keyDigest))?.answer).toBeUndefined();
    await store.saveAnswer({ ...claim, owner: 'second' }, ANSWER);
    await store.saveAnswer({ ...claim, owner: 'second' }, { statusCode: 500, body: 'again' });
    expect((await store.find(claim.keyDigest))?.answer).toEqual(ANSWER);
  });

  it('frees a key for its holder only, and never one that is answered', async () => {
    const claim = newClaim();
    await take(claim);
    await store.release({ ...claim, owner: 'second' });
    expect(await take({ ...claim, owner: 'second' })).toBe(false);
    await store.release(claim);
    expect(await take(claim)).toBe(true);
    await store.saveAnswer(claim, ANSWER);
    await store.release(claim);
    expect((await store.find(claim.keyDigest))?.answer).toEqual(ANSWER);
  });

  it('prunes keys that were taken before a moment, no more than a batch at once', async () => {
    await store.prune(NOW * 2, 1000);
    const old = [newClaim(), newClaim(), newClaim()];
    for (const claim of old) await take(claim, FORGOTTEN_BEFORE - 1);
    const kept = newClaim();
    await take(kept, FORGOTTEN_BEFORE);
    expect(await store.prune(FORGOTTEN_BEFORE, 2)).toBe(2);
    expect(await store.prune(FORGOTTEN_BEFORE, 2)).toBe(1);
    expect(await store.prune(FORGOTTEN_BEFORE, 2)).toBe(0);
    expect(await store.find(kept.keyDigest)).toBeDefined();
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionLeaseName } from '../../../src/domain/whatsapp/session.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createLeaseStore, type LeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

onEveryDatabase('the lease store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let leases: LeaseStore;
  const now = new Date();
  const until = addSeconds(now, 120);
  const acquire = (name: string, owner: string, at = now, heldUntil = addSeconds(at, 120)) =>
    leases.acquire({ name, owner }, at, heldUntil);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    leases = createLeaseStore(migrated.database);
  });
  afterAll(() => migrated.close());

  async function race(name: string, at: Date) {
    const owners = Array.from({ length: 50 }, (_, index) => `${at.getTime()}-${index}`);
    const got = await Promise.all(owners.map((owner) => acquire(name, owner, at)));
    return owners.filter((_, index) => got[index]);
  }

  it('gives a new lease to one of 50 concurrent callers', async () => {
    expect(await race('new', now)).toHaveLength(1);
  });

  it('keeps the others out until the moment that it names, and then lets one in', async () => {
    await acquire('held', 'first');
    expect(await race('held', new Date(until.getTime() - 1))).toEqual([]);
    expect(await race('held', until)).toHaveLength(1);
  });

  it('lets one of 50 callers take a lease that a clock of the future wrote (F15)', async () => {
    const future = addSeconds(now, 10 * 365 * 86_400);
    await acquire('future', 'first', future);
    expect(await race('future', now)).toHaveLength(1);
    // What it became is an ordinary lease, which keeps others out.
    expect(await acquire('future', 'late', addSeconds(now, 60))).toBe(false);
  });

  it('keeps a lease of a node whose clock is a few seconds ahead, and longer ones where they are usual', async () => {
    await acquire('ahead', 'first', addSeconds(now, 5));
    expect(await acquire('ahead', 'second')).toBe(false);
    await acquire('usual', 'first', now, addSeconds(now, 120));
    const short = addSeconds(now, 10);
    expect(await leases.acquire({ name: 'usual', owner: 'second' }, now, short, 120_000)).toBe(
      false,
    );
    expect(await leases.acquire({ name: 'usual', owner: 'second' }, now, short)).toBe(true);
  });

  it('prolongs the lease of its holder, who is out once another took it', async () => {
    const later = addSeconds(now, 60);
    await acquire('prolonged', 'first');
    expect(await acquire('prolonged', 'first', later)).toBe(true);
    expect(await acquire('prolonged', 'second', until)).toBe(false);
    expect(await acquire('prolonged', 'second', addSeconds(later, 120))).toBe(true);
    expect(await acquire('prolonged', 'first', addSeconds(later, 121))).toBe(false);
  });

  it('is free again when its holder releases it, and only then', async () => {
    await acquire('released', 'first');
    await leases.release({ name: 'released', owner: 'second' });
    expect(await acquire('released', 'second')).toBe(false);
    await leases.release({ name: 'released', owner: 'first' });
    expect(await acquire('released', 'second')).toBe(true);
  });

  it('ends all leases of a dead owner, and those of no other', async () => {
    for (const name of ['dead-1', 'dead-2']) await acquire(name, 'dead');
    await acquire('living', 'first');
    await leases.releaseAllOf('dead', now);
    const owners = ['dead-1', 'dead-2', 'living'].map((name) => leases.findOwner(name, now));
    expect(await Promise.all(owners)).toEqual([undefined, undefined, 'first']);
    expect(await race('dead-1', now)).toHaveLength(1);
  });

  it('tells who holds a lease, as long as they do', async () => {
    await acquire('owned', 'first');
    expect(await leases.findOwner('owned', new Date(until.getTime() - 1))).toBe('first');
    expect(await leases.findOwner('owned', until)).toBeUndefined();
    await leases.release({ name: 'owned', owner: 'first' });
    expect(await leases.findOwner('owned', now)).toBeUndefined();
    expect(await leases.findOwner('nobody', now)).toBeUndefined();
  });

  it('lets one of 50 callers inherit from an owner that is dead, and nobody from another', async () => {
    await acquire('dead', 'first');
    const heirs = Array.from({ length: 50 }, (_, index) => `heir-${index}`);
    const got = await Promise.all(
      heirs.map((owner) => leases.transfer({ name: 'dead', from: 'first', to: owner }, until)),
    );
    expect(got.filter(Boolean)).toHaveLength(1);
    expect(await leases.findOwner('dead', now)).toBe(heirs[got.indexOf(true)]);
    expect(await leases.transfer({ name: 'dead', from: 'first', to: 'late' }, until)).toBe(false);
    expect(await leases.transfer({ name: 'nobody', from: 'first', to: 'late' }, until)).toBe(false);
  });

  it('counts the leases that each owner holds, of those with a prefix', async () => {
    for (const name of ['count:1', 'count:2', 'count:3']) await acquire(name, 'many');
    await acquire('count:4', 'one');
    await acquire('counted', 'one');
    await acquire('not count:5', 'none');
    expect(await leases.countByOwner('count:', now)).toEqual(
      new Map([
        ['many', 3],
        ['one', 1],
      ]),
    );
    await leases.release({ name: 'count:1', owner: 'many' });
    await leases.transfer({ name: 'count:2', from: 'many', to: 'one' }, addSeconds(until, 1));
    expect(await leases.countByOwner('count:', now)).toEqual(
      new Map([
        ['many', 1],
        ['one', 2],
      ]),
    );
    expect(await leases.countByOwner('count:', until)).toEqual(new Map([['one', 1]]));
    expect(await leases.countByOwner('nothing:', now)).toEqual(new Map());
  });

  it('takes the name of a session that is as long as it may be', async () => {
    const [one, other] = ['a', 'b'].map((end) => sessionLeaseName(`${'x'.repeat(63)}${end}`));
    expect(await acquire(one ?? '', 'first')).toBe(true);
    expect(await acquire(other ?? '', 'second')).toBe(true);
    expect(await leases.findOwner(one ?? '', now)).toBe('first');
  });

  it('keeps leases of different names apart', async () => {
    expect(await acquire('one', 'first')).toBe(true);
    expect(await acquire('two', 'second')).toBe(true);
  });

  it('gives all of 20 calls of one owner a lease that was never there', async () => {
    const got = await Promise.all(Array.from({ length: 20 }, () => acquire('own', 'first')));
    expect(got).toEqual(Array(20).fill(true));
  });

  it('tells a holder that takes the same lease twice in the same moment yes', async () => {
    expect(await acquire('twice', 'first', now, until)).toBe(true);
    expect(await acquire('twice', 'first', now, until)).toBe(true);
  });
});

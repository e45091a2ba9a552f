import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NotSentError } from '../../../../src/channels/whatsapp/sending/not-sent-error.ts';
import { createSessionLease } from '../../../../src/channels/whatsapp/session/session-lease.ts';
import { createLogger } from '../../../../src/lib/logger.ts';
import { createLeaseStore, type LeaseStore } from '../../../../src/storage/limits/lease-store.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../../support/database/migrated-database.ts';
import { waitFor } from '../../../support/wait-for.ts';

const LEASE_MS = 600;

let migrated: MigratedDatabase;
let leases: LeaseStore;
let made = 0;

beforeAll(async () => {
  migrated = await createMigratedDatabase('sqlite');
  leases = createLeaseStore(migrated.database);
});
afterAll(() => migrated.close());

/** A session that two nodes may keep, and what each of them did with it. */
function createContest() {
  const sessionId = `session-${++made}`;
  function createNode(owner: string) {
    const control = { delayMs: 0, isOut: false, aheadMs: 0, letGoMs: 0 };
    const deeds: string[] = [];
    const lease = createSessionLease({
      sessionId,
      owner,
      leaseMs: LEASE_MS,
      leases: {
        ...leases,
        async acquire(...call) {
          await pause(control.delayMs);
          if (control.isOut) throw new Error('the database is out of reach');
          return leases.acquire(...call);
        },
      },
      mayTake: async () => true,
      onTaken: async () => void deeds.push('taken'),
      async onLetGo() {
        await pause(control.letGoMs);
        deeds.push('let go');
      },
      now: () => new Date(Date.now() + control.aheadMs),
      logger: createLogger('silent'),
    });
    return { lease, control, deeds };
  }
  const findOwner = () => leases.findOwner(`wa:${sessionId}`, new Date());
  return { one: createNode('one'), other: createNode('other'), findOwner };
}

it('one of two holds the lease, renews it, and is followed by the other as soon as it ends', async () => {
  const { one, other, findOwner } = createContest();
  await Promise.all([one.lease.renew(), other.lease.renew()]);
  expect([one.lease.isHeld(), other.lease.isHeld()].sort()).toEqual([false, true]);
  const [holder, waiter] = one.lease.isHeld() ? [one, other] : [other, one];
  await pause(2 * LEASE_MS);
  expect([holder.lease.isHeld(), waiter.lease.isHeld()]).toEqual([true, false]);
  await expect(waiter.lease.take()).rejects.toThrow(/hosted by another node/);
  await holder.lease.end();
  await waitFor(() => waiter.lease.isHeld() || undefined, 'the other to follow', LEASE_MS);
  expect([holder.deeds, waiter.deeds]).toEqual([['taken', 'let go'], ['taken']]);
  await waiter.lease.end();
  expect(await findOwner()).toBeUndefined();
});

it('gives the lease to no action that comes after the end', async () => {
  const { one, findOwner } = createContest();
  await one.lease.renew();
  const late = one.lease.end().then(() => one.lease.take());
  await expect(late).rejects.toThrow(NotSentError);
  expect([one.lease.isHeld(), await findOwner()]).toEqual([false, undefined]);
});

it('who ends while the lease is being taken has not got it afterwards', async () => {
  const { one, findOwner } = createContest();
  one.control.delayMs = 50;
  const taking = one.lease.renew();
  await pause(10);
  await one.lease.end();
  expect([one.lease.isHeld(), await findOwner()]).toEqual([false, undefined]);
  await taking;
  await pause(LEASE_MS);
  expect([one.lease.isHeld(), await findOwner()]).toEqual([false, undefined]);
  expect(one.deeds.at(-1)).not.toBe('taken');
});

it('who gives the lease back is done with it before anybody here takes it again', async () => {
  const { one, findOwner } = createContest();
  await one.lease.renew();
  one.control.letGoMs = 50;
  const again = one.lease.reacquire();
  await pause(10);
  // A timer, and somebody who wants something, in the middle of it.
  await Promise.all([again, one.lease.renew(), one.lease.take()]);
  expect(one.deeds).toEqual(['taken', 'let go', 'taken']);
  expect([one.lease.isHeld(), await findOwner()]).toEqual([true, 'one']);
  await one.lease.end();
});

it('who cannot reach the database lets go before another may take the lease', async () => {
  const { one, other } = createContest();
  await one.lease.renew();
  await other.lease.renew();
  one.control.isOut = true;
  await waitFor(() => other.lease.isHeld() || undefined, 'the other to take it', 3 * LEASE_MS);
  expect([one.lease.isHeld(), one.deeds]).toEqual([false, ['taken', 'let go']]);
  one.control.isOut = false;
  await other.lease.end();
  await waitFor(() => one.lease.isHeld() || undefined, 'it to come back', LEASE_MS);
  await one.lease.end();
});

it('who slept through the end of the lease does nothing for anybody before it has asked for it again', async () => {
  const { one, other } = createContest();
  one.control.aheadMs = -2 * LEASE_MS;
  await one.lease.renew();
  await other.lease.renew();
  expect([one.lease.isHeld(), other.lease.isHeld()]).toEqual([true, true]);
  one.control.aheadMs = 0;
  await expect(one.lease.take()).rejects.toThrow(/hosted by another node/);
  expect([one.lease.isHeld(), one.deeds]).toEqual([false, ['taken', 'let go']]);
  await Promise.all([one.lease.end(), other.lease.end()]);
});

it('who cannot reach the database, and hears of it late, lets go before another may take the lease', async () => {
  const { one, other } = createContest();
  await one.lease.renew();
  await other.lease.renew();
  one.control.isOut = true;
  one.control.delayMs = LEASE_MS / 2;
  await waitFor(() => other.lease.isHeld() || undefined, 'the other to take it', 3 * LEASE_MS);
  expect(one.deeds).toEqual(['taken', 'let go']);
  await Promise.all([one.lease.end(), other.lease.end()]);
});

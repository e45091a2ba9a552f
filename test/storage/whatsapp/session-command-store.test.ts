import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionLeaseName } from '../../../src/domain/whatsapp/session.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createLeaseStore, type LeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { createSessionCommandStore } from '../../../src/storage/whatsapp/session-command-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const CALLERS = 50;

onEveryDatabase('the session command store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let commands: ReturnType<typeof createSessionCommandStore>;
  let leases: LeaseStore;
  let made = 0;
  const now = new Date();
  const expiresAt = addSeconds(now, 10);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    commands = createSessionCommandStore(migrated.database);
    leases = createLeaseStore(migrated.database);
  });
  afterAll(() => migrated.close());

  /** Stores a command for a session of its own, whose lease an owner of its own holds. */
  async function store(until = expiresAt) {
    made += 1;
    const [commandId, sessionId, owner] = [`command-${made}`, `session-${made}`, `owner-${made}`];
    const name = sessionLeaseName(sessionId);
    await leases.acquire({ name, owner }, now, addSeconds(now, 120));
    await commands.add(
      { commandId, sessionId, command: 'send_code', sealedPayload: 'asked' },
      until,
    );
    return {
      ...{ commandId, sessionId, owner, name },
      take: (by = owner, at = now) => commands.take({ commandId, owner: by }, sessionId, at),
      answer: (by = owner) => commands.answer({ commandId, owner: by }, `reply of ${by}`),
      passLeaseOn: (to: string) => leases.transfer({ name, from: owner, to }, addSeconds(now, 120)),
      /** The IDs that `listWaiting` returns, of this command only. */
      async isListedFor(by: string, at = now) {
        const waiting = await commands.listWaiting(by, at);
        return waiting.some((one) => one.commandId === commandId);
      },
    };
  }

  const rowOf = (commandId: string) => migrated.database.models.SessionCommand.findByPk(commandId);

  it('lists a command as it was stored, until a reply is there', async () => {
    const { commandId, sessionId, take, answer, isListedFor } = await store();
    expect(await commands.listWaiting('anyone', now)).toContainEqual({
      ...{ commandId, sessionId, command: 'send_code', sealedPayload: 'asked' },
    });
    await take();
    await answer();
    expect(await isListedFor('anyone')).toBe(false);
  });

  it('lets one of 50 concurrent calls of the owner take a command', async () => {
    const { take, owner, isListedFor } = await store();
    const taken = await inParallel(CALLERS, () => take());
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await isListedFor(owner)).toBe(false);
  });

  it('lets only the owner of the lease take a command, of 50 nodes that try', async () => {
    const { commandId, take, owner } = await store();
    const nodes = Array.from({ length: CALLERS }, (_, index) => `node-${index}`);
    const taken = await inParallel(CALLERS + 1, (index) => take(nodes[index] ?? owner));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await rowOf(commandId))?.takenBy).toBe(owner);
  });

  it('lets no one take a command without the lease: none, released, expired, or of another session', async () => {
    const { commandId, name, owner, take } = await store();
    const other = await store();
    const ofNoSession = { commandId, owner };
    expect(await commands.take(ofNoSession, 'without-lease', now)).toBe(false);
    expect(await other.take(owner)).toBe(false);
    expect(await take(owner, addSeconds(now, 120))).toBe(false);
    await leases.release({ name, owner });
    expect(await take()).toBe(false);
    expect(await rowOf(commandId)).toMatchObject({ takenBy: null, sealedPayload: 'asked' });
  });

  it('lets the next owner take what a dead one did not reply to, and refuses a late reply', async () => {
    const { commandId, owner, take, answer, passLeaseOn, isListedFor } = await store();
    expect(await take()).toBe(true);
    await passLeaseOn('heir');
    expect(await isListedFor('heir')).toBe(true);
    const taken = await inParallel(CALLERS, () => take('heir'));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await take()).toBe(false);
    expect(await answer(owner)).toBe(false);
    expect(await answer('heir')).toBe(true);
    expect(await answer(owner)).toBe(false);
    expect(await commands.findReply(commandId)).toBe('reply of heir');
  });

  it('stores the reply of the first owner or lets the next one take the command, never both', async () => {
    for (let round = 0; round < CALLERS; round += 1) {
      const { commandId, take, answer, passLeaseOn } = await store();
      await take();
      await passLeaseOn('heir');
      const [isTaken, isAnswered] = await Promise.all([take('heir'), answer()]);
      expect([isTaken, isAnswered].filter(Boolean)).toHaveLength(1);
      expect((await commands.findReply(commandId)) !== undefined).toBe(isAnswered);
    }
  });

  it('stores one of 50 concurrent replies', async () => {
    const { commandId, owner, take } = await store();
    await take();
    const answered = await inParallel(CALLERS, (index) =>
      commands.answer({ commandId, owner }, `reply ${index}`),
    );
    expect(answered.filter(Boolean)).toHaveLength(1);
    expect(await commands.findReply(commandId)).toBe(`reply ${answered.indexOf(true)}`);
  });

  it('refuses the reply of a node that took nothing', async () => {
    const { commandId, answer } = await store();
    expect(await answer()).toBe(false);
    expect(await commands.findReply(commandId)).toBeUndefined();
    expect((await rowOf(commandId))?.sealedPayload).toBe('asked');
  });

  it('erases what was asked when the reply is stored', async () => {
    const { commandId, owner, take, answer } = await store();
    await take();
    expect((await rowOf(commandId))?.sealedPayload).toBe('asked');
    await answer();
    expect(await rowOf(commandId)).toMatchObject({
      sealedPayload: '',
      sealedReply: `reply of ${owner}`,
    });
  });

  /** The owner takes a command while its node withdraws it. Returns whether the command was withdrawn. */
  async function raceTakeAndWithdraw(isTakeFirst: boolean): Promise<boolean> {
    const { commandId, take } = await store();
    const early = isTakeFirst ? take() : undefined;
    const withdrawal = commands.withdraw(commandId);
    const [isTaken, isWithdrawn] = await Promise.all([early ?? take(), withdrawal]);
    expect(isTaken).toBe(!isWithdrawn);
    expect((await rowOf(commandId)) === null).toBe(isWithdrawn);
    return isWithdrawn;
  }

  it('lets a command be taken or withdrawn, never both, in 50 races', async () => {
    let withdrawals = 0;
    for (let round = 0; round < CALLERS; round += 1) {
      if (await raceTakeAndWithdraw(round % 2 === 0)) withdrawals += 1;
    }
    // Otherwise there was no race.
    expect(withdrawals).toBeGreaterThan(0);
    expect(withdrawals).toBeLessThan(CALLERS);
  });

  it('withdraws nothing that was taken or replied to', async () => {
    const { commandId, take, answer } = await store();
    await take();
    expect(await commands.withdraw(commandId)).toBe(false);
    await answer();
    expect(await commands.withdraw(commandId)).toBe(false);
    expect(await commands.findReply(commandId)).toBeDefined();
    await commands.remove(commandId);
    expect(await rowOf(commandId)).toBeNull();
  });

  it('lets no one take an expired command, not even the owner', async () => {
    const { take, isListedFor } = await store();
    expect(await take(undefined, expiresAt)).toBe(false);
    expect(await isListedFor('anyone', expiresAt)).toBe(false);
    const lastMoment = new Date(expiresAt.getTime() - 1);
    expect(await isListedFor('anyone', lastMoment)).toBe(true);
    expect(await take(undefined, lastMoment)).toBe(true);
  });

  it('lets another owner take or the asking node withdraw what was put back', async () => {
    const { commandId, owner, take, answer, passLeaseOn, isListedFor } = await store();
    await take();
    await commands.putBack({ commandId, owner: 'not its taker' });
    expect((await rowOf(commandId))?.takenBy).toBe(owner);
    await commands.putBack({ commandId, owner });
    expect(await answer()).toBe(false);
    await passLeaseOn('heir');
    expect(await isListedFor('heir')).toBe(true);
    expect(await take('heir')).toBe(true);
    await commands.putBack({ commandId, owner: 'heir' });
    expect(await commands.withdraw(commandId)).toBe(true);
    expect(await take('heir')).toBe(false);
  });

  it('does not put back what has a reply', async () => {
    const { commandId, owner, take, answer } = await store();
    await take();
    await answer();
    await commands.putBack({ commandId, owner });
    expect(await rowOf(commandId)).toMatchObject({ takenBy: owner, sealedPayload: '' });
  });

  it('deletes what expired before a time, taken or not, and counts it', async () => {
    const at = addSeconds(now, -60);
    const old = [await store(addSeconds(at, -2)), await store(addSeconds(at, -1))];
    const young = await store(at);
    expect(await commands.removeExpired(at)).toBe(old.length);
    expect(await rowOf(young.commandId)).not.toBeNull();
    for (const { commandId } of old) expect(await rowOf(commandId)).toBeNull();
    expect(await commands.removeExpired(at)).toBe(0);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../../../../src/bus/in-process.ts';
import { ChannelError } from '../../../../src/channels/contract.ts';
import type { CommandRows, NodeParts } from '../../../../src/channels/whatsapp/nodes/interfaces.ts';
import { createOwnerCalls } from '../../../../src/channels/whatsapp/nodes/owner-calls.ts';
import { writeResult } from '../../../../src/channels/whatsapp/nodes/session-command.ts';
import { NotSentError } from '../../../../src/channels/whatsapp/sending/not-sent-error.ts';
import { sessionLeaseName } from '../../../../src/domain/whatsapp/session.ts';
import { createSealer } from '../../../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../../../src/lib/crypto/secrets.ts';
import { createLogger } from '../../../../src/lib/logger.ts';
import { addSeconds, systemClock } from '../../../../src/lib/time/clock.ts';
import { createLeaseStore, type LeaseStore } from '../../../../src/storage/limits/lease-store.ts';
import { createSessionCommandStore } from '../../../../src/storage/whatsapp/session-command-store.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../../support/database/migrated-database.ts';
import { SECRET_KEY } from '../../../support/http/harness.ts';
import { waitFor } from '../../../support/wait-for.ts';

const HOST = 'the host';
const LETTER = { recipient: '+6281234567890', text: 'Your code is 123456', messageId: '3EB0' };
const MOST_MS = 5000;

/** Less than a poll: what takes so long was woken. */
const WOKEN_MS = 900;

type Ending = { readonly result: string } | { readonly error: unknown };

let migrated: MigratedDatabase;
let store: CommandRows;
let leases: LeaseStore;
let made = 0;
let log: string[] = [];
const sealer = createSealer(
  { current: createSecretKey(SECRET_KEY), previous: undefined },
  'session-command',
);

beforeAll(async () => {
  migrated = await createMigratedDatabase('sqlite');
  store = createSessionCommandStore(migrated.database);
  leases = createLeaseStore(migrated.database);
});
afterAll(() => migrated.close());
afterEach(async () => {
  log = [];
  const countLeft = () => migrated.database.models.SessionCommand.count();
  await waitFor(async () => ((await countLeft()) === 0 ? true : undefined), 'no command to remain');
});

/** A session of another node, and what this node does with it. `changes` are the faults of the database. */
async function createCaller(changes: Partial<CommandRows> = {}, isBusConnected = true) {
  made += 1;
  const sessionId = `session-${made}`;
  const lease = { name: sessionLeaseName(sessionId), owner: HOST };
  await leases.acquire(lease, new Date(), addSeconds(new Date(), 120));
  const bus = createInProcessBus({ isOnlyNode: isBusConnected, logger: createLogger('silent') });
  const outcomes: string[] = [];
  const parts: NodeParts = {
    ...{ commands: { ...store, ...changes }, bus, leases, sealer, spreadMs: 0, now: systemClock },
    owner: 'the asking node',
    listPeers: async () => [],
    listHosted: async () => [],
    onCommandEnd: (_, outcome) => outcomes.push(outcome),
    logger: createLogger('info', { write: (line) => void log.push(line) }),
  };
  const calls = createOwnerCalls(parts);

  /** Asks for a code to be sent; resolves with how that ended and how long it took. */
  async function ask(milliseconds = MOST_MS, deadline?: AbortSignal) {
    const startedAt = performance.now();
    const ending: Ending = await calls
      .call(sessionId, 'send_code', LETTER, { milliseconds, ...(deadline && { deadline }) })
      .then((result) => ({ result }))
      .catch((error: unknown) => ({ error }));
    return { ending, outcomes, tookMs: performance.now() - startedAt };
  }

  return { sessionId, bus, ask, host: createHost(sessionId) };
}

/** What the host does with the only command that waits. */
function createHost(sessionId: string) {
  const findCommand = () =>
    waitFor(async () => {
      const waiting = await store.listWaiting(HOST, new Date());
      return waiting.find((one) => one.sessionId === sessionId);
    }, 'a command');
  const toTaker = (commandId: string) => ({ commandId, owner: HOST });
  const take = (commandId: string) => store.take(toTaker(commandId), sessionId, new Date());
  const answer = (commandId: string) =>
    store.answer(toTaker(commandId), sealer.seal(writeResult('known_contact'), commandId));

  return {
    ...{ findCommand, take },
    async takeAndAnswer(commandId: string): Promise<void> {
      await take(commandId);
      await answer(commandId);
    },
    answer,
  };
}

/** That the code may be on its way, so that no other session may send it. */
function expectUncertain(ending: Ending): void {
  const { error } = ending as { error: unknown };
  expect(error).toBeInstanceOf(ChannelError);
  expect(error).not.toBeInstanceOf(NotSentError);
  expect(error).toMatchObject({ reason: 'timeout', mayHaveArrived: true });
}

function expectNotSent(ending: Ending): void {
  expect((ending as { error: unknown }).error).toBeInstanceOf(NotSentError);
}

const fail = () => Promise.reject(new Error('the database does not respond'));
const DONE = { result: 'known_contact' };

describe('a command for the host of a session', () => {
  it('returns its reply as soon as the bus wakes the caller', async () => {
    const { ask, host, bus } = await createCaller();
    const asking = ask();
    const { commandId } = await host.findCommand();
    await host.takeAndAnswer(commandId);
    const wokenAt = performance.now();
    bus.publish('reply', commandId);
    const { ending, outcomes } = await asking;
    expect([ending, outcomes]).toEqual([DONE, ['done']]);
    expect(performance.now() - wokenAt).toBeLessThan(WOKEN_MS);
  });

  it('does not miss a reply that is there before it begins to wait', async () => {
    const caller = await createCaller({
      async add(command, expiresAt) {
        await store.add(command, expiresAt);
        await caller.host.takeAndAnswer(command.commandId);
        caller.bus.publish('reply', command.commandId);
        await pause(10);
      },
    });
    const { ending, tookMs } = await caller.ask();
    expect(ending).toEqual(DONE);
    expect(tookMs).toBeLessThan(WOKEN_MS);
  });

  it.each([
    { isBusConnected: true, pollMs: 1000 },
    { isBusConnected: false, pollMs: 250 },
  ])('waits a poll longer if the wake-up is lost ($pollMs ms)', async (lane) => {
    let looks = 0;
    const findReply: CommandRows['findReply'] = (commandId) => {
      looks += 1;
      return store.findReply(commandId);
    };
    const { ask, host } = await createCaller({ findReply }, lane.isBusConnected);
    const asking = ask();
    await host.takeAndAnswer((await host.findCommand()).commandId);
    const { ending, tookMs } = await asking;
    expect([ending, looks]).toEqual([DONE, 1]);
    expect(tookMs).toBeGreaterThanOrEqual(lane.pollMs - 5);
  });

  it('is withdrawn when no one takes it in time, and cannot be taken later', async () => {
    const { ask, host } = await createCaller();
    const asking = ask(300);
    const { commandId } = await host.findCommand();
    const { ending, outcomes, tookMs } = await asking;
    expectNotSent(ending);
    expect(outcomes).toEqual(['failed']);
    expect(tookMs).toBeGreaterThanOrEqual(235); // So that it can still be withdrawn in time.
    expect(await host.take(commandId)).toBe(false);
  });

  it('may have been run if it was taken and has no reply', async () => {
    const { ask, host } = await createCaller();
    const asking = ask(1000);
    const { commandId } = await host.findCommand();
    await host.take(commandId);
    expectUncertain((await asking).ending);
    await waitFor(async () => ((await host.answer(commandId)) ? undefined : true), 'its end');
  });
});

it('may have been run if the host has a newer SECRET_KEY, whose replies cannot be read', async () => {
  const { ask, host, bus } = await createCaller();
  const asking = ask();
  const { commandId } = await host.findCommand();
  await host.take(commandId);
  const keys = { current: createSecretKey('n'.repeat(40)), previous: createSecretKey(SECRET_KEY) };
  const sealedReply = createSealer(keys, 'session-command').seal(writeResult('new'), commandId);
  await store.answer({ commandId, owner: HOST }, sealedReply);
  bus.publish('reply', commandId);
  const { ending, outcomes } = await asking;
  expect(ending).toMatchObject({
    error: { name: 'ChannelError', reason: 'unavailable', mayHaveArrived: true },
  });
  expect(ending).not.toHaveProperty('error', expect.any(NotSentError));
  expect(outcomes).toEqual(['failed']);
});

describe('while the database does not respond', () => {
  it('a command that was taken does not count as not sent', async () => {
    const { ask, host } = await createCaller({ findReply: fail });
    const asking = ask(1000);
    await host.takeAndAnswer((await host.findCommand()).commandId);
    expectUncertain((await asking).ending);
    expect(log.join('')).toContain('could not look for the reply');
  });

  it('a command that cannot be withdrawn does not count as not sent', async () => {
    const { ask } = await createCaller({ withdraw: fail });
    const { ending, outcomes } = await ask(300);
    expectUncertain(ending);
    expect(outcomes).toEqual(['failed']);
    expect(log.join('')).toContain('could not withdraw');
  });

  it('a caller looks again, and returns the reply when the database is back', async () => {
    let failures = 2;
    const { ask, host } = await createCaller(
      {
        findReply(commandId) {
          failures -= 1;
          return failures >= 0 ? fail() : store.findReply(commandId);
        },
      },
      false,
    );
    const asking = ask();
    await host.takeAndAnswer((await host.findCommand()).commandId);
    expect((await asking).ending).toEqual(DONE);
  });

  it('nothing that was stored remains, even if that could not be reported', async () => {
    const { ask } = await createCaller({
      async add(command, expiresAt) {
        await store.add(command, expiresAt);
        return fail();
      },
    });
    const { ending, outcomes } = await ask();
    expect((ending as { error: unknown }).error).not.toBeInstanceOf(NotSentError);
    expect(outcomes).toEqual(['failed']);
  });

  it('a reply is returned although its command could not be deleted', async () => {
    const { ask, host, bus } = await createCaller({ remove: fail });
    const asking = ask();
    const { commandId } = await host.findCommand();
    await host.takeAndAnswer(commandId);
    bus.publish('reply', commandId);
    expect((await asking).ending).toEqual(DONE);
    await waitFor(() => log.join('').includes('could not delete') || undefined, 'a warning');
    await store.remove(commandId);
  });
});

describe('a reply that arrives between the last look and the withdrawal', () => {
  async function startRace(milliseconds: number, deadline?: AbortSignal) {
    const { ask, host } = await createCaller({
      async withdraw(commandId) {
        await host.answer(commandId);
        return store.withdraw(commandId);
      },
    });
    const asking = ask(milliseconds, deadline);
    await host.take((await host.findCommand()).commandId);
    return asking;
  }

  // Up to 3000 ms, the time to take it and the time for the reply end together.
  it.each([300, 3300])('is returned by a call of %s ms', async (milliseconds) => {
    const { ending, outcomes } = await startRace(milliseconds);
    expect([ending, outcomes]).toEqual([DONE, ['done']]);
  });

  it('is returned although the caller has given up', async () => {
    const { ending } = await startRace(MOST_MS, AbortSignal.timeout(200));
    expect(ending).toEqual(DONE);
  });
});

describe('a caller that gives up', () => {
  it('before it asks, stores nothing', async () => {
    let isStored = false;
    const { ask } = await createCaller({
      async add() {
        isStored = true;
      },
    });
    const { ending } = await ask(MOST_MS, AbortSignal.abort(new Error('too late')));
    expect(ending).toMatchObject({ error: { message: 'too late' } });
    expect(isStored).toBe(false);
  });

  it('withdraws at once what no one has taken', async () => {
    const { ask } = await createCaller();
    const { ending, tookMs } = await ask(MOST_MS, AbortSignal.timeout(100));
    expectNotSent(ending);
    expect(tookMs).toBeLessThan(WOKEN_MS);
  });

  it('is told at once that what was taken may have been run', async () => {
    const { ask, host } = await createCaller();
    const givingUp = new AbortController();
    const asking = ask(MOST_MS, givingUp.signal);
    await host.take((await host.findCommand()).commandId);
    const gaveUpAt = performance.now();
    givingUp.abort();
    expectUncertain((await asking).ending);
    expect(performance.now() - gaveUpAt).toBeLessThan(WOKEN_MS);
  });
});

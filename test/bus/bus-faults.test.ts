import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/contract.ts';
import { createNetworkBus } from '../../src/bus/network-bus.ts';
import { nameChannel } from '../../src/bus/redis.ts';
import { createLogger } from '../../src/lib/logger.ts';
import {
  type BusServer,
  busServers,
  createNode,
  openBusServer,
  readDatabase,
} from '../support/bus/bus-servers.ts';
import { onServer } from '../support/database/databases.ts';
import { waitFor } from '../support/wait-for.ts';

/** Short pauses, so that a test need not wait for the usual ones. */
const HASTE = { testMs: 200, retryMs: 50, longestRetryMs: 200 };

const untilConnected = (bus: Bus) =>
  waitFor(() => bus.isConnected() || undefined, 'the bus to be connected', 30_000);
const untilLost = (bus: Bus) =>
  waitFor(() => !bus.isConnected() || undefined, 'the bus to be lost', 30_000);

/** The levels of the lines: 40 is a warning, 30 is information. */
const levelsOf = (log: readonly string[]) => log.map((line) => JSON.parse(line).level);

describe.each(busServers)('a bus in trouble (%s)', (name) => {
  let server: BusServer;
  let buses: Bus[];

  beforeEach(async () => {
    server = await openBusServer(name);
    buses = [];
  });
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await server.close();
  });

  function start(timing = {}) {
    const node = server.createNode({ ...HASTE, ...timing });
    buses.push(node.bus);
    return node;
  }

  /** Whether wake-ups pass in both directions, however often they must be repeated. */
  async function expectToWork(one: Bus, other: Bus): Promise<void> {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      let isWoken = false;
      const unsubscribe = to.subscribe('command', () => {
        isWoken = true;
      });
      await waitFor(() => {
        from.publish('command', 'again');
        return isWoken || undefined;
      }, 'a wake-up of the other node');
      unsubscribe();
    }
  }

  it('connects again after its connections were cut, and logs the loss and the end of it', async () => {
    const [one, other] = [start(), start()];
    await Promise.all([untilConnected(one.bus), untilConnected(other.bus)]);
    server.proxy.stop();
    await Promise.all([untilLost(one.bus), untilLost(other.bus)]);
    server.proxy.restore();
    await Promise.all([untilConnected(one.bus), untilConnected(other.bus)]);
    await expectToWork(one.bus, other.bus);
    for (const { log } of [one, other]) expect(levelsOf(log)).toEqual([40, 30]);
  });

  it('wakes its own listeners while it is not connected', async () => {
    server.proxy.stop();
    const { bus, log } = start();
    await waitFor(() => log[0], 'a warning');
    const ids: string[] = [];
    bus.subscribe('session', (id) => void ids.push(id));
    bus.publish('session', 'a');
    await waitFor(() => ids[0], 'a wake-up');
    expect(bus.isConnected()).toBe(false);
  });

  it('starts without its server, logs that once, and connects when the server is there', async () => {
    server.proxy.stop();
    const [one, other] = [start(), start()];
    expect(one.bus.isConnected()).toBe(false);
    await waitFor(() => one.log[0] && other.log[0], 'warnings');
    const attempts = server.proxy.attempts() + 8;
    await waitFor(() => server.proxy.attempts() > attempts || undefined, 'more attempts');
    expect([levelsOf(one.log), levelsOf(other.log)]).toEqual([[40], [40]]);
    server.proxy.restore();
    await Promise.all([untilConnected(one.bus), untilConnected(other.bus)]);
    await expectToWork(one.bus, other.bus);
    expect(levelsOf(one.log)).toEqual([40, 30]);
  });

  it('notices a server that has fallen silent, and connects to it when it is back', async () => {
    const [one, other] = [start({ answerMs: 1000 }), start({ answerMs: 1000 })];
    await Promise.all([untilConnected(one.bus), untilConnected(other.bus)]);
    server.proxy.fallSilent();
    await Promise.all([untilLost(one.bus), untilLost(other.bus)]);
    server.proxy.restore();
    await Promise.all([untilConnected(one.bus), untilConnected(other.bus)]);
    await expectToWork(one.bus, other.bus);
  });

  it('closes while its server is silent, connected before or not', async () => {
    const connected = start();
    await untilConnected(connected.bus);
    server.proxy.fallSilent();
    const waiting = start();
    connected.bus.publish('command', 'lost');
    await Promise.all([connected.bus.close(), waiting.bus.close()]);
    await waitFor(() => server.proxy.count() === 0 || undefined, 'no connections', 30_000);
    expect([...connected.log, ...waiting.log]).toEqual([]);
  });

  it('closes while it waits for the next attempt', async () => {
    server.proxy.stop();
    const { bus, log } = start({ retryMs: 60_000, longestRetryMs: 60_000 });
    await waitFor(() => log[0], 'a warning');
    await bus.close();
    expect(bus.isConnected()).toBe(false);
  });

  it('does not log the password', async () => {
    const secret = 'hidden-secret';
    const wrong =
      name === 'postgres'
        ? { database: readDatabase(`postgres://u:${secret}@127.0.0.1:1/x`), redisUrl: undefined }
        : { database: readDatabase('mysql://u@db/x'), redisUrl: withPassword(server, secret) };
    const { bus, log } = createNode(wrong, HASTE);
    buses.push(bus);
    await waitFor(() => log[0], 'a warning');
    expect(log.join('')).not.toContain(secret);
  });
});

function withPassword({ directUrl }: BusServer, password: string): string {
  const url = new URL(directUrl);
  url.username = 'unknown';
  url.password = password;
  return url.href;
}

describe.skipIf(!busServers.includes('postgres'))('a bus on PostgreSQL', () => {
  it('connects again after the server ended its session', async () => {
    const server = await openBusServer('postgres');
    const { bus, log } = server.createNode(HASTE);
    await untilConnected(bus);
    await onServer(
      server.directUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'waverify bus'`,
    );
    await waitFor(() => (log.length === 2 ? true : undefined), 'the loss and the end of it');
    expect(levelsOf(log)).toEqual([40, 30]);
    await bus.close();
    await server.close();
  });
});

describe('a bus whose own messages do not come back', () => {
  it('is not connected, although its server accepts them, and logs that once', async () => {
    let opened = 0;
    const log: string[] = [];
    const bus = createNetworkBus({
      async open({ signal }) {
        opened += 1;
        signal.throwIfAborted();
        return { send: async () => {}, close: async () => {} };
      },
      logger: createLogger('info', { write: (line) => void log.push(line) }),
      timing: { ...HASTE, answerMs: 20 },
    });
    await waitFor(() => opened > 3 || undefined, 'more attempts');
    expect(bus.isConnected()).toBe(false);
    expect(levelsOf(log)).toEqual([40]);
    await bus.close();
  });
});

describe('the channel of a database on Redis', () => {
  const place = { dialect: 'mysql', host: 'db', port: 3306, database: 'waverify' };

  it('is the same for all nodes of the database, and another for each other database', () => {
    const others = [
      ...[{ dialect: 'postgres' }, { host: 'db2' }, { port: 3307 }, { database: 'other' }],
    ].map((change) => nameChannel({ ...place, ...change }));
    expect(nameChannel({ ...place })).toBe(nameChannel(place));
    expect(new Set([nameChannel(place), ...others]).size).toBe(5);
  });
});

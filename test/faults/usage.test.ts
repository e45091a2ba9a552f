import pRetry from 'p-retry';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { createUsageStore, type Usage } from '../../src/storage/analytics/usage-store.ts';
import {
  createTestDatabase,
  serverDialects,
  type TestDatabase,
} from '../support/database/databases.ts';
import { itOnOneServer, onOneDatabase } from '../support/database/lanes.ts';
import { open } from '../support/database/migrated-database.ts';
import { API_KEY } from '../support/http/client.ts';
import { type Gateway, startGateway } from '../support/http/gateway.ts';
import { createHarness } from '../support/http/harness.ts';
import { inParallel } from '../support/http/otp-calls.ts';
import { startServerProcess } from '../support/process/server-process.ts';
import { startTcpProxy } from '../support/process/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';

/** A route that asks nothing of the database. */
const DOCUMENT = '/api/openapi.json';

/** What the table has, read over a connection of its own. */
async function readUsage(testDatabase: TestDatabase): Promise<readonly Usage[]> {
  const database = await open(testDatabase);
  const { items } = await createUsageStore(database).list({}, { limit: 500, before: undefined });
  await database.close();
  return items;
}

async function countOf(testDatabase: TestDatabase, route: string): Promise<number> {
  const rows = await readUsage(testDatabase);
  return rows.filter((row) => row.route === route).reduce((sum, { requests }) => sum + requests, 0);
}

onOneDatabase('usage that is not written yet (%s)', (dialect) => {
  async function withDatabase(work: (testDatabase: TestDatabase) => Promise<void>) {
    const testDatabase = await createTestDatabase(dialect);
    await work(testDatabase).finally(() => testDatabase.drop());
  }

  async function withProcess(
    work: (
      node: Awaited<ReturnType<typeof startServerProcess>>,
      start: () => ReturnType<typeof startServerProcess>,
      testDatabase: TestDatabase,
    ) => Promise<void>,
  ) {
    const gateway: Gateway = await startGateway();
    await withDatabase(async (testDatabase) => {
      const places = { databaseUrl: testDatabase.url, gatewayUrl: gateway.url };
      const start = () => startServerProcess(places);
      await work(await start(), start, testDatabase);
    });
    await gateway.close();
  }

  it('is written when the service closes', async () => {
    await withDatabase(async (testDatabase) => {
      const h = await createHarness({ database: testDatabase });
      await inParallel(40, () => h.client.get('/api/sessions'));
      expect(await readUsage(testDatabase)).toEqual([]);
      await h.close();
      expect(await countOf(testDatabase, '/api/sessions')).toBe(40);
      expect(h.logLines.filter((line) => line.includes('usage is'))).toEqual([]);
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'is written when a process gets %s, with what is answered meanwhile',
    async (signal) => {
      await withProcess(async (node, _, testDatabase) => {
        await inParallel(20, () => node.client.get('/api/sessions'));
        const stopped = node.stop(signal);
        const late = await inParallel(20, () =>
          node.client.get('/api/sessions').then(
            ({ status }) => status,
            () => 0, // It came too late to be heard.
          ),
        );
        expect(await stopped).toBe(0);
        const answered = late.filter((status) => status === 200).length;
        const count = await countOf(testDatabase, '/api/sessions');
        expect(count).toBeGreaterThanOrEqual(20 + answered);
        expect(count).toBeLessThanOrEqual(40);
      });
    },
  );

  it('is all that a killed process loses', async () => {
    await withProcess(async (node, start, testDatabase) => {
      await inParallel(20, () => node.client.get('/api/sessions'));
      await waitFor(
        async () => (await countOf(testDatabase, '/api/sessions')) === 20 || undefined,
        'the first flush',
        20_000,
      );
      const calls = inParallel(200, () =>
        node.client.get('/api/sessions').then(
          () => 1,
          () => 0,
        ),
      );
      await node.client.get(DOCUMENT);
      await node.stop('SIGKILL');
      const answers = await calls;
      const kept = await countOf(testDatabase, '/api/sessions');
      expect(kept).toBeGreaterThanOrEqual(20);
      const again = await start();
      await inParallel(5, () => again.client.get('/api/sessions'));
      expect(await again.stop()).toBe(0);
      // What the server of the database took from the dying process may have come after our look.
      const total = await countOf(testDatabase, '/api/sessions');
      expect(total).toBeGreaterThanOrEqual(kept + 5);
      expect(total).toBeLessThanOrEqual(25 + answers.length);
    });
  });
});

/** Starts the service. On a slow machine, a database server is busy at first: other suites create databases then. */
function startPatiently(database: TestDatabase) {
  const shouldRetry = ({ error }: { error: Error }) =>
    error instanceof AppError && error.code === 'database_unavailable';
  return pRetry(() => createHarness({ database }), { retries: 3, shouldRetry });
}

// They wait for time-outs, and share nothing.
describe.concurrent.each(serverDialects)('usage while the database is silent (%s)', (dialect) => {
  it('makes no request wait, and is all there when the database speaks again', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const url = new URL(testDatabase.url);
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    const h = await startPatiently({ ...testDatabase, url: url.href });

    await h.client.get(DOCUMENT);
    proxy.fallSilent();
    let isFlushing = true;
    const flush = h.usage.flush().finally(() => {
      isFlushing = false;
    });
    const call = () =>
      h.client.call({ method: 'GET', path: DOCUMENT, headers: { 'x-api-key': API_KEY } });
    const first = await call();
    // The write was on its way all the time, and the caller did not wait for it.
    expect(isFlushing).toBe(true);
    const answers = [first, ...(await inParallel(49, call))];
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    await flush;
    expect(h.logLines.filter((line) => line.includes('usage could not be written'))).toHaveLength(
      1,
    );

    proxy.restore();
    // A connection that was asked for in the silence may still have to fail.
    await waitFor(
      async () => (await h.client.get('/api/sessions')).status === 200 || undefined,
      'an answer from the database',
      20_000,
    );
    await h.close();
    expect(await countOf(testDatabase, DOCUMENT)).toBe(51);
    await proxy.close();
    await testDatabase.drop();
  });

  itOnOneServer(dialect)('keeps no process from stopping', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const gateway = await startGateway();
    const url = new URL(testDatabase.url);
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    const node = await startServerProcess({ databaseUrl: url.href, gatewayUrl: gateway.url });
    await node.client.get(DOCUMENT);
    proxy.fallSilent();
    expect(await node.stop()).toBe(0);
    expect(node.output()).toContain('"msg":"usage was dropped"');
    await proxy.close();
    await gateway.close();
    await testDatabase.drop();
  });
});

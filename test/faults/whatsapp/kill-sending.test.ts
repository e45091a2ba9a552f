import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../src/storage/database.ts';
import {
  createTestDatabase,
  type DialectName,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { holdDeliveries } from '../../support/database/held-table.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { type ServerProcess, startServerProcess } from '../../support/process/server-process.ts';

const SEND = '/api/otp/send';
const nextNumber = createPhoneNumbers();
const TEN_SECONDS = { timeout: 10_000, interval: 100 };

onOneDatabase('a process that is killed while it sends (%s)', killWhileSending);

function killWhileSending(dialect: DialectName): void {
  let testDatabase: TestDatabase;
  let gateway: Gateway;
  let database: Database;
  const nodes: ServerProcess[] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    await (await start()).stop('SIGTERM');
    database = await open(testDatabase);
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
    await database.close();
    await gateway.close();
    await testDatabase.drop();
  });

  async function start(): Promise<ServerProcess> {
    const node = await startServerProcess({
      ...{ databaseUrl: testDatabase.url, gatewayUrl: gateway.url },
      env: { STATE_PATH: testDatabase.statePath },
    });
    nodes.push(node);
    return node;
  }

  const rowOf = (phoneNumber: string) =>
    database.models.OTPLog.findOne({ where: { phoneNumber }, order: [['id', 'DESC']] });
  const messagesTo = (phoneNumber: string) =>
    gateway.messages.filter(({ to }) => to === phoneNumber);
  const ignore = () => {};

  /**
   * Has a process send, and kills it when the verification is on record and no channel was called. Its last
   * statement waits in the database server until the returned function is called.
   */
  async function killBeforeChannel(node: ServerProcess, phoneNumber: string, headers = {}) {
    const release = await holdDeliveries(database);
    node.client.post(SEND, { phoneNumber }, headers).catch(ignore);
    await expect.poll(async () => (await rowOf(phoneNumber))?.status, TEN_SECONDS).toBe('sent');
    await node.stop('SIGKILL');
    return release;
  }

  // Elsewhere a verification and its first delivery are one write.
  const itOnMysql = it.runIf(dialect === 'mysql');

  itOnMysql(
    'C04: has its verification failed, and its cooldown back, ten seconds after the next start',
    {
      timeout: 120_000,
    },
    async () => {
      const phoneNumber = nextNumber();
      const key = { 'idempotency-key': 'killed-before' };
      const release = await killBeforeChannel(await start(), phoneNumber, key);
      const next = await start();
      await expect.poll(async () => (await rowOf(phoneNumber))?.status, TEN_SECONDS).toBe('failed');
      await release();
      // The same request goes on where the first one died, with all counts back.
      await expect
        .poll(async () => (await next.client.post(SEND, { phoneNumber }, key)).status, TEN_SECONDS)
        .toBe(200);
      expect(messagesTo(phoneNumber)).toHaveLength(1);
      const otp = gateway.codeFor(phoneNumber);
      expect((await next.client.post('/api/otp/verify', { phoneNumber, otp })).status).toBe(200);
      await next.stop('SIGTERM');
    },
  );

  it('C05: has a code that may have left stay good, and nobody wait to ask again', {
    timeout: 120_000,
  }, async () => {
    const [arrived, lost] = [nextNumber(), nextNumber()];
    const node = await start();
    gateway.behaveLike(ignore);
    for (const phoneNumber of [arrived, lost]) {
      node.client.post(SEND, { phoneNumber }).catch(ignore);
      await expect.poll(() => messagesTo(phoneNumber).length, TEN_SECONDS).toBe(1);
    }
    await node.stop('SIGKILL');
    gateway.behaveLike();
    const next = await start();
    const otp = gateway.codeFor(arrived);
    const verified = await next.client.post('/api/otp/verify', { phoneNumber: arrived, otp });
    expect(verified.status).toBe(200);
    await expect
      .poll(async () => (await next.client.post(SEND, { phoneNumber: lost })).status, TEN_SECONDS)
      .toBe(200);
    expect(messagesTo(lost)).toHaveLength(2);
    await next.stop('SIGTERM');
  });

  it('C05: has the same for a send that no caller waited for, and its answer is kept', {
    timeout: 120_000,
  }, async () => {
    const [arrived, lost] = [nextNumber(), nextNumber()];
    const node = await start();
    gateway.behaveLike(ignore);
    const headers = { prefer: 'respond-async', 'idempotency-key': 'killed-after-202' };
    const body = { phoneNumber: arrived };
    const first = await node.client.post(SEND, body, headers);
    await node.client.post(SEND, { phoneNumber: lost }, { prefer: 'respond-async' });
    for (const phoneNumber of [arrived, lost]) {
      await expect.poll(() => messagesTo(phoneNumber).length, TEN_SECONDS).toBe(1);
    }
    await node.stop('SIGKILL');
    gateway.behaveLike();
    const next = await start();
    const again = await next.client.post(SEND, body, headers);
    expect([first.status, again.status, again.raw]).toEqual([202, 202, first.raw]);
    const otp = gateway.codeFor(arrived);
    const verified = await next.client.post('/api/otp/verify', { phoneNumber: arrived, otp });
    expect(verified.status).toBe(200);
    await expect
      .poll(async () => (await next.client.post(SEND, { phoneNumber: lost })).status, TEN_SECONDS)
      .toBe(200);
    expect(messagesTo(lost)).toHaveLength(2);
    await next.stop('SIGTERM');
  });

  itOnMysql(
    'C04: is settled by another node that lives',
    {
      timeout: 120_000,
    },
    async () => {
      const phoneNumber = nextNumber();
      const [dying, living] = [await start(), await start()];
      const release = await killBeforeChannel(dying, phoneNumber);
      await expect.poll(async () => (await rowOf(phoneNumber))?.status, TEN_SECONDS).toBe('failed');
      await release();
      await expect
        .poll(async () => (await living.client.post(SEND, { phoneNumber })).status, TEN_SECONDS)
        .toBe(200);
      expect(messagesTo(phoneNumber)).toHaveLength(1);
      await living.stop('SIGTERM');
    },
  );
}

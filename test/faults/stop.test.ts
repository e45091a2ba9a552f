import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { open } from '../support/database/migrated-database.ts';
import { type Answer, createClient } from '../support/http/client.ts';
import { type Gateway, startGateway } from '../support/http/gateway.ts';
import { tally } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { type ServerProcess, startServerProcess } from '../support/process/server-process.ts';

const ENV = {
  OTP_HASH_MEMORY_KIB: '19456',
  OTP_HASH_TIME_COST: '2',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

const nextNumber = createPhoneNumbers();

type Client = Pick<ReturnType<typeof createClient>, 'post'>;

type Outcome = { readonly answer?: Answer; readonly cut?: string; readonly phoneNumber: string };

/** What became of a request: an answer, or the error of a connection that was there and broke. */
async function sendBy({ post }: Client): Promise<Outcome> {
  const phoneNumber = nextNumber();
  try {
    return { phoneNumber, answer: await post('/api/otp/send', { phoneNumber }) };
  } catch (error) {
    const { syscall, code = '', message } = error as NodeJS.ErrnoException;
    // Nobody listens any more: the client goes to another node, and has sent nothing here.
    return { phoneNumber, ...(syscall !== 'connect' && { cut: `${code} ${message}` }) };
  }
}

/** Callers that go on until nobody listens: some keep their connection, some open a new one each. */
function keepCalling(node: ServerProcess, callers: number) {
  const outcomes: Outcome[] = [];
  async function caller(index: number) {
    for (;;) {
      const fresh = index % 2 === 0 ? createClient(node.url) : undefined;
      const outcome = await sendBy(fresh ?? node.client);
      fresh?.close();
      outcomes.push(outcome);
      if (!outcome.answer) return;
    }
  }
  const done = Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  return { outcomes, done };
}

/**
 * Whom the kernel had connected and nobody had accepted when the socket closed is reset, too: nothing
 * of such a request came in. Of one that did, the message has gone out.
 */
function expectWholeAnswers(outcomes: readonly Outcome[], { messages }: Gateway) {
  const cut = outcomes.filter((outcome) => outcome.cut);
  const begun = cut.filter(({ phoneNumber }) => messages.some(({ to }) => to === phoneNumber));
  expect(begun).toEqual([]);
  expect(cut.length).toBeLessThanOrEqual(outcomes.length / 10);
  const kinds = Object.keys(tally(outcomes.flatMap(({ answer }) => answer ?? [])));
  expect(kinds).toContain('200');
  expect(kinds.filter((kind) => kind !== '200' && kind !== 'overloaded')).toEqual([]);
}

describe('a process that is told to stop', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  async function withServer(work: (node: ServerProcess, database: TestDatabase) => Promise<void>) {
    const testDatabase = await createTestDatabase('sqlite');
    const node = await startServerProcess({
      databaseUrl: testDatabase.url,
      gatewayUrl: gateway.url,
      env: ENV,
    });
    await work(node, testDatabase);
    await testDatabase.drop();
  }

  it('C23: answers everything that it took, and ends with 0', async () => {
    await withServer(async (node) => {
      const { outcomes, done } = keepCalling(node, 16);
      await pause(300);
      const startedAt = performance.now();
      expect(await node.stop('SIGTERM')).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      await done;
      expectWholeAnswers(outcomes, gateway);
    });
  });

  it('C24: empties the queue of hashes first', async () => {
    await withServer(async (node) => {
      const sends = Array.from({ length: 80 }, () => sendBy(node.client));
      // The process has taken all of them by then, however slow the machine is.
      await Promise.race(sends);
      const stopped = node.stop('SIGTERM');
      const outcomes = await Promise.all(sends);
      expect(await stopped).toBe(0);
      expectWholeAnswers(outcomes, gateway);
      expect(outcomes.every(({ answer }) => answer)).toBe(true);
    });
  });

  it('answers what is in flight on SIGINT too', async () => {
    await withServer(async (node) => {
      const sends = Array.from({ length: 40 }, () => sendBy(node.client));
      await Promise.race(sends);
      const stopped = node.stop('SIGINT');
      const outcomes = await Promise.all(sends);
      expect(await stopped).toBe(0);
      expectWholeAnswers(outcomes, gateway);
    });
  });

  it('takes a second signal for the first one', async () => {
    await withServer(async (node) => {
      const { outcomes, done } = keepCalling(node, 4);
      await pause(200);
      const stopped = node.stop('SIGTERM');
      await pause(100);
      if (node.pid) process.kill(node.pid, 'SIGTERM');
      await pause(100);
      if (node.pid) process.kill(node.pid, 'SIGINT');
      expect(await stopped).toBe(0);
      await done;
      expectWholeAnswers(outcomes, gateway);
    });
  });

  it('completes the sends that no caller waits for', async () => {
    await withServer(async (node, testDatabase) => {
      const phoneNumber = nextNumber();
      gateway.behaveLike(
        (_, response) => void setTimeout(() => response.writeHead(204).end(), 3000),
      );
      const { status } = await node.client.post(
        ...(['/api/otp/send', { phoneNumber }, { prefer: 'respond-async' }] as const),
      );
      const code = await node.stop('SIGTERM');
      gateway.behaveLike();
      expect([status, code]).toEqual([202, 0]);
      const database = await open(testDatabase);
      const [row] = await database.models.OTPLog.findAll({ where: { phoneNumber } });
      const where = { action: 'otp_send' };
      const [logged] = await database.models.ActivityLog.findAll({ where });
      await database.close();
      expect([row?.status, row?.channel, logged?.status]).toEqual(['sent', 'http', 'success']);
    });
  });

  it('says that it is draining, and asks to be left alone', async () => {
    await withServer(async (node) => {
      const stopped = node.stop('SIGTERM');
      await pause(200);
      const fresh = createClient(node.url);
      const ready = await fresh.get('/api/health/ready');
      expect(ready.status).toBe(503);
      expect(ready.headers['connection']).toBe('close');
      const health = await fresh.get('/api/health');
      expect([health.status, health.body.message]).toEqual([503, 'The node is shutting down']);
      expect((await fresh.get('/api/health/live')).status).toBe(200);
      fresh.close();
      expect(await stopped).toBe(0);
    });
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneServer } from '../../support/database/lanes.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { createHarness } from '../../support/http/harness.ts';
import { inBatches, wrongCodes } from '../../support/http/otp-calls.ts';
import {
  createWebhook,
  type Receiver,
  receiverVariables,
  startReceiver,
} from '../../support/http/webhook-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { type ServerProcess, startServerProcess } from '../../support/process/server-process.ts';
import { hang } from '../../support/providers/recording-server.ts';
import { waitFor } from '../../support/wait-for.ts';

const ENV = {
  ...receiverVariables,
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

/** Longer than two looks at what other nodes have changed, on a busy machine. */
const SOME_SECONDS = 5;
const CLAIM_SECONDS = 60;
const PEOPLE = 30;

type Ending = readonly string[];

const ENDINGS: readonly Ending[] = [
  ['verification.approved'],
  ['verification.max_attempts_reached'],
  ['verification.canceled'],
];

onOneServer('webhooks of two nodes on one database (%s)', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let testDatabase: TestDatabase;
  let gateway: Gateway;
  let receiver: Receiver;
  let id: string;
  let one: ServerProcess;
  let other: ServerProcess;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    const start = () =>
      startServerProcess({ databaseUrl: testDatabase.url, gatewayUrl: gateway.url, env: ENV });
    [one, other] = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all([one, other].map((node) => node.stop('SIGKILL')));
    await gateway.close();
    await testDatabase.drop();
  });
  beforeEach(async () => {
    receiver = await startReceiver();
    const fields = { events: ['verification.*', 'delivery.*'] };
    id = (await createWebhook(one.client, receiver.url, fields)).id;
  });
  afterEach(async () => {
    await one.client.delete(`/api/webhooks/${id}`);
    await receiver.close();
  });

  async function send({ client }: ServerProcess): Promise<string> {
    const phoneNumber = nextNumber();
    const { status, body } = await client.post('/api/otp/send', { phoneNumber });
    expect([status, body.code]).toEqual([200, undefined]);
    return phoneNumber;
  }

  /** Waits until the other node pushes events to the endpoint, which one node has created. */
  function waitUntilKnown(): Promise<unknown> {
    return waitFor(
      async () => {
        await send(other);
        await pause(200);
        return receiver.requests.length > 0 || undefined;
      },
      'an event of the other node',
      SOME_SECONDS * 1000,
    );
  }

  /** Ends a verification on the other node. */
  async function end(phoneNumber: string, index: number): Promise<void> {
    const code = gateway.codeFor(phoneNumber);
    const post = (action: string, fields: object) =>
      other.client.post(`/api/otp/${action}`, { phoneNumber, ...fields });
    if (index % 3 === 0) await post('verify', { otp: code });
    else if (index % 3 === 2) await post('expire', {});
    else for (const otp of wrongCodes(code, 3)) await post('verify', { otp });
  }

  it('push what both do to a new endpoint, once, and number it in the order of the changes', async () => {
    await waitUntilKnown();
    const numbers = Array.from({ length: PEOPLE }, () => '');
    await inBatches(numbers, async (_, index) => {
      numbers[index] = await send(one);
    });
    await inBatches(numbers, end);
    const { length } = numbers;
    const ended = () =>
      receiver.events().filter(({ type }) => ENDINGS.some(([ending]) => ending === type));
    await waitFor(() => ended().length >= length || undefined, `${length} ends`);
    await pause(500);
    const ids = receiver.events().map((event) => event.id);
    expect(ids.filter((eventId, index) => ids.indexOf(eventId) !== index)).toEqual([]);
    for (const { data } of ended()) {
      const own = receiver
        .events()
        .filter((event) => event.data['verificationId'] === data['verificationId'])
        .sort((a, b) => a.data.sequence - b.data.sequence)
        .map(({ type }) => type);
      expect(own.slice(0, 2)).toEqual(['verification.created', 'delivery.accepted']);
      expect(ENDINGS).toContainEqual(own.slice(2));
    }
  });

  it('take over what a frozen node has claimed, when its claim ends', async () => {
    receiver.answerWith(hang);
    await send(one);
    await receiver.waitFor(2);
    process.kill(Number(one.pid), 'SIGSTOP');
    receiver.answerWith();
    const survivor = await createHarness({ database: testDatabase, env: ENV });
    try {
      survivor.advance(CLAIM_SECONDS - 20);
      await survivor.webhookJobs.pushEvents();
      await pause(300);
      expect(receiver.requests).toHaveLength(2);
      survivor.advance(21);
      await survivor.webhookJobs.pushEvents();
      await receiver.waitFor(4);
      const readStatuses = async () => {
        const sql = `SELECT "status", "attempts" FROM "webhook_deliveries" WHERE "webhookId" = $1`;
        const rows = await survivor.database.statements.select(sql, [id]);
        return rows.map(({ status, attempts }) => `${status} ${attempts}`);
      };
      await expect.poll(readStatuses).toEqual(['SUCCESS 1', 'SUCCESS 1']);
      process.kill(Number(one.pid), 'SIGCONT');
      // What was frozen fails now, which changes nothing.
      await receiver.close();
      await one.client.get('/api/health');
      await pause(300);
      expect(await readStatuses()).toEqual(['SUCCESS 1', 'SUCCESS 1']);
      expect(new Set(receiver.events().map((event) => event.id)).size).toBe(2);
    } finally {
      process.kill(Number(one.pid), 'SIGCONT');
      await survivor.close();
    }
  });
});

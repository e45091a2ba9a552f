import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { onOneServer } from '../support/database/lanes.ts';
import { open } from '../support/database/migrated-database.ts';
import type { Answer } from '../support/http/client.ts';
import { type Gateway, startGateway } from '../support/http/gateway.ts';
import { inParallel, tally, withStatus, wrongCodes } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { type ServerProcess, startServerProcess } from '../support/process/server-process.ts';

/** Who waited too long for a connection was told so, and has neither guessed nor sent. */
function expectKinds(answers: readonly Answer[], kinds: readonly string[]) {
  const others = Object.keys(tally(answers)).filter((kind) => !kinds.includes(kind));
  expect(others.filter((kind) => kind !== 'database_unavailable')).toEqual([]);
}

/** More room than 200 callers need, so that what is measured is the rule and not the queue. */
const ENV = {
  OTP_HASH_CONCURRENCY: '64',
  DB_POOL_MAX: '20',
  LIMIT_FAILURES_PER_PHONE_HOUR: '0',
  LIMIT_FAILURES_PER_PHONE_DAY: '0',
  LIMIT_FAILURES_IN_A_ROW: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

onOneServer('C30: two nodes on one database (%s)', (dialect) => {
  let testDatabase: TestDatabase;
  let gateway: Gateway;
  let nodes: ServerProcess[];
  const nextNumber = createPhoneNumbers();

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    const start = () =>
      startServerProcess({ databaseUrl: testDatabase.url, gatewayUrl: gateway.url, env: ENV });
    nodes = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop('SIGINT')));
    await gateway.close();
    await testDatabase.drop();
  });

  /** Calls both nodes in turn, again where a node had no room and nothing was counted. */
  async function post(path: string, index: number, body: object): Promise<Answer> {
    const answer = await nodes[index % 2]?.client.post(path, body);
    if (!answer) throw new Error('there is no such node');
    return answer.body.code === 'overloaded' ? post(path, index, body) : answer;
  }

  async function send(phoneNumber: string): Promise<string> {
    const { status } = await post('/api/otp/send', 0, { phoneNumber });
    expect(status).toBe(200);
    return gateway.codeFor(phoneNumber);
  }

  async function readRow(phoneNumber: string) {
    const database = await open(testDatabase);
    const rows = await database.models.OTPLog.findAll({ where: { phoneNumber } });
    await database.close();
    return rows;
  }

  it('A01: accept one of 200 right codes', async () => {
    const phoneNumber = nextNumber();
    const otp = await send(phoneNumber);
    const answers = await inParallel(200, (index) =>
      post('/api/otp/verify', index, { phoneNumber, otp }),
    );
    expectKinds(answers, ['200', 'otp_invalid']);
    expect(withStatus(answers, 200)).toHaveLength(1);
    const [row] = await readRow(phoneNumber);
    expect(row?.status).toBe('verified');
    expect(row?.attempts).toBeLessThanOrEqual(3);
  });

  it('A02: compare three of 200 wrong codes, and refuse the right one then', async () => {
    const phoneNumber = nextNumber();
    const code = await send(phoneNumber);
    const answers = await Promise.all(
      wrongCodes(code, 200).map((otp, index) =>
        post('/api/otp/verify', index, { phoneNumber, otp }),
      ),
    );
    expectKinds(answers, ['otp_invalid']);
    expect((await readRow(phoneNumber))[0]?.attempts).toBe(3);
    const late = await post('/api/otp/verify', 1, { phoneNumber, otp: code });
    expect(late.body.code).toBe('otp_invalid');
  });

  it('A04: send one message for 200 parallel sends, and tell the rest how long to wait', async () => {
    const phoneNumber = nextNumber();
    const answers = await inParallel(200, (index) => post('/api/otp/send', index, { phoneNumber }));
    expectKinds(answers, ['200', 'resend_too_soon']);
    expect(withStatus(answers, 200)).toHaveLength(1);
    for (const { headers } of withStatus(answers, 429)) {
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    }
    expect(gateway.messages.filter(({ to }) => to === phoneNumber)).toHaveLength(1);
    expect(await readRow(phoneNumber)).toHaveLength(1);
  });

  it('A21: answer a key that one node has seen on the other', async () => {
    const body = { phoneNumber: nextNumber() };
    const headers = { 'idempotency-key': 'one-key-two-nodes' };
    const [first, second] = nodes;
    const sent = await first?.client.post('/api/otp/send', body, headers);
    const again = await second?.client.post('/api/otp/send', body, headers);
    expect(again?.raw).toBe(sent?.raw);
    expect(again?.headers['idempotent-replayed']).toBe('true');
  });
});

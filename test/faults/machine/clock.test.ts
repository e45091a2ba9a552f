import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  type DialectName,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { wrongCodes } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { createFakeClock, hasFakeClock } from '../../support/process/fake-clock.ts';
import { type ServerProcess, startServerProcess } from '../../support/process/server-process.ts';
import { waitFor } from '../../support/wait-for.ts';

const HOUR = 3600;

const ENV = {
  LIMIT_SENDS_PER_PHONE_HOUR: '100',
  LIMIT_SENDS_PER_PHONE_DAY: '100',
  LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '100',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
};

const LONGEST_RETRY_SECONDS = 10;

/** The jobs of a node run every few seconds. */
const JOBS_MS = 20_000;

describe.skipIf(!hasFakeClock)('a clock that jumps by an hour', () => {
  onOneDatabase('on %s', jumpByAnHour);
});

function jumpByAnHour(dialect: DialectName): void {
  const nextNumber = createPhoneNumbers();
  let testDatabase: TestDatabase;
  let gateway: Gateway;
  let node: ServerProcess;
  let clock: ReturnType<typeof createFakeClock>;
  const [early, used, guessed] = [nextNumber(), nextNumber(), nextNumber()];
  const [honest, locked] = [nextNumber(), nextNumber()];

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    clock = createFakeClock(testDatabase.statePath);
    const env = { ...ENV, ...clock.env, STATE_PATH: testDatabase.statePath };
    node = await startServerProcess({
      ...{ databaseUrl: testDatabase.url, gatewayUrl: gateway.url, env },
    });
  });
  afterAll(async () => {
    expect(await node.stop('SIGTERM')).toBe(0);
    await gateway.close();
    await testDatabase.drop();
  });

  /** A budget that many share can be used up for seconds, because it was used while the clock was ahead. */
  async function send(phoneNumber: string): Promise<string> {
    const { status, raw } = await waitFor(async () => {
      const answer = await node.client.post('/api/otp/send', { phoneNumber });
      if (answer.body.code !== 'rate_limited') return answer;
      expect(answer.body.retryAfter).toBeLessThanOrEqual(LONGEST_RETRY_SECONDS);
      return undefined;
    }, 'a send within the budgets');
    expect(status, raw).toBe(200);
    return gateway.codeFor(phoneNumber);
  }

  /** Returns `ok`, or the code of the error. */
  async function verify(phoneNumber: string, otp: string): Promise<string> {
    const { status, body } = await node.client.post('/api/otp/verify', { phoneNumber, otp });
    return status === 200 ? 'ok' : String(body.code);
  }

  /** How many seconds the clock of the node is ahead. */
  async function readAhead(): Promise<number> {
    const { body } = await node.client.get('/api/health');
    const { time } = body.data as { readonly time: string };
    return (Date.parse(time) - Date.now()) / 1000;
  }

  /** How many codes are counted today, and yesterday: the jump may cross midnight. */
  async function countSent(): Promise<number> {
    const from = new Date(Date.now() - 24 * HOUR * 1000).toISOString();
    const to = new Date(Date.now() + 2 * HOUR * 1000).toISOString();
    const { body } = await node.client.get(`/api/analytics/funnel?from=${from}&to=${to}`);
    return (body.data as { total: { sent: number } }).total.sent;
  }

  /** Sends a code and verifies it, and waits until the job of the roll-ups has counted it. */
  async function expectService(): Promise<void> {
    const phoneNumber = nextNumber();
    const before = await countSent();
    expect(await verify(phoneNumber, await send(phoneNumber))).toBe('ok');
    await expect.poll(countSent, { timeout: JOBS_MS, interval: 500 }).toBeGreaterThan(before);
  }

  let earlyCode = '';

  it('ends the codes of before when it jumps ahead, and everything goes on', async () => {
    earlyCode = await send(early);
    await expectService();
    clock.set(HOUR);
    expect(Math.abs((await readAhead()) - HOUR)).toBeLessThan(60);
    expect(await verify(early, earlyCode)).toBe('otp_invalid');
    await expectService();
    expect((await node.client.get('/api/health/ready')).status).toBe(200);
  });

  it('lets no code be used again, and loses no attempt and no lock, when it jumps back', async () => {
    const usedCode = await send(used);
    expect(await verify(used, usedCode)).toBe('ok');
    const guessedCode = await send(guessed);
    const wrong = wrongCodes(guessedCode, 3);
    for (const code of wrong.slice(0, 2)) expect(await verify(guessed, code)).toBe('otp_invalid');
    await guessUntilLocked();
    const honestCode = await send(honest);
    clock.set(0);
    expect(Math.abs(await readAhead())).toBeLessThan(60);
    // A code would otherwise live for an hour longer.
    expect(await verify(honest, honestCode)).toBe('otp_invalid');
    // What was counted while the clock was ahead may lock a number, and never frees one.
    const refused = ['otp_invalid', 'otp_locked'];
    expect(refused).toContain(await verify(early, earlyCode));
    expect(refused).toContain(await verify(used, usedCode));
    expect(refused).toContain(await verify(guessed, wrong[2] ?? ''));
    expect(refused).toContain(await verify(guessed, guessedCode));
    // A counter that is too far ahead is corrected, and then has room for one more.
    expect(refused).toContain(await verify(locked, '000000'));
    expect(await verify(locked, '000000')).toBe('otp_locked');
    await expectService();
  });

  it('blocks no number for longer than its limits, and is taken for no restored database', async () => {
    const phoneNumber = nextNumber();
    clock.set(HOUR);
    await send(phoneNumber);
    clock.set(0);
    const { status, body } = await node.client.post('/api/otp/send', { phoneNumber });
    if (status === 429) expect(body.retryAfter).toBeLessThanOrEqual(60);
    else expect(status).toBe(200);
    await expectService();
    expect(node.output()).not.toMatch(/restored|"level":(?:50|60)/);
  });

  /** Ten wrong codes in an hour lock a number. */
  async function guessUntilLocked(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      const phoneNumber = locked;
      const sent = await node.client.post('/api/otp/send', { phoneNumber, purpose: `p${round}` });
      expect(sent.status).toBe(200);
      for (const otp of wrongCodes(gateway.codeFor(phoneNumber), 3)) {
        const body = { phoneNumber, otp, purpose: `p${round}` };
        await node.client.post('/api/otp/verify', body);
      }
    }
    expect(await verify(locked, '000000')).toBe('otp_locked');
  }
}

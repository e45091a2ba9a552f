import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  serverDialects,
  type TestDatabase,
} from '../support/database/databases.ts';
import { open } from '../support/database/migrated-database.ts';
import type { Answer } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, inParallel, type OtpCalls, tally } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { startTcpProxy, type TcpProxy } from '../support/process/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';

const ENV = {
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
  OTP_HASH_CONCURRENCY: '64',
};

function expectUnavailable(answer: Answer) {
  expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(answer.headers['content-type']).toContain('application/problem+json');
}

describe.each(serverDialects)('a database that is out of reach (%s)', (dialect) => {
  let testDatabase: TestDatabase;
  let proxy: TcpProxy;
  let h: Harness;
  let otp: OtpCalls;
  const nextNumber = createPhoneNumbers();

  beforeEach(async () => {
    testDatabase = await createTestDatabase(dialect);
    const url = new URL(testDatabase.url);
    proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    h = await createHarness({ database: { ...testDatabase, url: url.href }, env: ENV });
    otp = createOtpCalls(h);
  });
  afterEach(async () => {
    proxy.restore();
    await h.close();
    await proxy.close();
    await testDatabase.drop();
  });

  async function people(count: number) {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const phone = nextNumber();
        return { phone, code: await otp.sendCode(phone) };
      }),
    );
  }

  it('C10: is answered 503 by every call, and is over without a restart', async () => {
    const waiting = await people(20);
    const [victim] = waiting;
    if (!victim) throw new Error('nobody is there');
    const load = [
      ...waiting.slice(1).map(({ phone, code }) => otp.verify(phone, code)),
      ...Array.from({ length: 20 }, () => otp.send(nextNumber())),
    ];
    proxy.stop();
    const cut = tally(await Promise.all(load));
    expect(Object.keys(cut).filter((kind) => kind !== '200')).toEqual(['database_unavailable']);

    for (const answer of await Promise.all([
      otp.send(nextNumber()),
      otp.resend(nextNumber()),
      otp.verify(victim.phone, victim.code),
      otp.verifyById('unknown-handle-0123456789', '123456'),
      otp.expire(victim.phone),
      otp.unlock(victim.phone),
      otp.status(victim.phone),
      h.client.post('/api/otp/send', { phoneNumber: nextNumber() }, { 'idempotency-key': 'k' }),
      h.client.post('/api/messages/default/otp', { to: nextNumber() }),
    ])) {
      expectUnavailable(answer);
    }
    const paths = ['/api/health', '/api/health/ready', '/api/health/live'];
    const health = await Promise.all(paths.map((path) => h.client.get(path)));
    expect(health.map(({ status }) => status)).toEqual([503, 503, 200]);

    proxy.restore();
    await expect
      .poll(() => otp.send(nextNumber()), { timeout: 5000 })
      .toMatchObject({ status: 200 });
    expect((await otp.verify(victim.phone, victim.code)).status).toBe(200);
    expect((await otp.verify(victim.phone, victim.code)).body.code).toBe('otp_invalid');
    expect((await h.client.get('/api/health/ready')).status).toBe(200);
  });

  it('C10: lets nobody attempt past the limits while it comes and goes', async () => {
    const [person] = await people(1);
    if (!person) throw new Error('nobody is there');
    const wrong = String((Number(person.code) + 1) % 1_000_000).padStart(6, '0');
    const flapping = (async () => {
      for (let round = 0; round < 6; round += 1) {
        await pause(40);
        proxy.stop();
        await pause(20);
        proxy.restore();
      }
    })();
    const attempts = await inParallel(60, async (index) => {
      await pause(index * 6);
      return otp.verify(person.phone, wrong);
    });
    await flapping;
    const kinds = tally(attempts);
    for (const kind of Object.keys(kinds)) {
      expect(['database_unavailable', 'otp_invalid', 'otp_locked']).toContain(kind);
    }
    const answered = kinds['otp_invalid'] ?? 0;
    expect(answered).toBeLessThanOrEqual(10);
    // A connection that was asked for in an outage may still have to fail.
    const row = await waitFor(() => otp.row(person.phone).catch(() => undefined), 'the row');
    expect(row.attempts).toBeLessThanOrEqual(3);
  });

  it('C11: is given up when it falls silent, and is over when it speaks again', {
    timeout: 180_000,
  }, async () => {
    const [victim] = await people(20); // So many at once leave the pool full of connections.
    if (!victim) throw new Error('nobody is there');
    proxy.fallSilent();
    const startedAt = performance.now();
    const health = h.client.get('/api/health');
    const answers = await Promise.all([
      otp.send(nextNumber()),
      otp.verify(victim.phone, victim.code),
      otp.status(victim.phone),
      otp.unlock(victim.phone),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    for (const answer of answers) expectUnavailable(answer);
    expect((await health).status).toBe(503);
    proxy.restore();
    await expect
      .poll(() => otp.send(nextNumber()), { timeout: 5000 })
      .toMatchObject({ status: 200 });
    expect((await otp.verify(victim.phone, victim.code)).status).toBe(200);
  });

  it('C09: costs no more than the requests that were on connections which the server ends', async () => {
    const waiting = await people(10);
    await inParallel(10, () => otp.send(nextNumber()));
    const killer = await open(testDatabase);
    const name = new URL(testDatabase.url).pathname.slice(1);
    const ids =
      dialect === 'postgres'
        ? `SELECT pid AS id FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`
        : `SELECT id FROM information_schema.processlist WHERE db = '${name}' AND id <> CONNECTION_ID()`;
    const rows = await killer.statements.select(ids, []);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const id = Number(row['id']);
      const kill = dialect === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`;
      await killer.sequelize.query(kill);
    }
    await killer.close();
    const answers = await Promise.all(waiting.map(({ phone, code }) => otp.verify(phone, code)));
    const kinds = tally(answers);
    expect(
      Object.keys(kinds).filter((kind) => kind !== '200' && kind !== 'database_unavailable'),
    ).toEqual([]);
    expect(kinds['database_unavailable'] ?? 0).toBeLessThanOrEqual(rows.length);
    await expect
      .poll(() => otp.send(nextNumber()), { timeout: 1000 })
      .toMatchObject({ status: 200 });
  });
});

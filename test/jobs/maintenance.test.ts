import { setTimeout as pause } from 'node:timers/promises';
import type { WhereOptions } from 'sequelize';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../src/lib/time/clock.ts';
import {
  countEvents,
  dropOldKeys,
  expireVerifications,
  pruneLogs,
} from '../../src/services/operations/maintenance.ts';
import { createLeaseStore } from '../../src/storage/limits/lease-store.ts';
import { createVerificationStore } from '../../src/storage/verification/verification-store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { onEveryDatabase } from '../support/database/lanes.ts';
import { newVerification } from '../support/database/new-verification.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

const DAY = 86_400;
const MINUTE = 60;

onEveryDatabase('maintenance on %s', (dialect) => {
  let testDatabase: TestDatabase;
  let first: Harness;
  let second: Harness;
  const nextNumber = createPhoneNumbers();
  const ago = (seconds: number) => addSeconds(new Date(), -seconds);

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    const env = { LIMIT_SENDS_PER_PREFIX_HOUR: '0' };
    first = await createHarness({ database: testDatabase, env });
    second = await createHarness({ database: testDatabase, env });
  });
  afterAll(async () => {
    await first.close();
    await second.close();
    await testDatabase.drop();
  });

  /** Rows of people whose time is over, or whose verification ended, as the service would leave them. */
  async function addVerifications(count: number, createdAt: Date, status: 'sent' | 'expired') {
    const rows = Array.from({ length: count }, () => {
      const verification = newVerification(createdAt);
      const { verificationId, codeDigest: otpHash } = verification;
      const activeKey = status === 'sent' ? verificationId : null;
      const unknown = { companyName: null, ipAddress: null, userAgent: null, region: 'ID' };
      const times = { createdAt, updatedAt: createdAt };
      return { ...verification, ...unknown, ...times, otpHash, activeKey, status };
    });
    await first.database.models.OTPLog.bulkCreate(rows);
    return rows.map(({ verificationId }) => verificationId);
  }

  async function addActivities(createdAt: readonly Date[]) {
    await first.database.models.ActivityLog.bulkCreate(
      createdAt.map((at) => ({
        ...{ accountId: 'default', action: 'otp_unlock' },
        ...{ createdAt: at, updatedAt: at },
      })),
    );
  }

  const countVerifications = (where: WhereOptions) => first.database.models.OTPLog.count({ where });

  it('A44: expires what is over, however much there is, and leaves the living alone', async () => {
    const otp = createOtpCalls(first);
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    await addVerifications(450, ago(DAY), 'sent');
    expect(await expireVerifications(first.maintenance)).toBe(450);
    expect(await countVerifications({ status: 'expired', activeKey: null, otpHash: '' })).toBe(450);
    await pruneLogs(first.maintenance);
    await dropOldKeys(first.maintenance);
    expect((await otp.verify(phone, code)).status).toBe(200);
  });

  it('A43: keeps a log until its retention is over, to the minute', async () => {
    const { OTPLog, ActivityLog, Delivery } = first.database.models;
    await Promise.all([first.activity.flush(), second.activity.flush()]);
    await Promise.all([OTPLog.truncate(), ActivityLog.truncate(), Delivery.truncate()]);
    await addVerifications(250, ago(7 * DAY + MINUTE), 'expired');
    const kept = await addVerifications(1, ago(7 * DAY - MINUTE), 'expired');
    const boundary = ago(30 * DAY - MINUTE);
    await addActivities([boundary, ...Array.from({ length: 250 }, () => ago(30 * DAY + MINUTE))]);
    for (const createdAt of [ago(7 * DAY + MINUTE), ago(7 * DAY - MINUTE)]) {
      const delivery = { accountId: 'default', verificationId: 'any', channel: 'http', createdAt };
      await Delivery.create({ ...delivery, updatedAt: createdAt });
    }
    await pruneLogs(first.maintenance);
    expect((await OTPLog.findAll()).map(({ verificationId }) => verificationId)).toEqual(kept);
    expect((await ActivityLog.findAll()).map(({ createdAt }) => createdAt)).toEqual([boundary]);
    expect(await Delivery.count()).toBe(1);
  });

  it('A43: keeps usage until its last minute is older than the retention', async () => {
    const { sequelize, statements } = first.database;
    await first.usage.flush();
    await statements.change('DELETE FROM "api_usage"', []);
    const hourOver = (seconds: number) => ago(30 * DAY + 60 * MINUTE + seconds);
    const rowOf = (index: number, hour: Date) => ({
      usageKey: `key-${index}`,
      ...{ hour, accountId: 'default', principal: 'bootstrap', method: 'GET', route: '/' },
      ...{ statusCode: 200, requests: 1, durationSum: 1, durationMax: 1 },
      ...{ createdAt: hour, updatedAt: hour },
    });
    const rows = Array.from({ length: 450 }, (_, index) => rowOf(index, hourOver(MINUTE)));
    const kept = rowOf(450, hourOver(-MINUTE));
    await sequelize.getQueryInterface().bulkInsert('api_usage', [...rows, kept]);
    await pruneLogs(first.maintenance);
    const left = await statements.select('SELECT "usageKey" FROM "api_usage"', []);
    expect(left).toEqual([{ usageKey: 'key-450' }]);
  });

  it('A40: is done by one of two nodes that start at the same moment', async () => {
    for (let round = 0; round < 3; round += 1) {
      await addVerifications(450, ago(DAY), 'sent');
      const done = await Promise.all([
        expireVerifications(first.maintenance),
        expireVerifications(second.maintenance),
      ]);
      expect(done.filter((rows) => rows === 450)).toHaveLength(1);
      expect(done.filter((rows) => rows === undefined || rows === 0)).toHaveLength(1);
    }
  });

  it('A40: is not done while another node holds the job, and is when that node died', async () => {
    await addVerifications(1, ago(DAY), 'sent');
    const leases = createLeaseStore(first.database);
    const dead = { name: 'expire-verifications', owner: 'a node that died' };
    expect(await leases.acquire(dead, new Date(), addSeconds(new Date(), 120))).toBe(true);
    expect(await expireVerifications(first.maintenance)).toBeUndefined();
    expect(await countVerifications({ status: 'sent' })).toBe(1);
    first.advance(121);
    expect(await expireVerifications(first.maintenance)).toBe(1);
    first.advance(-121);
  });

  it('counts all that is due in one run, and hardly rests while it is behind', async () => {
    const { analytics } = first.maintenance;
    await addVerifications(950, ago(MINUTE), 'expired');
    await first.database.statements.change(
      `UPDATE "otp_logs" SET "countDue" = $1, "seen" = 65 WHERE "counted" = 0`,
      [ago(1)],
    );
    const batches: number[] = [];
    let busyMs = 0;
    const rollups: typeof analytics.rollups = {
      ...analytics.rollups,
      // As slow as a busy database.
      async add(increments, marks, now) {
        const startedAt = performance.now();
        batches.push(increments.find(({ ref }) => ref.span === 'ever')?.figures.expired ?? 0);
        await pause(30);
        const isDone = await analytics.rollups.add(increments, marks, now);
        busyMs += performance.now() - startedAt;
        return isDone;
      },
    };
    const startedAt = performance.now();
    const counted = await countEvents({
      ...first.maintenance,
      analytics: { ...analytics, rollups },
    });
    const totalMs = performance.now() - startedAt;
    expect(counted).toBeGreaterThanOrEqual(950);
    expect(Math.max(...batches)).toBeLessThanOrEqual(200);
    expect(batches.length).toBeGreaterThanOrEqual(5);
    expect(totalMs).toBeLessThan(3 * busyMs);
    expect(await countEvents(first.maintenance)).toBe(0);
  });

  it('forgets keys and counters that change no answer any more, and no others', async () => {
    const otp = createOtpCalls(first);
    const phone = nextNumber();
    const headers = { 'idempotency-key': 'kept-for-a-day' };
    const send = () => first.client.post('/api/otp/send', { phoneNumber: phone }, headers);
    const sent = await send();
    first.advance(DAY - MINUTE);
    await dropOldKeys(first.maintenance);
    expect((await send()).raw).toBe(sent.raw);
    first.advance(2 * MINUTE);
    await dropOldKeys(first.maintenance);
    const [keys] = await first.database.statements.select(
      'SELECT COUNT(*) AS "rows" FROM "idempotency_keys"',
      [],
    );
    expect(Number(keys?.['rows'])).toBe(0);
    expect((await otp.send(phone)).status).toBe(200);
    await dropOldKeys(first.maintenance);
    expect((await otp.send(phone)).body.code).toBe('resend_too_soon');
  });

  it('drops old counters wherever they are, also behind many that still count', async () => {
    const { RateLimit } = first.database.models;
    const later = addSeconds(first.now(), DAY).getTime();
    const live = Array.from({ length: 2500 }, (_, i) => ({
      limitKey: `live|${i}`,
      resetsAt: later,
    }));
    const old = Array.from({ length: 250 }, (_, i) => ({ limitKey: `old|${i}`, resetsAt: 1 }));
    await RateLimit.insertRows([...live, ...old]);
    await dropOldKeys(first.maintenance);
    const count = async (name: string) => {
      const [row] = await first.database.statements.select(
        `SELECT COUNT(*) AS "rows" FROM "rate_limits" WHERE "limitKey" LIKE $1`,
        [`${name}|%`],
      );
      return Number(row?.['rows']);
    };
    expect([await count('live'), await count('old')]).toEqual([2500, 0]);
    await first.database.statements.change('DELETE FROM "rate_limits"', []);
  });

  it('A39: tidies while people verify, and each verification ends once', async () => {
    const verifications = createVerificationStore(first.database);
    const at = new Date();
    const opened = Array.from({ length: 50 }, () => newVerification(ago(300), { expiresAt: at }));
    for (const verification of opened) await verifications.open(verification, ago(300));
    const rows = await Promise.all(opened.map((verification) => verifications.find(verification)));
    const justBefore = new Date(at.getTime() - 1);
    const [, ...verified] = await Promise.all([
      expireVerifications(first.maintenance),
      ...rows.map((row) => verifications.markVerified(row?.id ?? 0, justBefore)),
    ]);
    await expireVerifications(first.maintenance);
    const ends = await Promise.all(opened.map((verification) => verifications.find(verification)));
    expect(ends.map((row) => row?.status)).toEqual(
      verified.map((isVerified) => (isVerified ? 'verified' : 'expired')),
    );
  });
});

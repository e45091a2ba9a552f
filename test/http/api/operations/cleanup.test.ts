import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../../src/lib/time/clock.ts';
import { createLeaseStore } from '../../../../src/storage/limits/lease-store.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { newVerification } from '../../../support/database/new-verification.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const DAY = 86_400;

onOneDatabase('cleaning up on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;

  beforeAll(async () => {
    h = await createHarness({ dialect });
  });
  afterAll(() => h.close());

  const cleanUp = (body: unknown) => h.client.post('/api/analytics/cleanup', body);
  const ago = (seconds: number) => addSeconds(h.now(), -seconds);

  async function addRows(count: number, createdAt: Date) {
    const { OTPLog, Delivery, ActivityLog } = h.database.models;
    const times = { createdAt, updatedAt: createdAt };
    const rows = Array.from({ length: count }, () => {
      const verification = newVerification(createdAt);
      const unknown = { companyName: null, ipAddress: null, userAgent: null };
      const status = 'expired' as const;
      return { ...verification, ...unknown, ...times, region: 'ID', otpHash: '', status };
    });
    await OTPLog.bulkCreate(rows);
    const of = { accountId: 'default', channel: 'http', ...times };
    await Delivery.bulkCreate(rows.map(({ verificationId }) => ({ ...of, verificationId })));
    await ActivityLog.bulkCreate(
      rows.map(() => ({ accountId: 'default', action: 'otp_unlock', ...times })),
    );
  }

  it('A44: deletes what is older than so many days, and no live code', async () => {
    const otp = createOtpCalls(h);
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    await addRows(450, ago(3 * DAY));
    await addRows(3, ago(DAY / 2));
    const answer = await cleanUp({ otpDays: 1 });
    expect(answer.body.data).toEqual({ activity: 0, otp: 450, deliveries: 450, isComplete: true });
    const again = await cleanUp({ activityDays: 2, otpDays: 1 });
    expect(again.body.data).toEqual({ activity: 450, otp: 0, deliveries: 0, isComplete: true });
    expect(await h.database.models.OTPLog.count()).toBe(4);
    // Live, and older than the clean-up asks for: its day is over, but it is not.
    const { OTPLog } = h.database.models;
    await OTPLog.update({ createdAt: ago(3 * DAY) }, { where: { phoneNumber }, silent: true });
    await h.database.statements.change(
      `UPDATE "otp_logs" SET "createdAt" = $1 WHERE "phoneNumber" = $2`,
      [ago(3 * DAY), phoneNumber],
    );
    expect((await cleanUp({ otpDays: 1 })).body.data).toMatchObject({ otp: 0 });
    expect((await otp.verify(phoneNumber, code)).status).toBe(200);
  });

  it('counts before it deletes: figures stay', async () => {
    const otp = createOtpCalls(h);
    const phoneNumber = nextNumber();
    await otp.verify(phoneNumber, await otp.sendCode(phoneNumber));
    h.advance(2 * DAY);
    const { body } = await cleanUp({ otpDays: 1, activityDays: 1 });
    expect(body.data).toMatchObject({ isComplete: true });
    expect(await h.database.models.OTPLog.count({ where: { phoneNumber } })).toBe(0);
    const dashboard = await h.client.get('/api/analytics/dashboard');
    h.advance(-2 * DAY);
    expect(dashboard.body.data?.['otp']).toMatchObject({ total: 2 });
  });

  it('tells when it is not all done, because another node is at it', async () => {
    const leases = createLeaseStore(h.database);
    const other = { name: 'prune-otp-logs', owner: 'another node' };
    await addRows(2, ago(3 * DAY));
    expect(await leases.acquire(other, h.now(), addSeconds(h.now(), 120))).toBe(true);
    const waiting = cleanUp({ otpDays: 1 });
    await expect
      .poll(() => h.database.models.ActivityLog.count({ where: { action: 'log_cleanup' } }))
      .toBeGreaterThan(0);
    await leases.release(other);
    const { body } = await waiting;
    expect(body.data).toMatchObject({ otp: 2, isComplete: true });
  });

  it('is on record, and refuses what is no age', async () => {
    const where = { action: 'log_cleanup' };
    const rows = await h.database.models.ActivityLog.findAll({ where, order: ['id'] });
    expect(rows.at(-1)?.details).toBe('bootstrap: otpDays 1');
    for (const body of [
      {},
      { otpDays: 0 },
      { otpDays: 1.5 },
      { activityDays: 3651 },
      { days: 1 },
    ]) {
      expect((await cleanUp(body)).status).toBe(400);
    }
  });
});

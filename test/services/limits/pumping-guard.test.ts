import { afterAll, expect, it } from 'vitest';
import { countEvents, expireVerifications } from '../../../src/services/operations/maintenance.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { inBatches, inParallel, withStatus } from '../../support/http/otp-calls.ts';

const HOUR = 3600;
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

onEveryDatabase('traffic pumping on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const opened: Harness[] = [];
  const open = async (mode?: string) => {
    const env = {
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
      OTP_RESEND_SECONDS: '0',
      LIMIT_SENDS_PER_PHONE_HOUR: '0',
      ...(mode && { PUMPING_GUARD: mode }),
    };
    const h = await createHarness({ dialect, env });
    opened.push(h);
    return { h, shop: await createAccountCalls(h, 'shop') };
  };
  afterAll(() => Promise.all(opened.map((h) => h.close())));

  /** Numbers share their first eight digits when `prefix`, of five digits, is the same. */
  const neighbour = (prefix: number, i: number) => `+628${prefix}${10_000 + i}`;

  /** Sends to numbers of one prefix and verifies the first `verified` of them; then all are over. */
  async function send(
    { h, calls }: { h: Harness; calls: AccountCalls },
    prefix: number,
    { from = 0, count, verified }: { from?: number; count: number; verified: number },
  ): Promise<void> {
    await inBatches(range(from, count), async (n, i) => {
      const code = await calls.otp.sendCode(neighbour(prefix, n));
      if (i < verified) await calls.otp.verify(neighbour(prefix, n), code);
    });
    await settle(h);
  }

  async function settle(h: Harness): Promise<void> {
    h.advance(301);
    while ((await expireVerifications(h.maintenance)) !== 0);
    while ((await countEvents(h.maintenance)) !== 0);
  }

  const alarmsOf = async (h: Harness, accountId: string) => {
    await h.activity.flush();
    const where = { accountId, action: 'pumping_suspected' };
    const rows = await h.database.models.ActivityLog.findAll({ where });
    return rows.map(({ details }) => details?.split(' ')[0]).sort();
  };
  const warningsOf = (h: Harness) =>
    h.logLines.filter((line) => line.includes('"level":40') && line.includes('pumping'));
  const metricOf = async (h: Harness) => {
    const text = await h.metrics.registry.metrics();
    const lines = text.split('\n');
    return lines.filter((line) => /^waverify_pumping_suspected_total\{.*\} [1-9]/.test(line));
  };

  it('raises one alarm for a key, a prefix and a region when fewer than 30 of 100 are verified', async () => {
    const { h, shop } = await open();
    await send({ h, calls: shop }, 13_501, { count: 90, verified: 0 });
    expect(await alarmsOf(h, 'shop')).toEqual([]);
    await send({ h, calls: shop }, 13_501, { from: 90, count: 10, verified: 10 });
    await expect.poll(() => alarmsOf(h, 'shop')).toEqual(['key', 'prefix', 'region']);
    await send({ h, calls: shop }, 13_501, { from: 100, count: 20, verified: 0 });
    expect(await alarmsOf(h, 'shop')).toEqual(['key', 'prefix', 'region']);
    expect(warningsOf(h)).toHaveLength(3);
    expect(await metricOf(h)).toHaveLength(3);
    const open100 = await inParallel(20, (i) => shop.otp.send(neighbour(13_501, 200 + i)));
    expect(withStatus(open100, 200)).toHaveLength(20);
  });

  itOnOne('raises none for honest people, and not for one account what another did', async () => {
    const { h, shop } = await open();
    const bank = await createAccountCalls(h, 'bank');
    await Promise.all([
      send({ h, calls: shop }, 13_502, { count: 100, verified: 0 }),
      send({ h, calls: bank }, 13_502, { count: 110, verified: 40 }),
    ]);
    await expect.poll(() => alarmsOf(h, 'shop')).toEqual(['key', 'prefix', 'region']);
    expect(await alarmsOf(h, 'bank')).toEqual([]);
  });

  it('holds back a suspect prefix only, for its account only, and lets a trickle through', async () => {
    const { h, shop } = await open('block');
    const bank = await createAccountCalls(h, 'bank');
    await send({ h, calls: shop }, 13_503, { count: 100, verified: 5 });
    const answers = await inParallel(30, (i) => shop.otp.send(neighbour(13_503, 300 + i)));
    const sent = withStatus(answers, 200).length;
    expect(sent).toBeGreaterThanOrEqual(1);
    expect(sent).toBeLessThanOrEqual(6);
    const [refused] = withStatus(answers, 429);
    expect(refused?.body.code).toBe('rate_limited');
    expect((await shop.otp.send(neighbour(13_504, 1))).status).toBe(200);
    expect((await bank.otp.send(neighbour(13_503, 1))).status).toBe(200);
    h.advance(Number(refused?.headers['retry-after']));
    expect((await shop.otp.send(neighbour(13_503, 400))).status).toBe(200);
  });

  itOnOne('lets a prefix go when people verify again: what is verified is given back', async () => {
    const { h, shop } = await open('block');
    await send({ h, calls: shop }, 13_505, { count: 100, verified: 25 });
    for (let i = 0; i < 12; i += 1) {
      const phone = neighbour(13_505, 200 + i);
      const code = await shop.otp.sendCode(phone);
      expect((await shop.otp.verify(phone, code)).status).toBe(200);
    }
    await settle(h);
    const answers = await inParallel(20, (i) => shop.otp.send(neighbour(13_505, 500 + i)));
    expect(withStatus(answers, 200)).toHaveLength(20);
  });

  itOnOne('lets a prefix go after twelve hours', async () => {
    const { h, shop } = await open('block');
    await send({ h, calls: shop }, 13_506, { count: 100, verified: 0 });
    h.advance(12 * HOUR);
    const answers = await inParallel(20, (i) => shop.otp.send(neighbour(13_506, 500 + i)));
    expect(withStatus(answers, 200)).toHaveLength(20);
  });

  itOnOne('counts nothing when it is switched off', async () => {
    const { h, shop } = await open('off');
    await send({ h, calls: shop }, 13_507, { count: 100, verified: 0 });
    expect(await alarmsOf(h, 'shop')).toEqual([]);
    expect(await h.database.statements.select('SELECT * FROM "send_conversions"', [])).toEqual([]);
  });
});

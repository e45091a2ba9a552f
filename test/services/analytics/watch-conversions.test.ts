import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bandPeriods } from '../../../src/domain/analytics/conversion-band.ts';
import { emptyCounts } from '../../../src/domain/analytics/funnel-stats.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { watchConversions } from '../../../src/services/analytics/watch-conversions.ts';
import { createRollupStore } from '../../../src/storage/analytics/rollup-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import {
  createWebhook,
  type Receiver,
  receiverVariables,
  startReceiver,
} from '../../support/http/webhook-calls.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

onEveryDatabase('the conversion on %s', (dialect) => {
  let testDatabase: TestDatabase;
  /** Three nodes of one database; on SQLite, one process that does everything three times. */
  let nodes: readonly Harness[];
  let h: Harness;
  let receiver: Receiver;
  let aheadSeconds = 0;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    const create = () => createHarness({ database: testDatabase, env: receiverVariables });
    h = await create();
    nodes = dialect === 'sqlite' ? [h, h, h] : [h, await create(), await create()];
    receiver = await startReceiver();
    await createWebhook(h.client, receiver.url, { events: ['conversion.*'] });
    for (const node of nodes) await node.webhookJobs.refreshWebhooks();
    const { before } = bandPeriods(h.now());
    for (let day = 0; day < 7; day += 1) {
      await addCodes(addSeconds(before.from, day * DAY + HOUR), 100, 80);
    }
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    for (const node of new Set(nodes)) await node.close();
    await testDatabase.drop();
  });

  /** Codes of a channel and a region, in the quarter of an hour of a time. */
  async function addCodes(startsAt: Date, sent: number, verified: number): Promise<void> {
    const figures = { ...emptyCounts, asked: sent, sent, verified };
    const part = { span: 'quarter', startsAt, accountId: 'default', sessionId: '' } as const;
    await createRollupStore(h.database).add(
      [
        { ref: { ...part, level: 'channel', channel: 'whatsapp', region: '' }, figures },
        { ref: { ...part, level: 'region', channel: '', region: 'ID' }, figures },
      ],
      [],
      h.now(),
    );
  }

  /** Codes in the middle of the hour that is looked at, so that it may move by a quarter meanwhile. */
  function addToHour(sent: number, verified: number): Promise<void> {
    return addCodes(addSeconds(bandPeriods(h.now()).hour.from, HOUR / 2), sent, verified);
  }

  function advance(seconds: number): void {
    aheadSeconds += seconds;
    for (const node of new Set(nodes)) node.advance(seconds);
  }

  const watchOnAll = () =>
    Promise.all(nodes.map(({ conversionWatch }) => watchConversions(conversionWatch)));

  async function listEvents(type: string) {
    const { body } = await h.client.get(`/api/events?type=${type}`);
    const { items } = body.data as { items: readonly { data: Record<string, unknown> }[] };
    return items.map(({ data }) => data);
  }

  async function listDrops() {
    const { status, body } = await h.client.get('/api/analytics/conversion-drops');
    expect(status).toBe(200);
    return (body.data as { drops: readonly Record<string, unknown>[] }).drops;
  }

  async function readMetric(): Promise<number> {
    const { raw } = await h.client.get('/metrics');
    const [, value] = /^waverify_conversions_dropped (\d+)$/m.exec(raw) ?? [];
    return Number(value);
  }

  it('that is as usual is no news', async () => {
    await addToHour(100, 78);
    await watchOnAll();
    expect(await listDrops()).toEqual([]);
    expect(await readMetric()).toBe(0);
  });

  it('that drops is reported once for each channel and region, whoever looks at the same time', async () => {
    await addToHour(100, 2);
    await Promise.all([watchOnAll(), watchOnAll(), watchOnAll()]);
    await watchOnAll();
    await expect.poll(() => receiver.requests.length, { timeout: 5000 }).toBe(2);
    await pause(300);
    const dropped = await listEvents('conversion.dropped');
    expect(dropped).toHaveLength(2);
    expect(receiver.requests).toHaveLength(2);
    expect(dropped).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ dimension: 'channel', value: 'whatsapp', share: 0.4 }),
        expect.objectContaining({ dimension: 'region', value: 'ID', expectedShare: 0.8 }),
      ]),
    );
    expect(dropped[0]?.['window']).toMatch(/^[-\d]+T[\d:.]+Z\/[-\d]+T[\d:.]+Z$/);
    expect(await listDrops()).toMatchObject([
      { accountId: 'default', dimension: 'channel', value: 'whatsapp', share: 0.4 },
      { accountId: 'default', dimension: 'region', value: 'ID', share: 0.4, expectedShare: 0.8 },
    ]);
    await expect.poll(readMetric, { timeout: 5000 }).toBe(2);
  });

  it('that stays low, or has too few codes, is no news', async () => {
    advance(2 * HOUR);
    await addToHour(50, 30);
    await watchOnAll();
    advance(2 * HOUR);
    await addToHour(20, 20);
    await watchOnAll();
    expect(await listDrops()).toHaveLength(2);
    expect(await listEvents('conversion.*')).toHaveLength(2);
  });

  it('that recovers is reported once, too, and can drop again', async () => {
    advance(2 * HOUR);
    await addToHour(100, 80);
    await Promise.all([watchOnAll(), watchOnAll()]);
    await expect.poll(() => listEvents('conversion.recovered'), { timeout: 5000 }).toHaveLength(2);
    expect(await listDrops()).toEqual([]);
    await expect.poll(readMetric, { timeout: 5000 }).toBe(0);
    advance(2 * HOUR);
    await addToHour(100, 10);
    await watchOnAll();
    await expect.poll(() => listEvents('conversion.dropped'), { timeout: 5000 }).toHaveLength(4);
    await pause(300);
    expect(await listEvents('conversion.*')).toHaveLength(6);
    expect(aheadSeconds).toBe(8 * HOUR);
  });

  it('of which a node has died before it stored the event is reported by the next', async () => {
    const of = { accountId: 'default', dimension: 'channel', value: 'telegram' } as const;
    const figures = { share: 0.1, expectedShare: 0.9, window: bandPeriods(h.now()).hour };
    expect(await h.conversionWatch.drops.begin(of, figures, h.now())).toBe(true);
    expect(await h.conversionWatch.drops.begin(of, figures, h.now())).toBe(false);
    await watchOnAll();
    await expect.poll(() => listEvents('conversion.dropped'), { timeout: 5000 }).toHaveLength(5);
  });

  it('of which nothing is known for a day ends, and the event says so, once', async () => {
    const active = await listDrops();
    advance(DAY + HOUR);
    await Promise.all([watchOnAll(), watchOnAll()]);
    await watchOnAll();
    expect(await listDrops()).toEqual([]);
    const listReasons = async () =>
      (await listEvents('conversion.recovered')).map(({ reason }) => reason).toSorted();
    await expect
      .poll(listReasons, { timeout: 5000 })
      .toEqual(['as_usual', 'as_usual', ...active.map(() => 'too_few_codes')]);
    await pause(300);
    expect(await listReasons()).toHaveLength(5);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { inParallel } from '../../support/http/otp-calls.ts';
import {
  accept,
  createWebhook,
  listDeliveries,
  type Receiver,
  receiverVariables,
  startReceiver,
} from '../../support/http/webhook-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const DAY = 86_400;

/** How many pushes to an endpoint run at once. */
const AT_ONCE = 8;

onOneDatabase('an endpoint on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  let receiver: Receiver;
  let observer: Receiver;
  let id: string;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: receiverVariables });
    shop = await createAccountCalls(h, 'shop');
    observer = await startReceiver();
    await createWebhook(shop.client, observer.url, { events: ['webhook.disabled'] });
  });
  afterAll(async () => {
    await observer.close();
    await h.close();
  });
  beforeEach(async () => {
    receiver = await startReceiver();
    id = (await createWebhook(shop.client, receiver.url, { events: ['pumping.suspected'] })).id;
  });
  afterEach(async () => {
    await shop.client.delete(`/api/webhooks/${id}`);
    await receiver.close();
    observer.requests.splice(0);
  });

  const test = (count: number) =>
    inParallel(count, () => shop.client.post(`/api/webhooks/${id}/test`, {}));
  const readEndpoint = async () => (await shop.client.get(`/api/webhooks/${id}`)).body.data;
  const setActive = (isActive: boolean) => shop.client.patch(`/api/webhooks/${id}`, { isActive });
  const receivedIds = () => receiver.requests.map(({ headers }) => headers['webhook-id']);

  async function countOf(status: string): Promise<number> {
    const all = await listDeliveries(shop.client, id);
    return all.filter((one) => one.status === status).length;
  }

  /** Waits until nothing is being pushed to the endpoint. */
  const waitUntilIdle = () =>
    expect
      .poll(() => {
        const sql = `SELECT "id" FROM "webhook_deliveries" WHERE "webhookId" = $1 AND "claimedBy" IS NOT NULL`;
        return h.database.statements.select(sql, [id]);
      })
      .toEqual([]);

  const fail = () => receiver.answerWith((_, response) => void response.writeHead(500).end());

  /** Answers after a while, so that a pause or an end meets pushes. */
  const takeTime = () =>
    receiver.answerWith(
      (request, response) => void setTimeout(() => accept(request, response), 20),
    );

  it('that answers 410 is disabled, and the others learn of it', async () => {
    receiver.answerWith((_, response) => void response.writeHead(410).end());
    await test(1);
    const { data } = await observer.waitForType('webhook.disabled');
    expect(data).toMatchObject({ webhookId: id, host: new URL(receiver.url).host });
    await expect.poll(readEndpoint).toMatchObject({ isActive: false, disabledReason: 'gone' });
    const [delivery] = await listDeliveries(shop.client, id);
    expect(delivery).toMatchObject({ status: 'FAILED', attempts: 1, nextAttemptAt: null });
    const [refused] = await test(1);
    expect([refused?.status, refused?.body.code]).toEqual([409, 'webhook_not_active']);
    await shop.client.patch(`/api/webhooks/${id}`, { events: ['verification.created'] });
    await shop.otp.send(nextNumber());
    await expect.poll(() => countOf('PENDING')).toBe(1);
    h.advance(DAY);
    await h.webhookJobs.pushEvents();
    expect(await countOf('PENDING')).toBe(1);
    expect(receiver.requests).toHaveLength(1);
  });

  it('that fails for five minutes is reported to the others once, and again after a success', async () => {
    const others = await startReceiver();
    await createWebhook(shop.client, others.url, { events: ['webhook.failing'] });
    const countReports = () =>
      others.events().filter(({ type }) => type === 'webhook.failing').length;
    const push = async (seconds: number) => {
      h.advance(seconds);
      await h.webhookJobs.pushEvents();
      await waitUntilIdle();
    };
    await shop.client.patch(`/api/webhooks/${id}`, { events: ['webhook.failing'] });
    fail();
    await test(3);
    await expect.poll(readEndpoint).toMatchObject({ failures: 3 });
    await push(10);
    await expect.poll(readEndpoint).toMatchObject({ failures: 6 });
    expect(countReports()).toBe(0);
    await push(400);
    const { data } = await others.waitForType('webhook.failing');
    expect(data).toMatchObject({ webhookId: id, host: new URL(receiver.url).host });
    expect(data['consecutiveFailures']).toBeGreaterThanOrEqual(7);
    expect(new Date(String(data['since'])).getTime()).toBeLessThan(h.now().getTime() - 400_000);
    await push(3600);
    expect(countReports()).toBe(1);
    receiver.answerWith();
    await push(3 * 3600);
    await expect.poll(() => countOf('SUCCESS'), { timeout: 5000 }).toBe(3);
    fail();
    await test(3);
    await expect.poll(readEndpoint).toMatchObject({ failures: 3 });
    await push(400);
    await expect.poll(countReports, { timeout: 5000 }).toBe(2);
    // It does not get the event about itself.
    const types = (await listDeliveries(shop.client, id)).map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(['webhook.test']));
    await others.close();
  });

  it('that only fails for three days is disabled, and gets everything once it is resumed', async () => {
    fail();
    await test(11);
    await expect.poll(() => countOf('RETRYING')).toBe(11);
    await expect.poll(readEndpoint).toMatchObject({ isActive: true, failures: 11 });
    h.advance(3 * DAY);
    await h.webhookJobs.pushEvents();
    const { data } = await observer.waitForType('webhook.disabled');
    expect(data).toMatchObject({ webhookId: id });
    await expect.poll(readEndpoint).toMatchObject({ isActive: false, disabledReason: 'failing' });
    await waitUntilIdle();
    // One that fails is tried by one push at a time.
    expect(receiver.requests.length).toBeLessThan(11 + AT_ONCE);
    receiver.answerWith();
    receiver.requests.splice(0);
    // While nothing is being pushed: a push that takes ten minutes would be repeated.
    h.advance(600);
    await setActive(true);
    await h.webhookJobs.pushEvents();
    await expect.poll(() => countOf('SUCCESS'), { timeout: 5000 }).toBe(11);
    expect(new Set(receivedIds()).size).toBe(11);
    expect(receiver.requests).toHaveLength(11);
    await expect
      .poll(readEndpoint)
      .toMatchObject({ isActive: true, failures: 0, failingSince: null });
  });

  it('that succeeds in between is not disabled', async () => {
    for (let round = 0; round < 3; round += 1) {
      fail();
      await test(6);
      await expect.poll(() => countOf('RETRYING')).toBe(6);
      receiver.answerWith();
      h.advance(2 * DAY);
      await h.webhookJobs.pushEvents();
      await expect.poll(() => countOf('RETRYING'), { timeout: 5000 }).toBe(0);
    }
    await expect
      .poll(readEndpoint)
      .toMatchObject({ isActive: true, failures: 0, failingSince: null });
    expect(observer.requests).toEqual([]);
  });

  it('that is paused and resumed during pushes misses none and gets none twice', async () => {
    takeTime();
    await test(60);
    for (const arrived of [5, 15, 30]) {
      await receiver.waitFor(arrived);
      await setActive(false);
      const paused = receiver.requests.length;
      await pause(100);
      expect(receiver.requests.length).toBeLessThanOrEqual(paused + AT_ONCE);
      await setActive(true);
    }
    await expect.poll(() => countOf('SUCCESS'), { timeout: 8000 }).toBe(60);
    expect(new Set(receivedIds()).size).toBe(60);
    expect(receiver.requests).toHaveLength(60);
  });

  it('that another node has resumed is left to that node until this one knows of it', async () => {
    await shop.client.patch(`/api/webhooks/${id}`, { events: ['verification.created'] });
    await setActive(false);
    await inParallel(3, () => shop.otp.send(nextNumber()));
    await expect.poll(() => countOf('PENDING')).toBe(3);
    const { statements } = h.database;
    const resume = `UPDATE "webhooks" SET "isActive" = TRUE, "updatedAt" = $1 WHERE "webhookId" = $2`;
    await statements.change(resume, [h.now(), id]);
    await h.webhookJobs.pushEvents();
    await pause(100);
    const read = `SELECT "claimedBy" FROM "webhook_deliveries" WHERE "webhookId" = $1`;
    const rows = await statements.select(read, [id]);
    expect(rows.map(({ claimedBy }) => claimedBy)).toEqual([null, null, null]);
    await h.webhookJobs.refreshWebhooks();
    await h.webhookJobs.pushEvents();
    await receiver.waitFor(3);
  });

  it('that is deleted during pushes gets no more, and takes nothing from the others', async () => {
    takeTime();
    const fields = { events: ['verification.created'] };
    await shop.client.patch(`/api/webhooks/${id}`, fields);
    const other = await startReceiver();
    await createWebhook(shop.client, other.url, fields);
    const sends = inParallel(30, () => shop.otp.send(nextNumber()));
    await receiver.waitFor(3);
    await shop.client.delete(`/api/webhooks/${id}`);
    const arrived = receiver.requests.length;
    await sends;
    await other.waitFor(30);
    await pause(100);
    expect(receiver.requests.length).toBeLessThanOrEqual(arrived + AT_ONCE);
    expect(new Set(other.events().map((event) => event.id)).size).toBe(30);
    expect(other.requests).toHaveLength(30);
    await other.close();
  });
});

import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import {
  createWebhook,
  listDeliveries,
  type Receiver,
  receiverVariables,
  type ShownDelivery,
  startReceiver,
} from '../../support/http/webhook-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { hang, hangUp, type RecordedRequest } from '../../support/providers/recording-server.ts';

type Answer = (request: RecordedRequest, response: ServerResponse) => void;

const HOUR = 3600;
const DAY = 24 * HOUR;
const TIMEOUT_MS = 400;

const answerWithStatus =
  (status: number, text: string, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(text);

/** Promises more of a body than comes. */
const breakOff =
  (status: number): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-length': '100' });
    response.write('the first part', () => response.socket?.destroy());
  };

const breakOffHead: Answer = (_, { socket }) =>
  void socket?.write('HTTP/1.1 200 OK\r\ncontent-le', () => socket.destroy());

/** Only test events are pushed to such an endpoint. */
const TESTS_ONLY = { events: ['pumping.suspected'] };

onOneDatabase('a receiver of webhooks on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  let receiver: Receiver;
  let id: string;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: receiverVariables, webhookTimeoutMs: TIMEOUT_MS });
    shop = await createAccountCalls(h, 'shop');
  });
  afterAll(() => h.close());
  beforeEach(async () => {
    receiver = await startReceiver();
    id = (await createWebhook(shop.client, receiver.url, TESTS_ONLY)).id;
  });
  afterEach(async () => {
    await shop.client.delete(`/api/webhooks/${id}`);
    await receiver.close();
  });

  /** Records test events, and waits until each has been tried. */
  async function test(count = 1): Promise<readonly ShownDelivery[]> {
    await Promise.all(
      Array.from({ length: count }, () => shop.client.post(`/api/webhooks/${id}/test`, {})),
    );
    return waitUntilTried(1);
  }

  /** Waits until all deliveries have been tried so often, and returns them. */
  async function waitUntilTried(attempts: number): Promise<readonly ShownDelivery[]> {
    const read = async () => (await listDeliveries(shop.client, id)).map((one) => one.attempts);
    await expect
      .poll(read, { timeout: 10_000 })
      .toSatisfy((all: number[]) => all.length > 0 && all.every((one) => one === attempts));
    return listDeliveries(shop.client, id);
  }

  async function passTime(seconds: number): Promise<void> {
    h.advance(seconds);
    await h.webhookJobs.recordDueEvents();
    await h.webhookJobs.pushEvents();
  }

  const readEndpoint = async () => (await shop.client.get(`/api/webhooks/${id}`)).body.data;

  const idsOf = (requests: readonly RecordedRequest[]) =>
    requests.map(({ headers }) => headers['webhook-id']);

  it('that is down for an hour gets everything afterwards, once', async () => {
    await receiver.close();
    const fields = { events: ['verification.*', 'delivery.*'] };
    await shop.client.patch(`/api/webhooks/${id}`, fields);
    const number = nextNumber();
    await shop.otp.verify(number, await shop.otp.sendCode(number));
    await expect.poll(async () => (await listDeliveries(shop.client, id)).length).toBe(3);
    const failed = await waitUntilTried(1);
    for (const { status, lastError, responseStatus, response } of failed) {
      expect(status).toBe('RETRYING');
      expect(lastError).toContain('ECONNREFUSED');
      expect([responseStatus, response]).toEqual([null, null]);
    }
    for (const [index, seconds] of [6, 340, 2000].entries()) {
      await passTime(seconds);
      await waitUntilTried(index + 2);
    }
    receiver = await startReceiver(receiver.url);
    await passTime(HOUR - 2346);
    await passTime(2 * HOUR);
    const sent = await waitUntilTried(5);
    for (const { status, nextAttemptAt, lastError, responseStatus, response } of sent) {
      expect([status, nextAttemptAt, lastError]).toEqual(['SUCCESS', null, null]);
      expect([responseStatus, response]).toEqual([200, 'ok']);
    }
    expect(
      receiver
        .events()
        .map(({ type }) => type)
        .sort(),
    ).toEqual([...['delivery.accepted', 'verification.approved', 'verification.created']]);
    expect(idsOf(receiver.requests).sort()).toEqual(sent.map(({ eventId }) => eventId).sort());
    for (const seconds of [61, DAY, 3 * DAY]) await passTime(seconds);
    await shop.client.post(`/api/webhooks/${id}/test`, {});
    expect(await receiver.waitFor(4)).toHaveLength(4);
    await expect.poll(readEndpoint).toMatchObject({ failures: 0, failingSince: null });
  });

  it.each([
    ['answers 500', answerWithStatus(500, 'out of order'), 500, 'out of order', /500/],
    ['answers 404', answerWithStatus(404, ''), 404, '', /404/],
    ['hangs', hang, null, null, /in time/],
    ['hangs up', hangUp, null, null, /connection failed/],
    ['breaks off in the head', breakOffHead, null, null, /failed|not valid/],
    ['breaks off in a refusal', breakOff(503), 503, 'the first part', /503/],
  ] as const)(
    'that %s is tried again after some seconds',
    async (_, answer, status, text, error) => {
      receiver.answerWith(answer);
      const [failed] = await test();
      expect(failed).toMatchObject({ status: 'RETRYING', responseStatus: status, response: text });
      expect(failed?.lastError).toMatch(error);
      expect(failed?.durationMs).toBeGreaterThanOrEqual(answer === hang ? TIMEOUT_MS - 10 : 0);
      const waitMs = Date.parse(failed?.nextAttemptAt ?? '') - Date.parse(failed?.updatedAt ?? '');
      expect(waitMs).toBeGreaterThan(4000);
      expect(waitMs).toBeLessThan(6000);
      await expect.poll(readEndpoint).toMatchObject({ isActive: true, failures: 1 });
      receiver.answerWith();
      await passTime(3);
      expect(receiver.requests).toHaveLength(1);
      await passTime(4);
      const [sent] = await waitUntilTried(2);
      expect(sent).toMatchObject({ status: 'SUCCESS', lastError: null, nextAttemptAt: null });
      expect(idsOf(receiver.requests)).toEqual([failed?.eventId, failed?.eventId]);
      await passTime(DAY);
      expect(receiver.requests).toHaveLength(2);
    },
  );

  it('that breaks off after 200 has the event', async () => {
    receiver.answerWith(breakOff(200));
    const [sent] = await test();
    expect(sent).toMatchObject({ status: 'SUCCESS', responseStatus: 200 });
    expect(sent?.response).toBe('the first part');
  });

  it('that redirects is tried again, and the target gets nothing', async () => {
    const target = await startReceiver();
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answerWith(answerWithStatus(status, '', { location: target.url }));
      await shop.client.post(`/api/webhooks/${id}/test`, {});
    }
    const failed = await waitUntilTried(1);
    expect(failed.map(({ status }) => status)).toEqual(Array(5).fill('RETRYING'));
    expect(target.requests).toEqual([]);
    await target.close();
  });

  it('that asks for an hour is left alone for an hour', async () => {
    receiver.answerWith(answerWithStatus(429, 'slowly', { 'retry-after': String(HOUR) }));
    const [refused] = await test();
    const waitMs = Date.parse(refused?.nextAttemptAt ?? '') - Date.parse(refused?.updatedAt ?? '');
    expect(waitMs).toBeGreaterThanOrEqual(HOUR * 1000);
    receiver.answerWith();
    await passTime(HOUR - 10);
    expect(receiver.requests).toHaveLength(1);
    await passTime(HOUR / 5);
    const [sent] = await waitUntilTried(2);
    expect(sent?.status).toBe('SUCCESS');
  });

  it('gets no receipt that is a day old, unless a person repeats it', async () => {
    await shop.client.patch(`/api/webhooks/${id}`, {
      events: ['verification.created', 'delivery.*'],
    });
    const typeAndFate = async () =>
      (await listDeliveries(shop.client, id)).map((one) => [one.type, one.status, one.attempts]);
    receiver.answerWith(answerWithStatus(500, ''));
    await shop.otp.sendCode(nextNumber());
    await expect.poll(typeAndFate).toEqual([
      ['verification.created', 'RETRYING', 1],
      ['delivery.accepted', 'RETRYING', 1],
    ]);
    await shop.client.patch(`/api/webhooks/${id}`, { isActive: false });
    receiver.answerWith();
    await passTime(DAY + 1);
    await shop.client.patch(`/api/webhooks/${id}`, { isActive: true });
    await expect.poll(typeAndFate).toEqual([
      ['verification.created', 'SUCCESS', 2],
      ['delivery.accepted', 'FAILED', 1],
    ]);
    const [, receipt] = await listDeliveries(shop.client, id);
    expect(receipt).toMatchObject({ nextAttemptAt: null, lastError: expect.stringMatching(/old/) });
    expect(receiver.requests).toHaveLength(3);
    await shop.client.post(`/api/webhooks/deliveries/${receipt?.id}/replay`, {});
    await receiver.waitFor(4);
    expect(idsOf(receiver.requests).at(-1)).toBe(receipt?.eventId);
  });
});

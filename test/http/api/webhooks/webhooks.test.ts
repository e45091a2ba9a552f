import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createWebhook,
  listDeliveries,
  type Receiver,
  receiverVariables,
  startReceiver,
} from '../../../support/http/webhook-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

onOneDatabase('webhooks on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  let bank: AccountCalls;
  let receiver: Receiver;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: receiverVariables });
    shop = await createAccountCalls(h, 'shop');
    bank = await createAccountCalls(h, 'bank');
    receiver = await startReceiver();
  });
  afterEach(() => receiver.requests.splice(0));
  afterAll(async () => {
    await receiver.close();
    await h.close();
  });

  const test = async (id: string) => {
    const before = receiver.requests.length;
    await shop.client.post(`/api/webhooks/${id}/test`, {});
    return (await receiver.waitFor(before + 1)).at(-1);
  };

  it('show their secret once, and sign what they push with it', async () => {
    const { id, secret } = await createWebhook(shop.client, receiver.url);
    const request = await test(id);
    const verified = new Webhook(secret).verify(request?.body ?? '', headersOf(request));
    expect(verified).toMatchObject({ type: 'webhook.test', data: { webhookId: id } });
    const other = await createWebhook(shop.client, `${receiver.url}/other`);
    expect(() =>
      new Webhook(other.secret).verify(request?.body ?? '', headersOf(request)),
    ).toThrow();
    const { body, raw } = await shop.client.get(`/api/webhooks/${id}`);
    expect(body.data).toMatchObject({ id, url: receiver.url, events: ['*'], isActive: true });
    expect(raw).not.toContain('whsec_');
    expect(await everythingStored(h)).not.toContain(secret.slice('whsec_'.length));
  });

  it('sign with the new and the previous secret for a day after a rotation', async () => {
    const { id, secret } = await createWebhook(shop.client, receiver.url);
    const rotated = await shop.client.post(`/api/webhooks/${id}/rotate`, {});
    const next = String(rotated.body.data?.['secret']);
    const request = await test(id);
    for (const one of [secret, next]) {
      new Webhook(one).verify(request?.body ?? '', headersOf(request));
    }
    h.advance(86_401);
    const later = await test(id);
    const signature = String(later?.headers['webhook-signature']);
    expect(signature.split(' ')).toHaveLength(1);
  });

  it('are seen, changed and deleted in their account only', async () => {
    const { id } = await createWebhook(shop.client, receiver.url);
    const path = `/api/webhooks/${id}`;
    const calls = [
      () => bank.client.get(path),
      () => bank.client.patch(path, { isActive: false }),
      () => bank.client.delete(path),
      () => bank.client.post(`${path}/rotate`, {}),
      () => bank.client.post(`${path}/test`, {}),
      () => bank.client.get(`${path}/deliveries`),
      () => bank.client.post(`${path}/replay`, { since: '2026-01-01T00:00:00Z' }),
    ];
    for (const call of calls) expect((await call()).status).toBe(404);
    expect((await shop.client.get(path)).body.data).toMatchObject({ isActive: true });
    expect((await shop.client.delete(path)).status).toBe(200);
    expect((await shop.client.get(path)).status).toBe(404);
  });

  it('hold events back while they are paused, and get them afterwards', async () => {
    const own = await startReceiver();
    const { id } = await createWebhook(shop.client, own.url);
    const paused = await shop.client.patch(`/api/webhooks/${id}`, { isActive: false });
    expect(paused.body.data).toMatchObject({ isActive: false, disabledReason: 'paused' });
    await shop.otp.send(nextNumber());
    const created = { status: 'PENDING', attempts: 0, type: 'verification.created' };
    const waiting = [created, { ...created, type: 'delivery.accepted' }];
    await expect.poll(() => listDeliveries(shop.client, id)).toMatchObject(waiting);
    await h.webhookJobs.pushEvents();
    expect(await listDeliveries(shop.client, id)).toMatchObject(waiting);
    expect(own.requests).toHaveLength(0);
    const resumed = await shop.client.patch(`/api/webhooks/${id}`, { isActive: true });
    expect(resumed.body.data).toMatchObject({ isActive: true, disabledReason: null });
    await own.waitFor(2);
    const arrived = own.events().sort((a, b) => a.data.sequence - b.data.sequence);
    expect(arrived.map(({ type }) => type)).toEqual(waiting.map(({ type }) => type));
    await own.close();
  });

  it('refuse tests and replays while they are paused, and say how to resume', async () => {
    const { id } = await createWebhook(shop.client, receiver.url);
    await test(id);
    await expect.poll(() => listDeliveries(shop.client, id)).toMatchObject([{ status: 'SUCCESS' }]);
    const [delivery] = await listDeliveries(shop.client, id);
    await shop.client.patch(`/api/webhooks/${id}`, { isActive: false });
    const since = '2026-01-01T00:00:00Z';
    const refused = [
      await shop.client.post(`/api/webhooks/${id}/test`, {}),
      await shop.client.post(`/api/webhooks/${id}/replay`, { since }),
      await shop.client.post(`/api/webhooks/deliveries/${delivery?.id}/replay`, {}),
    ];
    for (const { status, body } of refused) {
      expect([status, body.code]).toEqual([409, 'webhook_not_active']);
      expect(body.message).toMatch(/is paused.*"isActive": true/);
    }
    expect(await listDeliveries(shop.client, id)).toEqual([delivery]);
  });

  it('list events of a type or of a group', async () => {
    const { id } = await createWebhook(shop.client, receiver.url);
    await test(id);
    const number = nextNumber();
    await shop.otp.send(number);
    await receiver.waitForType('delivery.accepted');
    const { verificationId } = await shop.otp.row(number);
    const typesOf = async (query: string) => {
      const { body } = await shop.client.get(`/api/events?limit=100&${query}`);
      return ((body.data?.['items'] ?? []) as { type: string }[]).map(({ type }) => type);
    };
    const ofIt = `subject=${verificationId}`;
    expect(await typesOf(`${ofIt}&type=verification.*`)).toEqual(['verification.created']);
    expect(await typesOf(`${ofIt}&type=delivery.accepted`)).toEqual(['delivery.accepted']);
    expect(await typesOf(`${ofIt}&type=*`)).toEqual(await typesOf(ofIt));
    expect(await typesOf(`subject=${id}&type=webhook.test`)).toEqual(['webhook.test']);
    const { status, body } = await shop.client.get('/api/events?type=verification');
    expect([status, body.errors?.[0]?.path]).toEqual([400, 'type']);
    expect(body.errors?.[0]?.message).toContain('did you mean verification.*');
  });

  it('repeat a delivery under the same ID when they are asked to', async () => {
    const { id } = await createWebhook(shop.client, receiver.url);
    await test(id);
    const settled = async () => {
      const { body } = await shop.client.get(`/api/webhooks/${id}/deliveries?status=SUCCESS`);
      return ((body.data?.['items'] ?? []) as { id: string; eventId: string }[])[0];
    };
    await expect.poll(settled).toBeDefined();
    const delivery = await settled();
    const again = await shop.client.post(`/api/webhooks/deliveries/${delivery?.id}/replay`, {});
    expect(again.status).toBe(200);
    // Endpoints of other tests push to the same receiver.
    const countPushes = () =>
      receiver.requests.filter(({ headers }) => headers['webhook-id'] === delivery?.eventId).length;
    await expect.poll(countPushes).toBe(2);
    await expect.poll(settled).toBeDefined();
    const all = await shop.client.post(`/api/webhooks/${id}/replay`, {
      since: '2026-01-01T00:00:00Z',
    });
    expect(all.body.data).toEqual({ replayed: 1 });
    await expect.poll(countPushes).toBe(3);
    const none = await shop.client.post(`/api/webhooks/${id}/replay`, {
      ...{ since: '2026-01-01T00:00:00Z', status: 'FAILED' },
    });
    expect(none.body.data).toEqual({ replayed: 0 });
  });

  it.each([
    [{ url: 'http://10.0.0.1/x' }, 'url'],
    [{ url: 'https://user:pass@shop.example/x' }, 'url'],
    [{ url: 'https://shop.example:22/x' }, 'url'],
    [{ url: 'no url' }, 'url'],
    [{ events: ['verification.aproved'] }, 'events'],
    [{ events: [] }, 'events'],
    [{ events: ['webhook.test'] }, 'events'],
    [{ secret: 'short' }, 'secret'],
    [{ colour: 'red' }, 'colour'],
  ])('are refused with %j', async (fields, path) => {
    const body = { url: receiver.url, events: ['*'], ...fields };
    const refused = await shop.client.post('/api/webhooks', body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors?.[0]?.path).toMatch(new RegExp(`^${path}`));
  });

  it('are not for a key that sees a part of the account only', async () => {
    const part = await createAccountCalls(h, 'shop', {
      ...{ scopes: ['webhooks:manage'], restrictions: { purposes: ['login'] } },
    });
    const body = { url: receiver.url, events: ['*'] };
    expect((await part.client.post('/api/webhooks', body)).status).toBe(403);
    expect((await part.client.get('/api/events')).status).toBe(403);
  });
});

function headersOf(request: { headers: object } | undefined): Record<string, string> {
  return (request?.headers ?? {}) as Record<string, string>;
}

async function everythingStored({ database }: Harness): Promise<string> {
  const rows = await database.statements.select('SELECT * FROM "webhooks"', []);
  return JSON.stringify(rows);
}

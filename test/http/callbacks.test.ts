import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccountCalls } from '../support/http/account-calls.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

const MAPPED_RECEIPTS = {
  PUBLIC_URL: 'https://otp.example.com/base/',
  HTTP_CHANNEL_BODY:
    '{"to": "{{to}}", "code": "{{code}}", "text": "{{text}}", "id": "{{messageId}}"}',
  HTTP_CHANNEL_RECEIPT_ID_PATH: 'id',
  HTTP_CHANNEL_RECEIPT_STATUS_PATH: 'status',
  HTTP_CHANNEL_RECEIPT_STATUSES: '{"ok": "delivered", "seen": "read", "bad": "failed"}',
};

type ListedChannel = { readonly name: string; readonly callbackUrl: string | null };

let h: Harness;
let otp: OtpCalls;
let path: string;
beforeAll(async () => {
  h = await createHarness({ env: MAPPED_RECEIPTS });
  otp = createOtpCalls(h);
  const { body } = await h.client.get('/api/channels');
  const [listed] = body.data as unknown as readonly ListedChannel[];
  expect(body.data).toEqual([
    {
      ...{ name: 'http', kind: 'http', reportsDelivery: true },
      ...{ callbackUrl: expect.any(String), isSkipped: false },
    },
  ]);
  const url = new URL(listed?.callbackUrl ?? '');
  expect(url.href).toMatch(/^https:\/\/otp\.example\.com\/base\/api\/callbacks\/http\/[\w-]{43}$/);
  path = url.pathname.replace('/base', '');
});
afterAll(() => h.close());

async function send() {
  const phoneNumber = nextNumber();
  const { body } = await otp.send(phoneNumber);
  const messageId = String(body.data?.['messageId']);
  const statusOf = async () => {
    const status = await otp.status(phoneNumber);
    return (status.body.data?.['delivery'] as { status: string; reason: string | null }) ?? {};
  };
  return { messageId, statusOf };
}

const report = (body: string | Buffer, headers = {}, to = path) =>
  h.client.call({ method: 'POST', path: to, headers, body });

it('records what a provider reports, as a form, as JSON or in the query', async () => {
  const { messageId, statusOf } = await send();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await report(`id=${messageId}&status=ok`, form)).status).toBe(200);
  expect((await statusOf()).status).toBe('delivered');
  const json = { 'content-type': 'application/json' };
  expect((await report(JSON.stringify({ id: messageId, status: 'seen' }), json)).status).toBe(200);
  expect((await statusOf()).status).toBe('read');

  const next = await send();
  const query = `${path}?id=${next.messageId}&status=bad`;
  expect((await h.client.call({ method: 'GET', path: query })).status).toBe(200);
  expect(await next.statusOf()).toMatchObject({ status: 'failed', reason: 'refused' });
});

it('records a report that comes before the gateway has answered', async () => {
  let reported: Promise<unknown> = Promise.resolve();
  h.gateway.behaveLike((_, response) => {
    const { id } = h.gateway.messages.at(-1) as unknown as { id: string };
    reported = report(`id=${id}&status=ok`);
    void reported.then(() => response.writeHead(204).end());
  });
  const { statusOf } = await send();
  h.gateway.behaveLike();
  await reported;
  expect((await statusOf()).status).toBe('delivered');
});

it('accepts a report about a message that it does not know', async () => {
  expect((await report('id=unknown&status=ok')).status).toBe(200);
});

it('refuses a wrong token, another channel, and a report that it cannot read', async () => {
  const { messageId, statusOf } = await send();
  const body = `id=${messageId}&status=ok`;
  for (const wrong of [path.slice(0, -1), `${path}x`, path.replace('/http/', '/whatsapp/')]) {
    const answer = await report(body, {}, wrong);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  }
  const unreadable = await report('{"id":');
  expect([unreadable.status, unreadable.body.code]).toEqual([403, 'forbidden']);
  const large = await report(Buffer.alloc(4 * 1024 * 1024));
  expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
  expect((await statusOf()).status).toBe('accepted');
});

it('shows the URL to operators only', async () => {
  const { client } = await createAccountCalls(h, 'shop');
  expect((await client.get('/api/channels')).status).toBe(403);
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../support/client.ts';
import { dialects } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { exchange } from '../support/raw-socket.ts';

const SEND = '/api/otp/send';
const COOLDOWN_SECONDS = 61;
const HEADERS = { 'x-api-key': API_KEY, 'content-type': 'application/json' };
const LONG_AGO = 1;
const NEVER = Number.MAX_SAFE_INTEGER;

let keys = 0;
const nextKey = () => ({ 'idempotency-key': `key-${++keys}` });

describe.each(dialects)('Idempotency-Key on %s', (dialect) => {
  const nextPhoneNumber = createPhoneNumbers();
  let h: Harness;

  beforeAll(async () => {
    h = await createHarness({ dialect });
  });
  afterAll(() => h.close());

  const messagesTo = (phoneNumber: string) =>
    h.gateway.messages.filter(({ to }) => to === phoneNumber).length;

  it('A21: sends once for two requests with one key, and answers both alike', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const first = await h.client.post(SEND, { phoneNumber }, key);
    h.advance(1);
    const second = await h.client.post(SEND, { phoneNumber }, key);
    expect(first.status).toBe(200);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect([second.status, second.raw]).toEqual([200, first.raw]);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(messagesTo(phoneNumber)).toBe(1);
  });

  it('A22: replays a verification whose answer was lost on the way', async () => {
    const phoneNumber = nextPhoneNumber();
    await h.client.post(SEND, { phoneNumber });
    const body = { phoneNumber, otp: h.gateway.codeFor(phoneNumber) };
    const key = nextKey();
    const text = JSON.stringify(body);
    const headers = Object.entries({ ...HEADERS, ...key, 'content-length': text.length });
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    await exchange(h.url, `POST /api/otp/verify HTTP/1.1\r\nHost: x\r\n${head}\r\n${text}`);
    const again = await h.client.post('/api/otp/verify', body, key);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
    expect(again.body.data?.['phoneNumber']).toBe(phoneNumber);
    expect((await h.client.post('/api/otp/verify', body)).body.code).toBe('otp_invalid');
  });

  it('A22: finishes a send whose client hung up, and replays it', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    h.gateway.behaveLike(
      (_, response) => void setTimeout(() => response.writeHead(204).end(), 300),
    );
    const aborted = fetch(`${h.url}${SEND}`, {
      method: 'POST',
      headers: { ...HEADERS, ...key },
      body: JSON.stringify({ phoneNumber }),
      signal: AbortSignal.timeout(150),
    });
    await expect(aborted).rejects.toThrow();
    await pause(400);
    h.gateway.behaveLike();
    const again = await h.client.post(SEND, { phoneNumber }, key);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
    expect(messagesTo(phoneNumber)).toBe(1);
  });

  it('counts a wrong guess once, however often it is replayed', async () => {
    const phoneNumber = nextPhoneNumber();
    await h.client.post(SEND, { phoneNumber });
    const wrong = h.gateway.codeFor(phoneNumber) === '000000' ? '000001' : '000000';
    const guess = { phoneNumber, otp: wrong };
    const key = nextKey();
    const answers = [];
    for (let i = 0; i < 5; i += 1) {
      answers.push(await h.client.post('/api/otp/verify', guess, key));
    }
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    expect(new Set(answers.map(({ raw }) => raw)).size).toBe(1);
    const status = await h.client.get(`/api/otp/status/${phoneNumber}`);
    expect(status.body.data?.['attempts']).toBe(1);
  });

  it('A23: refuses a key that comes back with another body', async () => {
    const key = nextKey();
    const [phoneNumber, another] = [nextPhoneNumber(), nextPhoneNumber()];
    await h.client.post(SEND, { phoneNumber }, key);
    const reused = await h.client.post(SEND, { phoneNumber: another }, key);
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(messagesTo(another)).toBe(0);
  });

  it('A24: answers 409 while the first request is still running, and its answer afterwards', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    h.gateway.behaveLike(
      (_, response) => void setTimeout(() => response.writeHead(204).end(), 600),
    );
    const first = h.client.post(SEND, { phoneNumber }, key);
    await pause(250);
    const meanwhile = await h.client.post(SEND, { phoneNumber }, key);
    expect([meanwhile.status, meanwhile.body.code]).toEqual([409, 'request_in_progress']);
    expect(Number(meanwhile.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const { raw } = await first;
    h.gateway.behaveLike();
    expect((await h.client.post(SEND, { phoneNumber }, key)).raw).toBe(raw);
    expect(messagesTo(phoneNumber)).toBe(1);
  });

  it('A25: does a request anew when its key is more than a day old', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const first = await h.client.post(SEND, { phoneNumber }, key);
    h.advance(24 * 3600 + 1);
    const later = await h.client.post(SEND, { phoneNumber }, key);
    expect(later.status).toBe(200);
    expect(later.headers['idempotent-replayed']).toBeUndefined();
    expect(later.body.data?.['verificationId']).not.toBe(first.body.data?.['verificationId']);
    expect(messagesTo(phoneNumber)).toBe(2);
  });

  it('gives 200 parallel sends with one key one message', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => h.client.post(SEND, { phoneNumber }, key)),
    );
    const done = answers.filter(({ status }) => status === 200);
    expect(messagesTo(phoneNumber)).toBe(1);
    expect(new Set(done.map(({ raw }) => raw)).size).toBe(1);
    expect(done.filter(({ headers }) => !headers['idempotent-replayed'])).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200).map(({ body }) => body.code);
    expect(new Set(others)).toEqual(new Set(others.length > 0 ? ['request_in_progress'] : []));
  });

  it('frees the key of a request that was refused and changed nothing', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    expect((await h.client.post(SEND, { phoneNumber: 'nobody' }, key)).status).toBe(400);
    h.gateway.behaveLike((_, response) => void response.writeHead(503).end());
    expect((await h.client.post(SEND, { phoneNumber }, key)).status).toBe(503);
    h.gateway.behaveLike();
    expect((await h.client.post(SEND, { phoneNumber }, key)).status).toBe(200);
    const soon = nextKey();
    expect((await h.client.post(SEND, { phoneNumber }, soon)).status).toBe(429);
    h.advance(COOLDOWN_SECONDS);
    expect((await h.client.post(SEND, { phoneNumber }, soon)).status).toBe(200);
  });

  it('takes the same key on another route for another key', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    await h.client.post(SEND, { phoneNumber }, key);
    for (const [path, body] of [
      ['/api/otp/resend', { phoneNumber }],
      ['/api/messages/a/otp', { to: phoneNumber }],
      ['/api/messages/b/otp', { to: phoneNumber }],
    ] as const) {
      h.advance(COOLDOWN_SECONDS);
      const answer = await h.client.post(path, body, key);
      expect([path, answer.status, answer.headers['idempotent-replayed']]).toEqual([
        path,
        200,
        undefined,
      ]);
    }
    expect(messagesTo(phoneNumber)).toBe(4);
  });

  it('takes over the key of a request that died, after the time that it had', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    await h.client.post(SEND, { phoneNumber }, key);
    const pretendItDied = (lockedUntil: number) =>
      h.database.statements.change(
        `UPDATE "idempotency_keys" SET "statusCode" = NULL, "responseBody" = NULL, "lockedUntil" = $1
         WHERE "createdAt" = (SELECT "newest" FROM (SELECT MAX("createdAt") AS "newest" FROM "idempotency_keys") AS "t")`,
        [lockedUntil],
      );
    h.advance(COOLDOWN_SECONDS);
    expect(await pretendItDied(NEVER)).toBe(1);
    expect((await h.client.post(SEND, { phoneNumber }, key)).status).toBe(409);
    await pretendItDied(LONG_AGO);
    const again = await h.client.post(SEND, { phoneNumber }, key);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, undefined]);
    expect(messagesTo(phoneNumber)).toBe(2);
    expect((await h.client.post(SEND, { phoneNumber }, key)).raw).toBe(again.raw);
  });
});

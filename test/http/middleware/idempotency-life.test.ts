import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const SEND = '/api/otp/send';
const COOLDOWN_SECONDS = 61;
const LONG_AGO = 1;
const NEVER = Number.MAX_SAFE_INTEGER;

let keys = 0;
const nextKey = () => ({ 'idempotency-key': `key-${++keys}` });

onOneDatabase('the life of an Idempotency-Key on %s', (dialect) => {
  const nextPhoneNumber = createPhoneNumbers();
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({ dialect });
  });
  afterAll(() => h.close());

  const messagesTo = (phoneNumber: string) =>
    h.gateway.messages.filter(({ to }) => to === phoneNumber).length;

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
      h.advance(900); // A number may get three codes at once, and then one every twelve minutes.
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

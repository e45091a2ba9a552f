import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { inParallel, tally } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

type Behaviour = NonNullable<Parameters<Harness['gateway']['behaveLike']>[0]>;

const answer =
  (status: number): Behaviour =>
  (_, response) =>
    void response.writeHead(status).end();

/** What a gateway does that has passed the message on. */
const doubtful: [string, Behaviour][] = [
  ['answers 500', answer(500)],
  ['answers 503', answer(503)],
  ['answers 504', answer(504)],
  ['hangs up', (request) => void request.socket.destroy()],
  ['resets the connection', (request) => void request.socket.resetAndDestroy()],
];

onEveryDatabase('a gateway that read the message, on %s,', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { CHANNEL_TIMEOUT_SECONDS: '1' } });
    shop = await createAccountCalls(h, 'shop');
  });
  afterAll(() => h.close());

  /** Asks as often as anybody would let it; returns how many messages got out. */
  async function insist(phone: string, tries: number): Promise<number> {
    for (let i = 0; i < tries; i += 1) await shop.otp.send(phone);
    return shop.otp.messagesTo(phone).length;
  }

  itOnOne.each(doubtful)('F10b: and %s floods nobody', async (_, behaviour) => {
    const phone = nextNumber();
    h.gateway.behaveLike(behaviour);
    expect(await insist(phone, 20)).toBe(2);
    expect((await shop.otp.send(phone)).body.code).toBe('resend_too_soon');
    for (let i = 0; i < 10; i += 1) {
      h.advance(61);
      await shop.otp.send(phone);
    }
    expect(shop.otp.messagesTo(phone).length).toBeLessThanOrEqual(5);
    h.gateway.behaveLike();
  });

  itOnOne(
    'makes a person wait no longer after one failure, nor after failures that are not in a row',
    async () => {
      const phone = nextNumber();
      h.gateway.behaveLike(answer(504));
      expect((await shop.otp.send(phone)).status).toBe(503);
      h.gateway.behaveLike();
      expect((await shop.otp.send(phone)).status).toBe(200);
      const other = nextNumber();
      h.gateway.behaveLike(answer(504));
      await shop.otp.send(other);
      h.advance(3700);
      expect((await shop.otp.send(other)).status).toBe(503);
      expect((await shop.otp.send(other)).status).toBe(503);
      h.gateway.behaveLike();
    },
  );

  itOnOne('lifts the cooldown of a resend without an answer in time, and counts it', async () => {
    const phone = nextNumber();
    const code = await shop.otp.sendCode(phone);
    h.advance(61);
    h.gateway.behaveLike(() => {});
    expect((await shop.otp.resend(phone)).body.code).toBe('provider_unavailable');
    h.gateway.behaveLike();
    const again = await shop.otp.resend(phone);
    expect(again.status).toBe(200);
    expect(again.headers['ratelimit']).toContain('"otp-send-phone-hour";r=0');
    expect((await shop.otp.verify(phone, code)).status).toBe(200);
  });

  itOnOne.each([400, 401, 404, 409, 422, 429, 302])(
    'and refuses it with %i costs the person nothing',
    async (status) => {
      const phone = nextNumber();
      h.gateway.behaveLike(answer(status));
      // A gateway that is busy is tried once more for each message.
      expect(await insist(phone, 8)).toBe(status === 429 ? 16 : 8);
      h.gateway.behaveLike();
      expect((await shop.otp.send(phone)).status).toBe(200);
    },
  );

  it('keeps the counts apart by number and account, also for failures at once', async () => {
    h.gateway.behaveLike(answer(503));
    const phones = Array.from({ length: 8 }, nextNumber);
    const bank = await createAccountCalls(h, 'bank');
    await inParallel(8, (i) => shop.otp.send(phones[i] ?? ''));
    await inParallel(8, (i) => shop.otp.send(phones[i] ?? ''));
    h.gateway.behaveLike();
    expect(tally(await inParallel(8, (i) => shop.otp.send(phones[i] ?? '')))).toEqual({
      resend_too_soon: 8,
    });
    expect(tally(await inParallel(8, (i) => bank.otp.send(phones[i] ?? '')))).toEqual({ '200': 8 });
  });
});

onEveryDatabase('a gateway that read a resend, on %s,', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { LIMIT_SENDS_PER_PHONE_HOUR: '50' } });
    shop = await createAccountCalls(h, 'shop');
  });
  afterEach(() => h.gateway.behaveLike());
  afterAll(() => h.close());

  itOnOne.each(doubtful)(
    'F10b: and %s lifts the cooldown once, and the code stays valid',
    async (_, behaviour) => {
      const phone = nextNumber();
      const code = await shop.otp.sendCode(phone);
      h.advance(61);
      h.gateway.behaveLike(behaviour);
      const answers = [];
      for (let i = 0; i < 8; i += 1) answers.push(await shop.otp.resend(phone));
      expect(tally(answers)).toEqual({ provider_unavailable: 2, resend_too_soon: 6 });
      h.gateway.behaveLike();
      expect(shop.otp.messagesTo(phone).map((message) => message.code)).toEqual([code, code, code]);
      expect((await shop.otp.verify(phone, code)).status).toBe(200);
    },
  );

  it('lifts the cooldown once for resends at once', async () => {
    const phone = nextNumber();
    await shop.otp.sendCode(phone);
    h.advance(61);
    h.gateway.behaveLike(answer(503));
    await inParallel(10, () => shop.otp.resend(phone));
    await inParallel(10, () => shop.otp.resend(phone));
    await inParallel(10, () => shop.otp.resend(phone));
    h.gateway.behaveLike();
    expect(shop.otp.messagesTo(phone)).toHaveLength(3);
  });
});

describe('a gateway that nobody reaches', () => {
  it('costs the person nothing', async () => {
    const nextNumber = createPhoneNumbers();
    const h = await createHarness({ env: { HTTP_CHANNEL_URL: 'http://127.0.0.1:1/' } });
    const { otp } = await createAccountCalls(h, 'shop');
    const phone = nextNumber();
    const answers = [];
    for (let i = 0; i < 8; i += 1) answers.push(await otp.send(phone));
    expect(tally(answers)).toEqual({ provider_unavailable: 8 });
    await h.close();
  });
});

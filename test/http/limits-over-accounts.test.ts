import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../support/http/account-calls.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { inParallel, tally, withStatus } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

const DAY_SECONDS = 86_400;

/** The most that an account may send to one number in a day before it draws from the pot of all. */
const OWN_SENDS = 6;

const NO_OTHER_LIMITS = {
  OTP_RESEND_SECONDS: '0',
  LIMIT_SENDS_PER_PHONE_HOUR: '0',
  LIMIT_SENDS_PER_PHONE_DAY: '0',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_SENDS_PER_KEY_HOUR: '0',
  LIMIT_SENDS_PER_ACCOUNT_DAY: '0',
  LIMIT_SENDS_PER_REGION_HOUR: '0',
  LIMIT_SENDS_IN_ALL_HOUR: '0',
};

onOneDatabase('limits beside those of a number in its account, on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  let bank: AccountCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_OTHER_LIMITS });
    shop = await createAccountCalls(h, 'shop');
    bank = await createAccountCalls(h, 'bank');
  });
  afterAll(() => h.close());

  it('send a person 20 messages a day over all accounts beside the first ones of each, however many ask at once', async () => {
    const phoneNumber = nextNumber();
    const answers = await inParallel(50, (i) =>
      (i % 2 ? shop : bank).otp.send(phoneNumber, { purpose: `p${i}` }),
    );
    // Half of each limit at once.
    // Half of each limit at once.
    const sent = 10 + 2 * (OWN_SENDS / 2);
    expect(tally(answers)).toEqual({ '200': sent, rate_limited: 50 - sent });
    expect(shop.otp.messagesTo(phoneNumber)).toHaveLength(sent);
    const [refused] = withStatus(answers, 429);
    const wait = Number(refused?.headers['retry-after']);
    expect(refused?.body.retryAfter).toBe(wait);
    expect(wait).toBeGreaterThan(DAY_SECONDS / 11 - 600);
    expect(wait).toBeLessThanOrEqual(DAY_SECONDS / 11 + 2);
    expect((await h.client.post('/api/otp/send', { phoneNumber })).status).toBe(200);
    expect((await bank.otp.send(nextNumber())).status).toBe(200);
    h.advance(wait);
    expect((await bank.otp.send(phoneNumber)).status).toBe(200);
  });

  it('tell no account in a header how much of the day the others have used up', async () => {
    const phoneNumber = nextNumber();
    const first = await shop.otp.send(phoneNumber, { purpose: 'first' });
    for (let i = 1; i < 20 + OWN_SENDS; i += 1) {
      await shop.otp.send(phoneNumber, { purpose: `p${i}` });
    }
    for (let i = 0; i < OWN_SENDS; i += 1) {
      await bank.otp.send(phoneNumber, { purpose: `p${i}` });
    }
    const refused = await bank.otp.send(phoneNumber);
    expect([first.status, refused.status]).toEqual([200, 429]);
    for (const { headers } of [first, refused]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    }
  });

  it('count no message that no channel took', async () => {
    const phoneNumber = nextNumber();
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    for (let i = 0; i < 21; i += 1) {
      expect((await shop.otp.send(phoneNumber, { purpose: `p${i}` })).status).toBe(502);
    }
    h.gateway.behaveLike();
    expect((await bank.otp.send(phoneNumber)).status).toBe(200);
  });
});

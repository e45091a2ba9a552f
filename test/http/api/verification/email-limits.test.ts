import { afterAll, beforeAll, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import {
  createEmailCalls,
  createMailHarness,
  type EmailCalls,
  type MailServer,
  nextAddress,
} from '../../../support/http/email-calls.ts';
import type { Harness } from '../../../support/http/harness.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';

onEveryDatabase('the limits of an email address on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let mail: MailServer;
  let email: EmailCalls;
  let shop: EmailCalls;
  beforeAll(async () => {
    const env = {
      OTP_RESEND_SECONDS: '0',
      // Half of a limit may be used at once, but all of that of a prefix.
      ...{ LIMIT_SENDS_PER_PHONE_HOUR: '4', LIMIT_SENDS_PER_PREFIX_HOUR: '3' },
      ...{ LIMIT_FAILURES_PER_PHONE_HOUR: '10', LIMIT_SENDS_PER_REGION_HOUR: '2' },
    };
    ({ h, mail } = await createMailHarness({ dialect, env }));
    email = createEmailCalls(h, mail);
    const { client } = await createAccountCalls(h, 'shop');
    shop = createEmailCalls({ ...h, client }, mail);
  });
  afterAll(() => h.close());

  /** Locks an address with wrong codes. */
  async function lock(address: string): Promise<void> {
    const attempts = await inParallel(5, () => email.verify(address, '000000'));
    expect(tally(attempts)).toEqual({ otp_invalid: 5 });
    expect((await email.verify(address, '000000')).body.code).toBe('otp_locked');
  }

  async function limitHits(limit: string) {
    await h.activity.flush();
    const where = { action: 'limit_hit', details: limit } as const;
    return h.database.models.ActivityLog.findAll({ where });
  }

  it('allow as many sends to it as to a number, in parallel too', async () => {
    const address = nextAddress();
    const answers = await inParallel(20, () => email.send(address));
    expect(tally(answers)['rate_limited']).toBe(18);
    expect(email.mailsTo(address)).toHaveLength(2);
    const hits = await limitHits('otp-send-phone-hour');
    expect(hits.map(({ phoneNumber }) => phoneNumber)).toEqual([address]);
    const other = await shop.send(address);
    expect(other.status, 'of another account').toBe(200);
  });

  it('count all tags of a mailbox together, except for verified sends', async () => {
    const address = nextAddress();
    const tagged = (tag: unknown) => address.replace('@', `+${tag}@`);
    const answers = await inParallel(12, (i) => email.send(tagged(i)));
    expect(tally(answers)).toEqual({ '200': 3, rate_limited: 9 });
    const refused = await email.send(address);
    expect([refused.body.code, refused.headers['ratelimit']]).toEqual([
      'rate_limited',
      expect.stringContaining('otp-send-prefix-hour'),
    ]);
    // The log names the recipient of the call, and not that of all the others.
    expect(await limitHits('otp-send-prefix-hour')).toEqual([
      expect.objectContaining({ phoneNumber: null }),
    ]);
    const sent = answers.findIndex(({ status }) => status === 200);
    const right = await email.verify(tagged(sent), email.codeFor(tagged(sent)));
    expect(right.status).toBe(200);
    const later = await inParallel(5, (i) => email.send(tagged(`later${i}`)));
    expect(tally(later)).toEqual({ '200': 1, rate_limited: 4 });
  });

  it('of regions do not count it', async () => {
    const answers = await inParallel(6, () => email.send(nextAddress()));
    expect(tally(answers)).toEqual({ '200': 6 });
  });

  itOnOne(
    'lock it after wrong codes: for attempts by address, in this account, until it is unlocked',
    async () => {
      const address = nextAddress();
      await lock(address);
      const sent = await email.send(address);
      const code = email.codeFor(address);
      expect(Date.parse(String(sent.body.data?.['lockedUntil']))).toBeGreaterThan(Date.now());
      expect((await email.verify(address, code)).body.code).toBe('otp_locked');
      expect((await email.status(address)).body.data).toMatchObject({ canVerify: false });
      const otherCode = await shop.sendCode(address);
      expect((await shop.verify(address, otherCode)).status).toBe(200);
      expect((await shop.unlock(address)).status).toBe(200);
      expect((await email.verify(address, code)).body.code).toBe('otp_locked');

      const unlocked = await email.unlock(` ${address.toUpperCase()}`);
      expect(unlocked.body.data).toEqual({ email: address, recipientKind: 'email' });
      expect((await email.verify(address, code)).status).toBe(200);
      await h.activity.flush();
      const where = { action: 'otp_unlock', phoneNumber: address } as const;
      expect(await h.database.models.ActivityLog.count({ where })).toBe(2);
    },
  );

  itOnOne('leave the caller in who has the id of the code, which unlocks the address', async () => {
    const address = nextAddress();
    await lock(address);
    const { body } = await email.send(address);
    const code = email.codeFor(address);
    expect((await email.verify(address, code)).body.code).toBe('otp_locked');
    expect((await email.verifyById(body.data?.['verificationId'], code)).status).toBe(200);
    const next = await email.sendCode(address);
    expect((await email.verify(address, next)).status).toBe(200);
  });

  it('compare no more parallel attempts than a code has', async () => {
    const address = nextAddress();
    const code = await email.sendCode(address);
    const wrong = code === '000000' ? '111111' : '000000';
    const answers = await inParallel(60, () => email.verify(address, wrong));
    const { otp_invalid: invalid = 0, otp_locked: locked = 0 } = tally(answers);
    expect([invalid + locked, invalid]).toEqual([60, 5]);
    expect((await email.rows(address))[0]?.attempts).toBe(3);
  });
});

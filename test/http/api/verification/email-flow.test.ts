import { afterAll, beforeAll, expect, it } from 'vitest';
import { callersOn, itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import {
  createEmailCalls,
  createMailHarness,
  type EmailCalls,
  type MailServer,
  nextAddress,
} from '../../../support/http/email-calls.ts';
import type { Harness } from '../../../support/http/harness.ts';
import { inParallel, tally, wrongCodes } from '../../../support/http/otp-calls.ts';

onEveryDatabase('a code for an email address on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let mail: MailServer;
  let email: EmailCalls;
  beforeAll(async () => {
    ({ h, mail } = await createMailHarness({ dialect }));
    email = createEmailCalls(h, mail);
  });
  afterAll(() => h.close());

  itOnOne('is sent to the address alone, shown as its own, and accepted once', async () => {
    const address = nextAddress();
    const sent = await email.send(address);
    expect([sent.status, sent.body.data]).toEqual([
      200,
      expect.objectContaining({ email: address, recipientKind: 'email', channel: 'email' }),
    ]);
    expect(sent.body.data).not.toHaveProperty('phoneNumber');
    expect(h.gateway.messages).toEqual([]);
    const [row] = await email.rows(address);
    expect(row).toMatchObject({ recipientKind: 'email', phoneNumber: address, region: '' });

    const status = await email.status(address);
    expect(status.body.data).toMatchObject({
      ...{ status: 'sent', canVerify: true, channel: 'email' },
      ...{ email: 'u•••@example.com', recipientKind: 'email' },
    });
    expect(status.body.data).not.toHaveProperty('phoneNumber');

    const code = email.codeFor(address);
    const [wrong = ''] = wrongCodes(code, 1);
    const refused = await email.verify(address, wrong);
    expect([refused.body.code, refused.body.attemptsLeft]).toEqual(['otp_invalid', 2]);
    const right = await email.verify(address, code);
    expect([right.status, right.body.data]).toEqual([
      200,
      {
        verificationId: sent.body.data?.['verificationId'],
        ...{ email: address, recipientKind: 'email', sessionId: 'default', purpose: 'login' },
        verifiedAt: expect.any(String),
      },
    ]);
    expect((await email.verify(address, code)).body.code).toBe('otp_invalid');
    expect((await email.status(address)).body.data?.['status']).toBe('verified');
  });

  it('A05: is accepted for one of many callers who have it at once', async () => {
    const address = nextAddress();
    const code = await email.sendCode(address);
    const answers = await inParallel(callersOn(dialect, 200), () => email.verify(address, code));
    expect(tally(answers)['200']).toBe(1);
    const [row] = await email.rows(address);
    expect(row).toMatchObject({ status: 'verified', activeKey: null, otpHash: '' });
  });

  it('is sent once to 50 callers who ask at once', async () => {
    const address = nextAddress();
    const answers = await inParallel(50, () => email.send(address));
    expect(tally(answers)).toEqual({ '200': 1, resend_too_soon: 49 });
    expect(email.mailsTo(address)).toHaveLength(1);
  });

  itOnOne('is the same code for every spelling of the address', async () => {
    const address = nextAddress();
    const code = await email.sendCode(address);
    const shouted = ` \u200b${address.toUpperCase()}\u00a0`;
    expect((await email.send(shouted)).body.code).toBe('resend_too_soon');
    const right = await email.verify(`<${shouted.trim()}>`, code);
    expect(right.body.data?.['email']).toBe(address);
    // A tag is another address, perhaps of another account of this person.
    expect((await email.send(address.replace('@', '+shop@'))).status).toBe(200);
  });

  itOnOne('is sent again with the same code, and ends when the caller says so', async () => {
    const address = nextAddress();
    const first = await email.send(address);
    const code = email.codeFor(address);
    expect((await email.resend(address)).body.code).toBe('resend_too_soon');
    h.advance(61);
    const again = await email.resend(address);
    expect(again.body.data).toMatchObject({
      verificationId: first.body.data?.['verificationId'],
      ...{ email: address, recipientKind: 'email' },
    });
    expect(email.mailsTo(address)).toHaveLength(2);
    expect(email.codeFor(address)).toBe(code);
    expect((await email.next(address)).body.code).toBe('no_next_step');
    expect((await email.expire(address)).body.data).toEqual({ expired: 1 });
    expect((await email.verify(address, code)).body.code).toBe('otp_invalid');
  });

  itOnOne(
    'is checked by its id, with the address or without it, but with no other address',
    async () => {
      const address = nextAddress();
      const { body } = await email.send(address);
      const id = body.data?.['verificationId'];
      const code = email.codeFor(address);
      const other = await email.verifyById(id, code, { email: nextAddress() });
      expect(other.body.code).toBe('otp_invalid');
      const number = await email.verifyById(id, code, { phoneNumber: '081234567890' });
      expect(number.body.code).toBe('otp_invalid');
      expect((await email.verifyById(id, code, { email: address })).status).toBe(200);
    },
  );

  itOnOne('fits into every column if it is as long as can be', async () => {
    const address = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`;
    expect(address).toHaveLength(254);
    const purpose = 'p'.repeat(32);
    const account = await createAccountCalls(h, 'a'.repeat(36));
    const ofAccount = createEmailCalls({ ...h, client: account.client }, mail);
    const code = await ofAccount.sendCode(address, { purpose });
    const [wrong = ''] = wrongCodes(code, 1);
    expect((await ofAccount.verify(address, wrong, { purpose })).body.code).toBe('otp_invalid');
    expect((await ofAccount.send(address, { purpose })).body.code).toBe('resend_too_soon');
    expect((await ofAccount.verify(address, code, { purpose })).status).toBe(200);
    await h.activity.flush();
    const logged = await account.client.get(`/api/analytics/logs/activity?email=${address}`);
    const { items } = logged.body.data as { items: { email: string }[] };
    expect(items.map((one) => one.email)).toEqual([address, address, address, address, address]);
  });
});

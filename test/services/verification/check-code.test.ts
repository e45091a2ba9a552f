import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_ID } from '../../../src/domain/access/caller.ts';
import { checkCode } from '../../../src/services/verification/check-code.ts';
import {
  callersOn,
  itOnOneDatabase,
  onEveryDatabase,
  onOneDatabase,
} from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import {
  createOtpCalls,
  inParallel,
  type OtpCalls,
  tally,
  wrongCodes,
} from '../../support/http/otp-calls.ts';
import { OWNER } from '../../support/owner.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { createCountedVerification } from '../../support/spy-verification.ts';

const nextNumber = createPhoneNumbers();

const NO_FAILURE_LIMITS = {
  LIMIT_FAILURES_PER_PHONE_HOUR: '0',
  LIMIT_FAILURES_PER_PHONE_DAY: '0',
  LIMIT_FAILURES_IN_A_ROW: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

/** How many attempts were not refused before a hash: what the metrics count under every other outcome. */
async function countHashes({ client }: Harness): Promise<number> {
  const counts = (await client.get('/metrics')).raw.matchAll(
    /^waverify_otp_verifications_total\{outcome="([a-z]+)"\} (\d+)$/gm,
  );
  return [...counts].reduce(
    (sum, [, outcome, n]) => sum + (outcome === 'refused' ? 0 : Number(n)),
    0,
  );
}

onEveryDatabase('checking without failure limits on %s', (dialect) => {
  const callers = callersOn(dialect, 200);
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    // So many attempts at once would overflow the queue, and an attempt that is turned away proves nothing.
    h = await createHarness({ dialect, env: { ...NO_FAILURE_LIMITS, OTP_HASH_CONCURRENCY: '64' } });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  /** Repeats what was turned away for want of a place, until it is answered. */
  async function insist(phone: string, attempt: string) {
    for (;;) {
      const answer = await otp.verify(phone, attempt);
      if (answer.body.code !== 'overloaded') return answer;
    }
  }

  it('A01: accepts the right code once of many parallel tries', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const answers = await inParallel(callers, () => insist(phone, code));
    expect(tally(answers)).toEqual({ '200': 1, otp_invalid: callers - 1 });
    const { status, attempts, activeKey, otpHash } = await otp.row(phone);
    expect({ status, activeKey, otpHash }).toEqual({
      status: 'verified',
      activeKey: null,
      otpHash: '',
    });
    expect(attempts).toBeLessThanOrEqual(3);
  });

  it('A02: compares 3 of many parallel wrong codes, and the right code is dead then', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const answers = await inParallel(callers, (i) =>
      insist(phone, wrongCodes(code, callers)[i] ?? ''),
    );
    expect(tally(answers)).toEqual({ otp_invalid: callers });
    expect((await otp.row(phone)).attempts).toBe(3);
    expect((await otp.verify(phone, code)).body.code).toBe('otp_invalid');
    expect((await otp.row(phone)).status).toBe('sent');
  });

  it('A02: hashes 3 of many parallel attempts against the digest of the row', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const { otpHash } = await otp.row(phone);
    const { verification, comparisonsWith } = await createCountedVerification(h);
    const scope = { accountId: DEFAULT_ACCOUNT_ID, phoneNumber: phone, purpose: 'login' };
    const target = { ref: { scope }, sessionId: undefined, purpose: undefined };
    const results = await Promise.all(
      wrongCodes(code, callers).map((attempt) => checkCode(verification, OWNER, target, attempt)),
    );
    expect(results.every(({ outcome }) => outcome === 'invalid')).toBe(true);
    expect(comparisonsWith(otpHash)).toBe(3);
  });

  it('A03: gives parallel codes, half of them right, one success at most', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const wrong = wrongCodes(code, callers);
    const answers = await inParallel(callers, (i) =>
      insist(phone, i % 2 ? code : (wrong[i] ?? '')),
    );
    const successes = answers.filter(({ status }) => status === 200).length;
    const { status, attempts } = await otp.row(phone);
    expect(attempts).toBeLessThanOrEqual(3);
    expect({ successes, status }).toEqual(
      status === 'verified' ? { successes: 1, status } : { successes: 0, status: 'sent' },
    );
  });
});

onEveryDatabase('checking with the default limits on %s', (dialect) => {
  const callers = callersOn(dialect, 200);
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    const env = { LIMIT_FAILURES_PER_IP_HOUR: '0', LIMIT_FAILURES_PER_KEY_HOUR: '0' };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it('A02: hashes 5 of many parallel wrong codes and locks the number', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const answers = await inParallel(callers, (i) =>
      otp.verify(phone, wrongCodes(code, callers)[i] ?? ''),
    );
    expect(tally(answers)).toEqual({ otp_invalid: 5, otp_locked: callers - 5 });
    expect((await otp.row(phone)).attempts).toBe(3);
    expect(await countHashes(h)).toBe(5);
    const locked = await otp.verify(phone, code);
    expect(locked.body.code).toBe('otp_locked');
    const waits = answers.filter(({ status }) => status === 429).map(({ body }) => body.retryAfter);
    expect(waits.filter((wait = 0) => wait < 1 || wait > 3600)).toEqual([]);
  });

  it('A01: accepts the right code once of many parallel tries', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const answers = await inParallel(callers, () => otp.verify(phone, code));
    const counts = tally(answers);
    expect(counts['200']).toBe(1);
    expect((counts['otp_invalid'] ?? 0) + (counts['otp_locked'] ?? 0)).toBe(callers - 1);
  });

  itOnOne('A07: sends the same code again, which is accepted once', async () => {
    const phone = nextNumber();
    const first = await otp.send(phone);
    const code = h.gateway.codeFor(phone);
    const [wrong = ''] = wrongCodes(code, 1);
    await otp.verify(phone, wrong);
    h.advance(61);
    const again = await otp.resend(phone);
    expect(again.body.data).toMatchObject({
      verificationId: first.body.data?.['verificationId'],
      expiresAt: first.body.data?.['expiresAt'],
      expiresIn: 239,
    });
    expect(h.gateway.codeFor(phone)).toBe(code);
    expect((await otp.verify(phone, wrong)).body['attemptsLeft']).toBe(1);
    expect((await otp.verify(phone, code)).status).toBe(200);
    expect((await otp.verify(phone, code)).body.code).toBe('otp_invalid');
    expect((await otp.rows(phone)).map(({ status }) => status)).toEqual(['verified']);
  });

  itOnOne('A07: sends a new code with a send, and after the attempts are used up', async () => {
    const phone = nextNumber();
    const first = await otp.sendCode(phone);
    h.advance(61);
    const second = await otp.sendCode(phone);
    if (first !== second) expect((await otp.verify(phone, first)).body.code).toBe('otp_invalid');
    for (const wrong of wrongCodes(second, 3)) await otp.verify(phone, wrong);
    h.advance(61);
    expect((await otp.resend(phone)).status).toBe(200);
    expect((await otp.verify(phone, h.gateway.codeFor(phone))).status).toBe(200);
    expect((await otp.rows(phone)).map(({ status }) => status)).toEqual([
      ...['expired', 'expired', 'verified'],
    ]);
  });

  itOnOne('tells how many attempts are left, down to none', async () => {
    const phone = nextNumber();
    const [one = '', two = '', three = '', four = ''] = wrongCodes(await otp.sendCode(phone), 4);
    const left = [];
    for (const attempt of [one, two, three, four]) {
      left.push((await otp.verify(phone, attempt)).body.attemptsLeft);
    }
    expect(left).toEqual([2, 1, 0, 0]);
  });
});

onOneDatabase('a drawn 123 on %s', (dialect) => {
  it('A13: is sent and accepted as 000123 only', async () => {
    const h = await createHarness({ dialect, draw: () => 123 });
    const otp = createOtpCalls(h);
    const phone = nextNumber();
    expect(await otp.sendCode(phone)).toBe('000123');
    expect(otp.messagesTo(phone)[0]?.text).toContain('000123');
    const short = await otp.verify(phone, '123');
    expect([short.status, short.body.code]).toEqual([400, 'validation_failed']);
    expect((await otp.row(phone)).attempts).toBe(0);
    expect((await otp.verify(phone, '000123')).status).toBe(200);
    await h.close();
  });
});

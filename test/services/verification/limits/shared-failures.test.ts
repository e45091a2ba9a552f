import { afterAll, beforeAll, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inBatches, tally, wrongCodes } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const ATTACKER = '198.51.100.66';
const PERSON = '203.0.113.7';

/** How many wrong codes fill the limits that are set here. */
const FULL = 10;

onEveryDatabase('limits that many people share on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;

  beforeAll(async () => {
    const env = {
      LIMIT_FAILURES_PER_IP_HOUR: String(2 * FULL),
      LIMIT_FAILURES_PER_KEY_HOUR: String(2 * FULL),
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
    };
    h = await createHarness({ dialect, env });
  });
  afterAll(() => h.close());

  type Fields = Readonly<Record<string, unknown>>;

  /** Asks for a code and gets it right, or wrong, by number or by handle. */
  async function logIn(way: 'number' | 'handle', fields: Fields = {}, isRight = true) {
    const phone = nextNumber();
    const sent = await shop.otp.send(phone, fields);
    const code = h.gateway.codeFor(phone);
    const attempt = isRight ? code : (wrongCodes(code, 1)[0] ?? '');
    return way === 'number'
      ? shop.otp.verify(phone, attempt, fields)
      : shop.otp.verifyById(sent.body.data?.['verificationId'], attempt, fields);
  }

  async function failOften(count: number, fields: Fields = {}) {
    const tries = Array.from({ length: count }, () => fields);
    const answers = await inBatches(tries, (one) => logIn('handle', one, false));
    expect(tally(answers)).toEqual({ otp_invalid: count });
  }

  itOnOne('F2: count no attempt at a number to which no code was sent', async () => {
    shop = await createAccountCalls(h, 'shop');
    const phones = Array.from({ length: 5 * FULL }, nextNumber);
    const fields = { clientIp: PERSON };
    const answers = await inBatches(phones, (phone) => shop.otp.verify(phone, '000000', fields));
    expect(tally(answers)).toEqual({ otp_invalid: 5 * FULL });
    expect((await logIn('number', fields)).status).toBe(200);
    expect((await logIn('number')).status).toBe(200);
  });

  itOnOne(
    'F2: count what an end user gets wrong, and never the server that the users share',
    async () => {
      shop = await createAccountCalls(h, 'end-users');
      await failOften(FULL, { clientIp: ATTACKER });
      // The key is full too, and most of its outcomes are failures.
      expect((await logIn('number', { clientIp: ATTACKER })).body.code).toBe('rate_limited');
      expect((await logIn('handle', { clientIp: ATTACKER })).status).toBe(200);
      shop = await createAccountCalls(h, 'end-users');
      expect((await logIn('number', { clientIp: ATTACKER })).body.code).toBe('rate_limited');
      expect((await logIn('number', { clientIp: PERSON })).status).toBe(200);
      expect((await logIn('number')).status).toBe(200);
    },
  );

  itOnOne(
    'F2: know an address by its IPv6 network, and by its IPv4 address in either spelling',
    async () => {
      shop = await createAccountCalls(h, 'networks');
      await failOften(FULL, { clientIp: '2001:db8:1:2:3:4:5:6' });
      await failOften(FULL, { clientIp: '::ffff:198.51.100.9' });
      shop = await createAccountCalls(h, 'networks');
      const blocked = ['2001:db8:1:2::1', '198.51.100.9'];
      for (const clientIp of blocked) {
        expect((await logIn('number', { clientIp })).body.code, clientIp).toBe('rate_limited');
      }
      expect((await logIn('number', { clientIp: '2001:db8:1:3::1' })).status).toBe(200);
    },
  );

  itOnOne(
    'F2: tighten a key that fails often, and refuse nobody who brings the handle',
    async () => {
      shop = await createAccountCalls(h, 'bank');
      await failOften(FULL);
      expect((await logIn('number')).body.code).toBe('rate_limited');
      const honest = await inBatches(Array.from({ length: 30 }), () => logIn('handle'));
      expect(tally(honest)).toEqual({ '200': 30 });

      const phone = nextNumber();
      const handle = (await shop.otp.send(phone)).body.data?.['verificationId'];
      const code = h.gateway.codeFor(phone);
      // Most of the latest outcomes are right by now: two of three attempts are left.
      const [first = '', second = ''] = wrongCodes(code, 2);
      expect((await shop.otp.verifyById(handle, first)).body.attemptsLeft).toBe(1);
      expect((await shop.otp.verifyById(handle, second)).body.attemptsLeft).toBe(0);
      expect((await shop.otp.verifyById(handle, code)).body.code).toBe('otp_invalid');
      expect((await logIn('number')).status).toBe(200);
      h.advance(3600);
      expect((await logIn('number')).status).toBe(200);
    },
  );

  itOnOne('F2: let a crowd in that mistypes once each and comes through one server', async () => {
    shop = await createAccountCalls(h, 'clumsy');
    for (let i = 0; i < 3 * FULL; i += 1) {
      const phone = nextNumber();
      const sent = await shop.otp.send(phone, { clientIp: PERSON });
      const code = h.gateway.codeFor(phone);
      const verify = (otp: string) =>
        shop.otp.verifyById(sent.body.data?.['verificationId'], otp, { clientIp: PERSON });
      expect((await verify(wrongCodes(code, 1)[0] ?? '')).body.code).toBe('otp_invalid');
      expect((await verify(code)).status, `person ${i}`).toBe(200);
    }
  });

  it('F2: never refuse a key most of whose codes are right', async () => {
    shop = await createAccountCalls(h, 'busy');
    await inBatches(Array.from({ length: 2 * FULL }), () => logIn('number'));
    await failOften(FULL + 2);
    expect((await logIn('number')).status).toBe(200);
    const refused = await h.database.models.ActivityLog.findAll({
      where: { accountId: 'busy', action: 'limit_hit' },
    });
    expect(refused.map(({ details }) => details)).toEqual(['otp-fail-key-hour']);
    expect(h.logLines.filter((line) => line.includes('otp-fail-key-hour'))).not.toEqual([]);
    const { raw } = await h.client.get('/metrics');
    expect(raw).toMatch(
      /waverify_otp_tightened_verifications_total\{limit="otp-fail-key-hour"\} [1-9]/,
    );
  });

  itOnOne(
    'take no clientIp that is no address, nor any from a key that may name none',
    async () => {
      const bad = ['', 'localhost', '1.2.3', '010.1.1.1', '1.2.3.4:http', 'fe80::1%eth0'];
      for (const clientIp of bad) {
        const { status, body } = await h.client.post('/api/otp/send', {
          ...{ phoneNumber: nextNumber(), clientIp },
        });
        expect([status, body.code, body.errors?.[0]?.path], clientIp).toEqual([
          400,
          'validation_failed',
          'clientIp',
        ]);
      }
      const made = await h.client.post('/api/keys', {
        ...{ name: 'edge', scopes: ['otp:send', 'otp:verify'], clientIp: false },
      });
      expect(made.body.data?.['clientIp']).toBe(false);
      const headers = { 'x-api-key': String(made.body.data?.['secret']) };
      const phoneNumber = nextNumber();
      const refused = await h.client.post(
        '/api/otp/send',
        { phoneNumber, clientIp: PERSON },
        headers,
      );
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
      expect((await h.client.post('/api/otp/send', { phoneNumber }, headers)).status).toBe(200);
      const status = `/api/otp/status/${encodeURIComponent(phoneNumber)}?clientIp=${PERSON}`;
      expect((await h.client.get(status, headers)).status).toBe(403);
      expect((await h.client.get(status)).status).toBe(200);
      const [row] = await h.database.models.OTPLog.findAll({ where: { phoneNumber } });
      expect(row?.ipAddress).toBe('127.0.0.1');
      const named = nextNumber();
      await h.client.post('/api/otp/send', { phoneNumber: named, clientIp: PERSON });
      const [other] = await h.database.models.OTPLog.findAll({ where: { phoneNumber: named } });
      expect(other?.ipAddress).toBe(PERSON);
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOneDatabase } from '../support/database/lanes.ts';
import { API_KEY } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

const NO_LIMITS = {
  OTP_RESEND_SECONDS: '0',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_SENDS_PER_PHONE_HOUR: '0',
  LIMIT_SENDS_PER_PHONE_DAY: '0',
  LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '0',
};

/** The text with its digits in the ten that begin with `zero`. */
function inDigits(zero: string, text: string): string {
  const first = zero.codePointAt(0) ?? 0;
  return text.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(first + Number(digit)));
}

/** How people and their phones hand on what they were sent. */
const SPELLINGS: readonly (readonly [string, (text: string) => string])[] = [
  ['a blank in the middle', (text) => `${text.slice(0, -3)} ${text.slice(-3)}`],
  ['blanks around', (text) => `  ${text} `],
  ['a line end', (text) => `${text}\r\n`],
  ['a no-break space', (text) => `${text.slice(0, -3)}\u00a0${text.slice(-3)}`],
  ['a narrow space', (text) => `${text.slice(0, -3)}\u202f${text.slice(-3)}`],
  ['a hyphen', (text) => `${text.slice(0, -3)}-${text.slice(-3)}`],
  ['an en dash', (text) => `${text.slice(0, -3)}–${text.slice(-3)}`],
  ['direction marks', (text) => `\u200e\u202a${text}\u202c`],
  ['a zero-width space', (text) => `${text.slice(0, -3)}\u200b${text.slice(-3)}`],
  ['a byte order mark', (text) => `\ufeff${text}`],
  ['full-width digits', (text) => inDigits('０', text)],
  ['Arabic-Indic digits', (text) => inDigits('٠', text)],
  ['Persian digits', (text) => inDigits('۰', text)],
  ['Devanagari digits', (text) => inDigits('०', text)],
  ['Khmer digits', (text) => inDigits('០', text)],
];

onOneDatabase('what people type, on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  const nextNumber = createPhoneNumbers();
  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LIMITS });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it.each(SPELLINGS)('F09, F10a: is the right code with %s', async (_, spell) => {
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    const right = await otp.verify(phoneNumber, spell(code));
    expect([right.status, right.body.code]).toEqual([200, undefined]);
  });

  it('F09: costs no attempt where it cannot be a code, and one where it is a wrong one', async () => {
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    for (const text of ['12345', `${code}1`, `${code}x`, 'abc', '', '* *', `${code}\u0000`]) {
      const refused = await otp.verify(phoneNumber, text);
      expect([text, refused.status, refused.body.code]).toEqual([text, 400, 'validation_failed']);
    }
    expect((await otp.row(phoneNumber)).attempts).toBe(0);
    const wrong = code === '000000' ? '111111' : '000000';
    expect((await otp.verify(phoneNumber, inDigits('٠', wrong))).body.code).toBe('otp_invalid');
    expect((await otp.row(phoneNumber)).attempts).toBe(1);
  });

  it.each(SPELLINGS)('F13a, F14a: is one recipient on every route with %s', async (_, spell) => {
    const phoneNumber = nextNumber();
    const typed = spell(phoneNumber);
    const path = encodeURIComponent(typed);
    const { client } = h;
    expect((await otp.send(typed)).body.data).toMatchObject({ phoneNumber });
    expect((await otp.resend(typed)).body.data).toMatchObject({ phoneNumber });
    expect((await otp.status(typed)).body.data).toMatchObject({ status: 'sent' });
    const code = h.gateway.codeFor(phoneNumber);
    expect((await otp.verify(typed, code)).body.data).toMatchObject({ phoneNumber });
    const alias = await client.post('/api/messages/default/otp', { to: typed });
    expect(alias.body.data).toMatchObject({ phoneNumber });
    expect((await otp.expire(typed)).body.data).toEqual({ expired: 1 });
    expect((await otp.unlock(typed)).body.data).toEqual({ phoneNumber });
    const logs = await client.get(`/api/analytics/logs/otp?phoneNumber=${path}`);
    expect(logs.body.data?.['items']).toHaveLength(2);
    const csv = await client.get(`/api/analytics/export?log=otp&phoneNumber=${path}`);
    expect(csv.raw.split(phoneNumber)).toHaveLength(3);
    const known = await client.get(`/api/recipients/${path}`);
    expect(known.body.data).toMatchObject({ phoneNumber });
    expect((await client.delete(`/api/recipients/${path}`)).body.data).toMatchObject({
      challenges: 2,
    });
    const saved = await client.call({
      ...{ method: 'PUT', path: `/api/test-numbers/${path}` },
      headers: { 'x-api-key': API_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ otp: spell('246810') }),
    });
    expect(saved.body.data).toMatchObject({ phoneNumber });
    const removed = await client.delete(`/api/test-numbers/${path}`);
    expect(removed.body.data).toEqual({ phoneNumber });
    for (const [action, body] of [
      ['pair-request', { number: typed }],
      ['send-message', { to: typed, message: 'Hello' }],
    ] as const) {
      const answer = await client.post(`/api/sessions/none/${action}`, body);
      expect([action, answer.body.code]).toEqual([action, 'session_not_found']);
    }
  });

  it('F09: is told what a code has to be', async () => {
    const phoneNumber = nextNumber();
    for (const text of ['①②③④⑤⑥', 'Code: 123456', '123,456', 'G-123456']) {
      const { body } = await otp.verify(phoneNumber, text);
      expect([text, body.errors]).toEqual([
        text,
        [
          {
            path: 'otp',
            message: expect.stringMatching(/6 digits and nothing else/),
            code: 'invalid_format',
          },
        ],
      ]);
    }
  });

  it('F06: is one recipient under an old and a new numbering plan', async () => {
    const sent = await otp.send('+52 1 55 1234 5678');
    expect(sent.body.data).toMatchObject({ phoneNumber: '+525512345678' });
    const right = await otp.verify('+52 55 1234 5678', h.gateway.codeFor('+525512345678'));
    expect(right.status).toBe(200);
  });

  it('names its sender by a name with emoji and accents, and keeps it', async () => {
    const phoneNumber = nextNumber();
    for (const companyName of ['Kopi & Roti ☕', "d'Amour S.p.A.", 'Studio 54000', 'دکان 👨‍👩‍👧']) {
      const sent = await otp.send(phoneNumber, { companyName });
      expect([companyName, sent.status]).toEqual([companyName, 200]);
      expect((await otp.row(phoneNumber)).companyName).toBe(companyName);
    }
  });

  it('F22: may be null where it may be left out', async () => {
    const phoneNumber = nextNumber();
    const nothing = { companyName: null, sessionId: null, purpose: null, channel: null };
    const sent = await otp.send(phoneNumber, { ...nothing, locale: null });
    expect([sent.status, sent.body.errors]).toEqual([200, undefined]);
    const fields = { sessionId: null, purpose: null, verificationId: null };
    const right = await otp.verify(phoneNumber, h.gateway.codeFor(phoneNumber), fields);
    expect([right.status, right.body.errors]).toEqual([200, undefined]);
    const alias = await h.client.post('/api/messages/default/otp', {
      ...{ to: null, phone: phoneNumber, companyName: null },
    });
    expect(alias.status).toBe(200);
    const { body } = await h.client.post('/api/keys', {
      ...{ name: 'shop', mode: null, scopes: ['otp:send'], sessions: null, expiresAt: null },
    });
    expect(body.data).toMatchObject({ mode: 'live', sessions: null, expiresAt: null });
    expect((await h.client.post('/api/sessions', { sessionId: null })).status).toBe(201);
    for (const [path, refused] of [
      ['/api/otp/send', { phoneNumber: null }],
      ['/api/otp/verify', { phoneNumber, otp: null }],
      ['/api/otp/send', { phoneNumber, force: null }],
      ['/api/keys', { name: 'shop', scopes: [null] }],
      ['/api/keys', { name: null, scopes: ['otp:send'] }],
    ] as const) {
      const answer = await h.client.post(path, refused);
      expect([refused, answer.status, answer.body.code]).toEqual([
        refused,
        400,
        'validation_failed',
      ]);
    }
  });

  it('F22: still wipes what null wipes by its documentation', async () => {
    const made = await h.client.post('/api/users', {
      ...{ email: `ana-${dialect}@example.com`, name: 'Ana', role: null, documentId: null },
      ...{ password: 'a long enough password', description: 'first' },
    });
    expect([made.status, made.body.errors]).toEqual([201, undefined]);
    const changed = await h.client.call({
      ...{ method: 'PATCH', path: `/api/users/${made.body.data?.['id']}` },
      headers: { 'x-api-key': API_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ description: null, name: null }),
    });
    expect(changed.body.data).toMatchObject({ description: null, name: 'Ana' });
  });
});

const OUT_OF_BOUNDS = expect.stringMatching(/^(invalid_type|too_small|too_large)$/);

describe('a whole number', () => {
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({});
  });
  afterAll(() => h.close());

  it.each(['1e2', '05', '%205', '0', '501', '1.5', '', '1e400', '99999999999999999999'])(
    'is refused in a query with its bounds: %s',
    async (text) => {
      for (const list of ['/api/keys', '/api/analytics/logs/activity']) {
        const { status, body } = await h.client.get(`${list}?limit=${text}`);
        const message = expect.stringMatching(/whole number from 1 to 500/);
        expect([status, body.errors]).toEqual([
          400,
          [{ path: 'limit', message, code: OUT_OF_BOUNDS }],
        ]);
      }
    },
  );

  it.each(['60', 1.5, -1, 604_801, 1e20, true, []])(
    'is refused in a body with its bounds: %s',
    async (overlapSeconds) => {
      const { status, body } = await h.client.post('/api/keys/x/rotate', { overlapSeconds });
      const message = expect.stringMatching(/whole number from 0 to 604800/);
      expect([status, body.errors]).toEqual([
        400,
        [{ path: 'overlapSeconds', message, code: OUT_OF_BOUNDS }],
      ]);
    },
  );
});

describe('the older spelling of sending', () => {
  it('takes the language of the message, as the newer one does', async () => {
    const h = await createHarness({ env: NO_LIMITS });
    try {
      const nextNumber = createPhoneNumbers();
      const languages = ['id', 'en'].map(async (locale) => {
        const to = nextNumber();
        const { status } = await h.client.post('/api/messages/default/otp', { to, locale });
        expect(status).toBe(200);
        return h.gateway.messages.find((message) => message.to === to)?.locale;
      });
      expect(await Promise.all(languages)).toEqual(['id', 'en']);
      const refused = await h.client.post('/api/messages/default/otp', {
        ...{ to: nextNumber(), locale: 'pt_BR' },
      });
      expect(refused.body.errors?.map(({ path }) => path)).toEqual(['locale']);
    } finally {
      await h.close();
    }
  });
});

describe('a phone number of an operator elsewhere', () => {
  it('is read in the region of the operator, and more widely where they say so', async () => {
    const h = await createHarness({ env: { ...NO_LIMITS, PHONE_VALIDATION: 'possible' } });
    try {
      const otp = createOtpCalls(h);
      const sent = await otp.send('08591915781114');
      expect(sent.body.data).toMatchObject({ phoneNumber: '+628591915781114' });
      expect((await otp.send('02112345678')).body.code).toBe('invalid_phone');
    } finally {
      await h.close();
    }
  });

  it('F28: is refused with the region it was read in by default', async () => {
    const h = await createHarness({ env: { ...NO_LIMITS, DEFAULT_REGION: 'AR' } });
    try {
      const otp = createOtpCalls(h);
      const { body } = await otp.send('08591915781114');
      expect([body.code, body.message]).toEqual(['invalid_phone', expect.stringMatching(/\bAR\b/)]);
      const sent = await otp.send('11 2345-6789');
      expect(sent.body.data).toMatchObject({ phoneNumber: '+5491123456789' });
    } finally {
      await h.close();
    }
  });
});

describe('a name that looks like a link', () => {
  it('is good where it is declared, on both routes that take one', async () => {
    const env = { ...NO_LIMITS, COMPANY_NAMES_WITH_LINKS: 'Booking.com, Toko.id' };
    const h = await createHarness({ env });
    try {
      const nextNumber = createPhoneNumbers();
      const answers = ['Booking.com', 'Toko.id', 'Evil.com', 'Booking.com.evil.example'].map(
        async (companyName) => {
          // Two sends to one number at the same moment would stand in each other's way.
          const phoneNumber = nextNumber();
          const body = { to: phoneNumber, companyName };
          return [
            (await h.client.post('/api/otp/send', { phoneNumber, companyName })).status,
            (await h.client.post('/api/messages/default/otp', body)).status,
          ];
        },
      );
      expect(await Promise.all(answers)).toEqual([
        [200, 200],
        [200, 200],
        [400, 400],
        [400, 400],
      ]);
    } finally {
      await h.close();
    }
  });
});

import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { emailOTP, phoneNumber } from 'better-auth/plugins';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waverifyEmailOTP, waverifyPhoneNumber } from '../../packages/better-auth/src/index.ts';
import { createWaverify } from '../../packages/client/src/index.ts';
import { API_KEY } from '../support/http/client.ts';
import { createEmailCalls, createMailHarness, nextAddress } from '../support/http/email-calls.ts';
import type { Harness } from '../support/http/harness.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { waitFor } from '../support/wait-for.ts';

const nextNumber = createPhoneNumbers();

const createTables = () => ({ user: [], session: [], account: [], verification: [] });

/** Only ends what hangs: a slow machine may need more than the default time limit. */
const PATIENCE_MS = 150_000;

type Hook = { readonly url: string; readonly secret: string };

function createAuth(baseUrl: string, hook: Hook = { url: `${baseUrl}/none`, secret: '' }) {
  const waverify = createWaverify({
    baseUrl,
    apiKey: API_KEY,
    maxRetries: 0,
    timeoutMs: PATIENCE_MS,
  });
  return betterAuth({
    baseURL: 'http://127.0.0.1:1',
    secret: 'a secret of thirty-two characters',
    database: memoryAdapter(createTables()),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [
      phoneNumber({
        ...waverifyPhoneNumber(waverify, { companyName: 'Toko Kopi' }),
        signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@phone.example` },
      }),
      emailOTP(waverifyEmailOTP(hook)),
    ],
  });
}

let h: Harness;
let mail: Awaited<ReturnType<typeof createMailHarness>>['mail'];
let auth: ReturnType<typeof createAuth>;
beforeAll(async () => {
  ({ h, mail } = await createMailHarness());
  const { body } = await h.client.post('/api/hooks', { dialect: 'generic' });
  auth = createAuth(h.url, body.data as unknown as Hook);
});
afterAll(() => h.close());

type Body = { readonly code?: string; readonly user?: { readonly phoneNumber: string } };

/** Calls better-auth as its client does. */
async function call(path: string, body: object, { handler } = auth) {
  const response = await handler(
    new Request(`http://127.0.0.1:1/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:1' },
      body: JSON.stringify(body),
    }),
  );
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Body,
  };
}

const post = (path: string, body: object, from = auth) => call(`phone-number/${path}`, body, from);

it('a user logs in with a code of Waverify, and not with a wrong or used one', async () => {
  const phone = nextNumber();
  expect((await post('send-otp', { phoneNumber: phone })).status).toBe(200);
  const code = h.gateway.codeFor(phone);
  const wrong = code === '000000' ? '000001' : '000000';
  const refused = await post('verify', { phoneNumber: phone, code: wrong });
  expect([refused.status, refused.body.code]).toEqual([400, 'INVALID_OTP']);
  const verified = await post('verify', { phoneNumber: phone, code });
  expect([verified.status, verified.body.user?.phoneNumber]).toEqual([200, phone]);
  const again = await post('verify', { phoneNumber: phone, code });
  expect([again.status, again.body.code]).toEqual([400, 'INVALID_OTP']);
});

it('a cooldown, a number that is none and a service that is away are no error 500', async () => {
  const phone = nextNumber();
  await post('send-otp', { phoneNumber: phone });
  const early = await post('send-otp', { phoneNumber: phone });
  expect([early.status, early.body.code]).toEqual([429, 'resend_too_soon']);
  expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
  const invalid = await post('send-otp', { phoneNumber: '12' });
  expect([invalid.status, invalid.body.code]).toEqual([400, 'invalid_phone']);
  const away = await post('send-otp', { phoneNumber: phone }, createAuth('http://127.0.0.1:9'));
  expect([away.status, away.body.code]).toEqual([503, 'connection_failed']);
});

it('a code to log in with does not reset a password', async () => {
  const phone = nextNumber();
  await post('send-otp', { phoneNumber: phone });
  await post('verify', { phoneNumber: phone, code: h.gateway.codeFor(phone) });
  await post('send-otp', { phoneNumber: phone });
  const login = h.gateway.codeFor(phone);
  const newPassword = 'correct horse battery staple';
  const refused = await post('reset-password', { phoneNumber: phone, otp: login, newPassword });
  expect(refused.status).toBe(400);
  await post('request-password-reset', { phoneNumber: phone });
  const otp = h.gateway.codeFor(phone);
  expect((await post('reset-password', { phoneNumber: phone, otp, newPassword })).status).toBe(200);
});

it('a user logs in with a code of better-auth that Waverify has sent by email', async () => {
  const email = nextAddress();
  const type = 'sign-in';
  expect((await call('email-otp/send-verification-otp', { email, type })).status).toBe(200);
  // A hook answers after three seconds at most; then the delivery goes on.
  const otp = await waitFor(() => createEmailCalls(h, mail).findCode(email), 'the email');
  const wrong = otp === '000000' ? '000001' : '000000';
  expect((await call('sign-in/email-otp', { email, otp: wrong })).status).toBe(400);
  expect((await call('sign-in/email-otp', { email, otp })).status).toBe(200);
});

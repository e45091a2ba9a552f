import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpTables } from '../../support/database/table-dump.ts';
import { createAccountCalls } from '../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { inParallel, tally, wrongCodes } from '../../support/http/otp-calls.ts';
import { createFormBrowser, createPage, readReturn, SHOP } from '../../support/http/page-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
let h: Harness;

beforeAll(async () => {
  h = await createHarness({
    env: { PAGE_ORIGINS: SHOP, LIMIT_SENDS_PER_PREFIX_HOUR: '0', OTP_CHANNELS: 'http,console' },
  });
});
afterAll(() => h.close());

const redeem = (proof: string) => h.client.post('/api/otp/proof/redeem', { proof });

/** Opens a page and has a code sent to a number that the user enters. */
async function begin(fields: Readonly<Record<string, unknown>> = {}) {
  const { pageId, url } = await createPage(h, fields);
  const browser = createFormBrowser(h);
  await browser.visit(url);
  const phoneNumber = nextNumber();
  const sent = await browser.submit(url, 'send', { phoneNumber });
  return { pageId, url, browser, phoneNumber, sent, code: h.gateway.codeFor(phoneNumber) };
}

describe('a hosted page, without scripts', () => {
  it('verifies a number and returns to the application with a proof', async () => {
    const { pageId, url, browser, phoneNumber, sent, code } = await begin({
      companyName: 'Kopi & Roti',
    });
    expect(sent.status).toBe(200);
    expect(sent.raw).toContain('Kopi &amp; Roti');
    expect(sent.raw).toContain(phoneNumber);
    const done = await browser.submit(url, 'check', {
      otp: `${code.slice(0, 3)} ${code.slice(3)}`,
    });
    expect(done.status).toBe(200);
    const back = readReturn(done);
    expect(`${back.origin}${back.pathname}`).toBe(`${SHOP}/verified`);
    expect(back.searchParams.get('cart')).toBe('7');
    expect(back.searchParams.get('pageId')).toBe(pageId);
    const proof = back.searchParams.get('proof') ?? '';
    expect(JSON.stringify(decodeJwt(proof))).not.toContain(phoneNumber.slice(1));
    const answers = await inParallel(6, () => redeem(proof));
    expect(tally(answers)).toEqual({ 200: 1, proof_invalid: 5 });
    const redeemed = answers.find(({ status }) => status === 200);
    expect(redeemed?.body.data).toMatchObject({ pageId, phoneNumber, purpose: 'login' });
  });

  it('hands out the same proof again, for as long as it is valid', async () => {
    const { url, browser, code } = await begin();
    const first = readReturn(await browser.submit(url, 'check', { otp: code }));
    const again = readReturn(await browser.visit(url));
    expect(again.href).toBe(first.href);
    expect((await redeem(again.searchParams.get('proof') ?? '')).status).toBe(200);
    h.advance(121);
    expect((await browser.visit(url)).status).toBe(404);
  });

  it('says what is wrong, and counts attempts', async () => {
    const { url, browser, phoneNumber, code } = await begin();
    const wrong = wrongCodes(code, 3);
    const first = await browser.submit(url, 'check', { otp: wrong[0] ?? '' });
    expect(first.status).toBe(400);
    expect(first.raw).toContain('Attempts left: 2');
    expect(first.raw).toContain('role="alert"');
    const unlike = await browser.submit(url, 'check', { otp: 'hello' });
    expect(unlike.raw).toContain('Check what you entered');
    const soon = await browser.submit(url, 'resend');
    expect(soon.status).toBe(429);
    await browser.submit(url, 'check', { otp: wrong[1] ?? '' });
    const last = await browser.submit(url, 'check', { otp: wrong[2] ?? '' });
    expect(last.raw).toContain('no attempts are left');
    expect(last.raw).toContain(`value="${phoneNumber}"`);
    const invalid = await browser.submit(url, 'send', { phoneNumber: '12' });
    expect(invalid.raw).toContain('This is not a mobile number');
  });

  it('sends the same code another way, and again', async () => {
    const { url, browser, phoneNumber, sent, code } = await begin();
    expect(sent.raw).toContain('Try another way');
    const other = await browser.submit(url, 'next');
    expect(other.status).toBe(200);
    expect(other.raw).not.toContain('Try another way');
    expect(h.printed.join('\n')).toContain(code);
    h.advance(61);
    expect((await browser.submit(url, 'resend')).status).toBe(200);
    expect(h.gateway.codeFor(phoneNumber)).toBe(code);
  });

  it('shows a number that came with the request masked, and sends to no other', async () => {
    const phoneNumber = nextNumber();
    const { url } = await createPage(h, { phoneNumber });
    const browser = createFormBrowser(h);
    const shown = await browser.visit(url);
    expect(shown.raw).not.toContain(phoneNumber);
    expect(shown.raw).toContain(`${phoneNumber.slice(0, 6)}`);
    const other = nextNumber();
    const sent = await browser.submit(url, 'send', { phoneNumber: other });
    expect(sent.raw).not.toContain(phoneNumber);
    expect(h.gateway.messages.some(({ to }) => to === other)).toBe(false);
    const done = await browser.submit(url, 'check', { otp: h.gateway.codeFor(phoneNumber) });
    expect(readReturn(done).searchParams.get('proof')).toBeTruthy();
  });

  it('works in the browser that used it first', async () => {
    const { url, code } = await begin();
    const other = createFormBrowser(h);
    expect((await other.visit(url)).status).toBe(403);
    expect((await other.submit(url, 'check', { otp: code })).status).toBe(403);
    const page = await createPage(h);
    const withoutCookie = createFormBrowser(h);
    const refused = await withoutCookie.submit(page.url, 'send', { phoneNumber: nextNumber() });
    expect(refused.status).toBe(403);
  });

  it('ends after one verification, and after ten minutes', async () => {
    const { url, browser, code } = await begin();
    await browser.submit(url, 'check', { otp: code });
    const again = await browser.submit(url, 'send', { phoneNumber: nextNumber() });
    expect(again.status).toBe(404);
    const { url: other } = await createPage(h);
    h.advance(601);
    const late = await createFormBrowser(h).visit(other);
    expect(late.status).toBe(404);
    expect(late.raw).toContain('This link no longer works');
  });

  it('refuses a link that it did not create', async () => {
    const { url } = await createPage(h);
    const changed = `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`;
    for (const address of [changed, `${h.url}/verify/x`, `${h.url}/verify/a.b`]) {
      expect((await createFormBrowser(h).visit(address)).status).toBe(404);
    }
  });

  it('keeps its link, its proof and the code out of the database and the log', async () => {
    const { url, browser, code } = await begin();
    const proof = readReturn(await browser.submit(url, 'check', { otp: code })).searchParams.get(
      'proof',
    );
    await h.activity.flush();
    const kept = `${await dumpTables(h, ['verification_pages', 'otp_logs', 'activity_logs'])}${h.logLines.join('')}`;
    for (const secret of [url.split('.').at(-1), proof?.split('.')[2], code]) {
      expect(kept).not.toContain(`${secret}`);
    }
  });

  it('is gone with the data of its number', async () => {
    const { browser, url, phoneNumber } = await begin();
    await h.client.delete(`/api/recipients/${encodeURIComponent(phoneNumber)}`);
    expect((await browser.visit(url)).status).toBe(404);
    expect(await dumpTables(h, ['verification_pages'])).not.toContain(phoneNumber);
  });

  it('counts the address of the browser against its limits', async () => {
    const limits = { LIMIT_SENDS_PER_KEY_HOUR: '80', LIMIT_SENDS_PER_IP_HOUR: '4' };
    const open = { LIMIT_SENDS_PER_PREFIX_HOUR: '0', TRUSTED_PROXIES: 'loopback' };
    const strict = await createHarness({ env: { PAGE_ORIGINS: SHOP, ...limits, ...open } });
    async function sendFrom(address: string): Promise<number> {
      const { url } = await createPage(strict);
      const browser = createFormBrowser(strict, { 'x-forwarded-for': address });
      await browser.visit(url);
      return (await browser.submit(url, 'send', { phoneNumber: nextNumber() })).status;
    }
    // Only when an eighth of what the key sends at once is gone does the address matter.
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push(await sendFrom('198.51.100.66'));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await sendFrom('203.0.113.7')).toBe(200);
    await strict.close();
  });
});

describe('creating a hosted page', () => {
  const ask = (fields: object) => h.client.post('/api/pages', fields);

  it.each([
    [{}, 'returnUrl'],
    [{ returnUrl: 'https://evil.example.com/verified' }, 'returnUrl'],
    [{ returnUrl: `${SHOP}.evil.example.com/` }, 'returnUrl'],
    [{ returnUrl: 'https://user@shop.example.com/' }, 'returnUrl'],
    [{ returnUrl: 'javascript:alert(1)' }, 'returnUrl'],
    [{ returnUrl: '/verified' }, 'returnUrl'],
    [{ openerOrigin: 'https://evil.example.com' }, 'openerOrigin'],
    [{ openerOrigin: '*' }, 'openerOrigin'],
    [{ openerOrigin: 'null' }, 'openerOrigin'],
    [{ returnUrl: `${SHOP}/`, openerOrigin: 'https://evil.example.com' }, 'openerOrigin'],
  ])('refuses %j', async (fields, path) => {
    const { status, body } = await ask(fields);
    expect([status, body.errors?.[0]?.path]).toEqual([400, path]);
  });

  it('holds its key to its restrictions', async () => {
    const { client } = await createAccountCalls(h, 'default', {
      scopes: ['otp:send'],
      restrictions: { purposes: ['payment'], regions: ['ID'] },
    });
    const returnUrl = `${SHOP}/`;
    expect((await client.post('/api/pages', { returnUrl })).status).toBe(403);
    const { url } = await createPage(h, { purpose: 'payment' }, client);
    const browser = createFormBrowser(h);
    await browser.visit(url);
    const abroad = await browser.submit(url, 'send', { phoneNumber: '+14155552671' });
    expect(abroad.status).toBe(403);
    expect((await browser.submit(url, 'send', { phoneNumber: nextNumber() })).status).toBe(200);
  });
});

describe('the headers of a hosted page', () => {
  it('allow nothing but its own files, no frame, and a window that opened it', async () => {
    const { url } = await createPage(h);
    const { headers, raw } = await createFormBrowser(h).visit(url);
    const policy = String(headers['content-security-policy']);
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'unsafe-none',
      'referrer-policy': 'no-referrer',
      'set-cookie': [
        expect.stringMatching(/^waverify_browser=[\w-]{22}; Max-Age=3600; HttpOnly; SameSite=Lax$/),
      ],
    });
    expect(raw).not.toMatch(/<script(?![^>]* src=)|style="/);
  });

  it.each([
    ['ar', 'rtl'],
    ['id', 'ltr'],
    ['he', 'ltr'],
  ])('its language %s is read %s', async (locale, dir) => {
    const { url } = await createPage(h, { locale });
    const { raw } = await createFormBrowser(h).visit(url);
    expect(raw).toContain(`<html lang="${locale === 'he' ? 'en' : locale}" dir="${dir}">`);
  });
});

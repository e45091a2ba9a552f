import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser, openTab } from '../support/browser/browser.ts';
import { type ShopSite, startShopSite } from '../support/browser/shop-site.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { waitFor } from '../support/wait-for.ts';

/** An origin that is permitted, and is not that of the shop. */
const OTHER = 'http://shop.localhost';

/** What users paste, and the code that is in it. */
const SPELLINGS = [
  ['123 456', '123456'],
  ['Your code is 123-456. Do not share it.', '123456'],
  ['١٢٣٤٥٦', '123456'],
  ['１２３４５６', '123456'],
  ['12345', undefined],
  ['1234567', undefined],
] as const;

/** Pages in languages that our elements have texts in, and what the elements show there. */
const LANGUAGES = [
  ['lang="en-GB"', 'Code', 'Verify your phone number', 'The code is complete.'],
  ['lang="id"', 'Kode', 'Verifikasi nomor telepon Anda', 'Kode sudah lengkap.'],
  ['lang="ar" dir="rtl"', 'الرمز', 'تأكيد رقم هاتفك', 'الرمز مكتمل.'],
  ['lang="sw"', 'Code', 'Verify your phone number', 'The code is complete.'],
] as const;

const nextNumber = createPhoneNumbers();
let h: Harness;
let shop: ShopSite;

const events = (page: Page) =>
  page.evaluate('window.events') as Promise<[name: string, detail: Record<string, string>][]>;

describe.skipIf(!hasBrowser)('our elements on a page of another origin', () => {
  beforeAll(async () => {
    shop = await startShopSite();
    h = await createHarness({ env: { PAGE_ORIGINS: `${shop.origin},${OTHER}` } });
  });
  afterAll(async () => {
    await h.close();
    shop.close();
  });

  async function createPage(openerOrigin: string) {
    const { body } = await h.client.post('/api/pages', { openerOrigin });
    return body.data;
  }

  /** Opens a hosted page by the button of the shop, and verifies a number in its window. */
  async function verifyIn(page: Page): Promise<void> {
    await page.goto(shop.origin);
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Verify me' }).click(),
    ]);
    const phoneNumber = nextNumber();
    await popup.locator('#phoneNumber').fill(phoneNumber);
    await popup.keyboard.press('Enter');
    await popup.locator('#otp').waitFor();
    const code = await waitFor(
      async () => h.gateway.messages.find(({ to }) => to === phoneNumber)?.code,
      'a code to be sent',
    );
    await popup.locator('#otp').fill(code);
    await Promise.all([popup.waitForEvent('close'), popup.keyboard.press('Enter')]);
  }

  const scriptTag = async () => {
    const { raw } = await h.client.get('/components/integrity.json');
    const { file, integrity } = JSON.parse(raw);
    return `<script type="module" src="${h.url}/components/${file}" integrity="${integrity}"
      crossorigin="anonymous"></script>`;
  };

  it('hand the proof to the window that opened the page', async () => {
    shop.serve(
      await scriptTag(),
      '<waverify-page start="/start"><button>Verify me</button></waverify-page>',
    );
    shop.onStart(() => createPage(shop.origin));
    const { page, faults, close } = await openTab();
    await verifyIn(page);
    await page.waitForFunction("events.some(([name]) => name === 'verified')");
    const [, detail] = (await events(page)).find(([name]) => name === 'verified') ?? [];
    const { proof = '', pageId = '' } = detail ?? {};
    const redeemed = await h.client.post('/api/otp/proof/redeem', { proof });
    expect(redeemed.body.data).toMatchObject({ pageId, purpose: 'login' });
    expect(faults).toEqual([]);
    await close();
  });

  it('get nothing from a page that is for another origin, or that the user closes', async () => {
    shop.serve(
      await scriptTag(),
      '<waverify-page start="/start" label="Verify me"></waverify-page>',
    );
    shop.onStart(() => createPage(OTHER));
    const { page, close } = await openTab();
    await verifyIn(page);
    await page.waitForFunction("events.some(([name]) => name === 'closed')");
    expect((await events(page)).map(([name]) => name)).toEqual(['closed']);
    shop.onStart(async () => ({ error: 'no' }));
    await page.getByRole('button', { name: 'Verify me' }).click();
    await page.waitForFunction("events.some(([name]) => name === 'failed')");
    await close();
  });

  it('read a code however it was copied', async () => {
    const element = '<form><waverify-code label="Code" length="6"></waverify-code></form>';
    shop.serve(await scriptTag(), element);
    const { page, faults, close } = await openTab();
    await page.goto(shop.origin);
    const field = page.getByLabel('Code');
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await field.getAttribute('inputmode')).toBe('numeric');
    for (const [typed, code] of SPELLINGS) {
      await field.fill('');
      await page.evaluate('events.length = 0');
      await page.keyboard.insertText(typed);
      expect(await field.inputValue()).toBe(code ?? typed);
      const expected = code === undefined ? [] : [['complete', { code }]];
      expect(await events(page)).toEqual(expected);
    }
    expect(await findBarriers(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it.each(LANGUAGES)('have texts of their own on a page with %s', async (attributes, ...texts) => {
    const [label, button, announcement] = texts;
    const elements =
      '<waverify-code></waverify-code> <waverify-page start="/start"></waverify-page>';
    shop.serve(await scriptTag(), elements, attributes);
    const { page, faults, close } = await openTab();
    await page.goto(shop.origin);
    await page.getByRole('button', { name: button, exact: true }).waitFor();
    const field = page.getByLabel(label, { exact: true });
    // Otherwise, the halves of a code with a space would change places.
    expect(await field.getAttribute('dir')).toBe('ltr');
    await field.fill('123 456');
    await page.getByRole('status').getByText(announcement).waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

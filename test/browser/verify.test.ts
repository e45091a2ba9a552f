import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser, SPILLS } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { type ShopSite, startShopSite } from '../support/browser/shop-site.ts';
import { looksOf } from '../support/full-run.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Phone } from '../support/whatsapp-lab/lab.ts';

/** Where pictures go; without it none are made. */
const folder = process.env['SCREENSHOTS'] ?? '';

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 390, height: 844 }, locale: 'en' },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 }, locale: 'ar' },
  { colorScheme: 'light', viewport: { width: 1280, height: 860 }, locale: 'id' },
  { colorScheme: 'dark', viewport: { width: 1280, height: 860 }, locale: 'en' },
] as const;

const nextNumber = createPhoneNumbers();
let world: BrowserWorld;
let shop: ShopSite;
let owner: Phone;

describe.skipIf(!hasBrowser)('a hosted page', () => {
  beforeAll(async () => {
    if (folder !== '') mkdirSync(folder, { recursive: true });
    shop = await startShopSite();
    world = await createBrowserWorld({
      PAGE_ORIGINS: shop.origin,
      OTP_RESEND_SECONDS: '60',
      OTP_CHANNELS: 'http,whatsapp',
    });
    owner = world.lab.addPhone();
    await world.h.link(owner, 'default');
  });
  afterAll(async () => {
    await world.close();
    shop.close();
  });

  async function createPage(fields: object = {}) {
    const asked = { companyName: 'Kopi & Roti', openerOrigin: shop.origin, ...fields };
    const { body, raw, status } = await world.h.client.post('/api/pages', asked);
    if (status !== 201) throw new Error(`no page was created: ${raw}`);
    return body.data as { readonly pageId: string; readonly url: string };
  }

  const codeFor = (phoneNumber: string) =>
    waitFor(
      async () => world.h.gateway.messages.find(({ to }) => to === phoneNumber)?.code,
      'a code to be sent',
    );

  /** Enters the number on a page that asks for it; returns the code. */
  async function enterNumber(page: Page, phoneNumber = nextNumber()): Promise<string> {
    await page.locator('#phoneNumber').fill(phoneNumber);
    await page.keyboard.press('Enter');
    await page.locator('#otp').waitFor();
    return codeFor(phoneNumber);
  }

  it.each(looksOf(LOOKS))(
    'works in $locale, $colorScheme, $viewport.width wide',
    async ({ locale, ...look }) => {
      const { page, faults, close } = await world.openTab({ ...look, locale });
      const shoot = async (name: string) => {
        expect([name, await findBarriers(page)]).toEqual([name, []]);
        expect(await page.evaluate(SPILLS)).toBe(false);
        const path = `${folder}/verify-${name}-${look.colorScheme}-${look.viewport.width}-${locale}.png`;
        if (folder !== '') await page.screenshot({ path, fullPage: true });
      };
      const { url } = await createPage({ locale });
      await page.goto(url);
      await shoot('number');
      await page.locator('form[action$="/message"] button').click();
      await page.getByRole('img').waitFor();
      await shoot('message');
      await page.locator('a[href$="number"]').click();
      const code = await enterNumber(page);
      await shoot('code');
      await page.locator('#otp').fill(code === '000000' ? '000001' : '000000');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await shoot('wrong');
      await page.locator('#otp').fill(code);
      await page.keyboard.press('Enter');
      await page.locator('#result').waitFor({ state: 'attached' });
      await shoot('done');
      expect(faults).toEqual([]);
      await close();
    },
  );

  it('verifies by a message of the user, whose code is sent back', async () => {
    const { page, faults, close } = await world.openTab();
    await page.goto((await createPage()).url);
    await page.getByRole('button', { name: 'Verify by sending us a WhatsApp message' }).click();
    const open = page.getByRole('link', { name: 'Open WhatsApp' });
    const link = new URL((await open.getAttribute('href')) ?? '');
    // A phone may drop the page while WhatsApp is open.
    await page.reload();
    const again = await open.getAttribute('href');
    expect(again).toBe(link.href);
    const person = world.lab.addPhone();
    await person.sendText(owner.pn, link.searchParams.get('text') ?? '');
    const { code } = await person.nextMessage(30_000);
    await page.getByLabel('Code').fill(String(code));
    await page.keyboard.press('Enter');
    const result = page.locator('#result');
    await result.waitFor({ state: 'attached' });
    const redeemed = await world.h.client.post('/api/otp/proof/redeem', {
      proof: await result.getAttribute('data-proof'),
    });
    expect(redeemed.body.data).toMatchObject({ phoneNumber: person.number });
    expect(faults).toEqual([]);
    await close();
  });

  it('counts down, fills in what is pasted, and sends another way', async () => {
    const { page, faults, close } = await world.openTab();
    await page.goto((await createPage()).url);
    const phone = world.lab.addPhone();
    const code = await enterNumber(page, phone.number);
    const field = page.getByLabel('Code');
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await field.getAttribute('inputmode')).toBe('numeric');
    expect(await page.evaluate('document.activeElement.id')).toBe('otp');
    const again = page.getByRole('button', { name: /^New code in \d+ s$/ });
    await again.waitFor();
    expect(await again.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Try another way' }).click();
    expect((await phone.nextMessage(30_000)).code).toBe(code);
    await page.getByText('We sent a code to').waitFor();
    const pasted = `${code.slice(0, 3)} ${code.slice(3)}`;
    await field.evaluate((input: { focus(): void }) => input.focus());
    await page.keyboard.insertText(pasted);
    expect(await field.inputValue()).toBe(code);
    await page.getByRole('status').getByText('The code is complete.').waitFor();
    world.h.advance(61);
    await page.reload();
    await page.getByRole('button', { name: 'Send a new code' }).click();
    await page.getByRole('button', { name: /^New code in/ }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('says that its link has expired', async () => {
    const { url } = await createPage();
    world.h.advance(601);
    const { page, close } = await world.openTab();
    await page.goto(url);
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await close();
  });

  it('works without scripts, and returns to the application', async () => {
    const { page, close } = await world.openTab({ javaScriptEnabled: false });
    shop.serve('', 'Welcome back');
    const { url, pageId } = await createPage({
      openerOrigin: null,
      returnUrl: `${shop.origin}/back`,
    });
    await page.goto(url);
    const code = await enterNumber(page);
    await page.getByLabel('Code').fill(code);
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.waitForURL(`${shop.origin}/back?*`);
    expect(new URL(page.url()).searchParams.get('pageId')).toBe(pageId);
    await close();
  });
});

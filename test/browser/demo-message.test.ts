import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser, SPILLS } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { looksOf } from '../support/full-run.ts';
import type { Phone } from '../support/whatsapp-lab/lab.ts';

/** Where pictures go; without it none are made. */
const folder = process.env['SCREENSHOTS'] ?? '';

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 390, height: 844 }, locale: 'en' },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 }, locale: 'id' },
  { colorScheme: 'light', viewport: { width: 1280, height: 860 }, locale: 'id' },
  { colorScheme: 'dark', viewport: { width: 1280, height: 860 }, locale: 'en' },
] as const;

const WORDS = {
  en: { begin: 'Verify by sending us a WhatsApp message', open: 'Open WhatsApp', code: 'Code' },
  id: {
    begin: 'Verifikasi dengan mengirim pesan WhatsApp kepada kami',
    open: 'Buka WhatsApp',
    code: 'Kode',
  },
};

let world: BrowserWorld;
let owner: Phone;

describe.skipIf(!hasBrowser)('the demo by a message of the visitor', () => {
  beforeAll(async () => {
    if (folder !== '') mkdirSync(folder, { recursive: true });
    world = await createBrowserWorld();
    owner = world.lab.addPhone();
    await world.h.link(owner, 'default');
  });
  afterAll(() => world.close());

  it.each(looksOf(LOOKS))('works in $locale, $colorScheme, $viewport.width wide', async (look) => {
    const { locale, ...options } = look;
    const words = WORDS[locale];
    const { page, faults, close } = await world.openTab({ ...options, locale });
    const shoot = async (name: string) => {
      expect([name, await findBarriers(page)]).toEqual([name, []]);
      expect(await page.evaluate(SPILLS)).toBe(false);
      const path = `${folder}/${name}-${look.colorScheme}-${look.viewport.width}-${locale}.png`;
      if (folder !== '') await page.screenshot({ path, fullPage: true });
    };
    await page.goto(`${world.h.url}/demo`);
    const begin = page.getByRole('button', { name: words.begin });
    await begin.waitFor();
    await shoot('demo');
    // By the keyboard alone.
    await begin.focus();
    await page.keyboard.press('Enter');
    const open = page.getByRole('link', { name: words.open });
    await open.waitFor();
    await page.getByRole('img').last().waitFor();
    await shoot('demo-message');
    const link = new URL((await open.getAttribute('href')) ?? '');
    expect(link.pathname).toBe(`/${owner.pn}`);
    // A phone may drop the page while WhatsApp is open.
    await page.reload();
    await open.waitFor();
    const person = world.lab.addPhone();
    await person.sendText(owner.pn, link.searchParams.get('text') ?? '');
    const { code } = await person.nextMessage(30_000);
    const field = page.getByLabel(words.code, { exact: true });
    await field.waitFor();
    await shoot('demo-message-code');
    expect(await page.evaluate('document.activeElement.inputMode')).toBe('numeric');
    await page.keyboard.type(String(code));
    await page.keyboard.press('Enter');
    await page.getByText(person.number).waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    expect(faults).toEqual([]);
    await close();
  });

  it('lets the visitor go back', async () => {
    const { page, close } = await world.openTab({ locale: 'en' });
    await page.goto(`${world.h.url}/demo`);
    await page.getByRole('button', { name: WORDS.en.begin }).click();
    await page.getByRole('link', { name: WORDS.en.open }).waitFor();
    await page.getByRole('button', { name: 'Use a code by message instead' }).click();
    await page.getByLabel('Phone number').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    await close();
  });
});

import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { API_KEY } from '../support/http/client.ts';
import { createPeopleCalls } from '../support/http/users.ts';
import { makeBusy } from '../support/load-fixture.ts';

/** Where pictures of every page go; without it none are made. */
const folder = process.env['SCREENSHOTS'] ?? '';

const SIZES = [
  { width: 1920, height: 1000 },
  { width: 1280, height: 860 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
];
const SCHEMES = ['light', 'dark'] as const;
const looks = SCHEMES.flatMap((scheme) => SIZES.map((size) => ({ scheme, ...size })));

/** Until what is drawn over time stands still. */
const SETTLED_MS = 800;

let world: BrowserWorld;

describe.skipIf(!hasBrowser || folder === '')('pictures of every page', () => {
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    world = await createBrowserWorld();
    await makeBusy(world, 16);
    const { client } = world.h;
    const hook = {
      dialect: 'supabase',
      description: 'Login of the shop',
      companyName: 'Kopi & Roti',
    };
    await client.post('/api/hooks', hook);
    await client.call({
      ...{ method: 'PUT', path: '/api/test-numbers/+6281200000001' },
      headers: { 'x-api-key': API_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ otp: '123456' }),
    });
    await createPeopleCalls(world.h).makePerson({ name: 'Ana Wijaya' });
  });
  afterAll(() => world.close());

  it.each(looks)('are made: $scheme, $width wide', async (look) => {
    const { scheme: colorScheme, width, height } = look;
    const options = { colorScheme, viewport: { width, height } };
    const { url } = world.h;

    async function shoot(page: Page, name: string): Promise<void> {
      await page.waitForTimeout(SETTLED_MS);
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png` });
    }

    const outside = await world.openTab(options);
    for (const [name, path] of Object.entries({ 'sign-in': '/', demo: '/demo' })) {
      await outside.page.goto(`${url}${path}`);
      await shoot(outside.page, name);
    }
    await outside.close();

    const { page, close } = await world.openConsole(options);
    const open = async (path: string) => {
      await page.goto(`${url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    };
    await page.getByRole('button', { name: '7 days' }).click();
    await shoot(page, 'overview');
    const names = [
      'sessions',
      'codes',
      'logs',
      'templates',
      'webhooks',
      'keys',
      'usage',
      'users',
      'settings',
      'hooks',
      'test-numbers',
    ];
    for (const name of names) {
      await open(`/${name}`);
      await shoot(page, name);
    }
    for (const name of ['hooks', 'test-numbers', 'users', 'keys']) {
      await open(`/${name}`);
      await page.locator('tbody .row-link').first().click();
      await page.locator('.facts, dialog').first().waitFor();
      await shoot(page, `${name}-open`);
    }
    await open('/codes?recipient=7890');
    await shoot(page, 'codes-by-digits');
    const number = page.locator('tbody .row-link').first();
    await open(`/codes?recipient=${encodeURIComponent(await number.innerText())}`);
    await shoot(page, 'codes-of-number');
    await open('/usage?view=caller&range=week');
    await shoot(page, 'usage-caller');
    await open('/?range=week');
    await page.getByRole('button', { name: 'Channel' }).click();
    await shoot(page, 'overview-channel');
    await open('/sessions/shop');
    await shoot(page, 'session');
    await open('/sessions/spare');
    const start = page.getByRole('button', { name: 'Show a QR code' });
    const picture = page.getByRole('img', { name: /QR code/ });
    await start.or(picture).waitFor();
    if (await start.isVisible()) await start.click();
    await picture.waitFor();
    await shoot(page, 'qr');
    await page.getByRole('button', { name: 'Pairing code' }).click();
    await shoot(page, 'pairing');
    await open('/codes');
    await page.locator('tbody a').nth(2).click();
    await page.locator('.timeline').waitFor();
    await shoot(page, 'timeline');
    await open('/keys');
    await page.getByRole('button', { name: 'New key' }).first().click();
    await shoot(page, 'new-key');
    await sendTestCode(page);
    await shoot(page, 'test-code');
    await close();
  });
});

/** As far as the message has been read. */
async function sendTestCode(page: Page): Promise<void> {
  const phone = world.lab.addPhone();
  await page.goto(`${world.h.url}/codes`);
  await page.getByRole('button', { name: 'Send a test code' }).first().click();
  await page.getByLabel('Phone number').last().fill(phone.number);
  await page.getByRole('button', { name: 'Send code' }).click();
  const { id } = await phone.nextMessage();
  phone.markRead(id);
  await page.getByText('The message was read', { exact: true }).waitFor();
}

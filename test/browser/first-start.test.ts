import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithEmail,
} from '../support/browser/browser-fixture.ts';
import { countEverything } from '../support/count-everything.ts';
import { createPeopleCalls } from '../support/http/users.ts';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('a new installation', () => {
  beforeAll(async () => {
    world = await createBrowserWorld({ OTP_CHANNELS: 'whatsapp' });
  });
  afterAll(() => world.close());

  it('asks for the API key, because there is no user', async () => {
    const { page, faults, close } = await world.openTab();
    await page.goto(world.h.url);
    const byKey = page.getByRole('button', { name: 'API key', exact: true });
    await byKey.waitFor();
    expect(await byKey.getAttribute('aria-pressed')).toBe('true');
    await page.getByText('There are no users yet.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('says on every page that nothing can be sent, until a number is linked', async () => {
    const { page, faults, close } = await world.openConsole();
    const banner = page.getByRole('alert').filter({ hasText: 'No codes can be sent.' });
    await banner.waitFor();
    await expect.poll(() => page.title()).toBe('⚠ Overview · Waverify');
    await page.getByRole('link', { name: 'Keys' }).click();
    await banner.waitFor();
    await expect.poll(() => page.title()).toBe('⚠ API keys · Waverify');
    expect(await findBarriers(page)).toEqual([]);
    await banner.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await world.h.link(world.lab.addPhone(), 'default');
    await banner.waitFor({ state: 'detached', timeout: 20_000 });
    await expect.poll(() => page.title()).toBe('Sessions · Waverify');
    expect(faults).toEqual([]);
    await close();
  });

  it('leads from a test code over a key to a program, and then no longer', async () => {
    const { page, faults, close } = await world.openConsole();
    const start = page.getByRole('region', { name: 'Get started' });
    await start.waitFor();
    const step = (name: string) => start.getByRole('listitem').filter({ hasText: name });
    await expect.poll(() => step('Connect a number').getAttribute('class')).toBe('is-done');
    expect(await findBarriers(page)).toEqual([]);

    const phone = world.lab.addPhone();
    await start.getByRole('button', { name: 'Send a test code' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Phone number').fill(phone.number);
    await dialog.getByRole('button', { name: 'Send code' }).click();
    const { code } = await phone.nextMessage();
    await dialog.getByLabel('Code from the message').fill(String(code));
    await dialog.getByRole('button', { name: 'Verify' }).click();
    await dialog.getByText('Correct. The recipient is verified.').waitFor();
    await page.keyboard.press('Escape');
    await countEverything(world.h.database);
    await expect
      .poll(() => step('Send a test code').getAttribute('class'), { timeout: 20_000 })
      .toBe('is-done');

    await start.getByRole('button', { name: 'Show the program' }).click();
    await dialog.getByText('export WAVERIFY_API_KEY=wv_live_…').waitFor();
    await page.keyboard.press('Escape');
    await start.getByRole('button', { name: 'Create a key' }).click();
    await dialog.getByLabel('Name').fill('shop');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const secret = await dialog.locator('.secret code').innerText();
    await dialog.getByText('Use it in your application').click();
    await dialog.getByText(`export WAVERIFY_API_KEY=${secret}`).waitFor();
    for (const [language, part] of [
      ['TypeScript', "await waverify('verify'"],
      ['Python', 'from urllib.request import'],
      ['Go', 'package main'],
      ['PHP', 'stream_context_create'],
      ['Twilio SDK', 'client.verify.baseUrl'],
    ] as const) {
      await dialog.getByRole('button', { name: language, exact: true }).click();
      await dialog.getByRole('region', { name: 'Program' }).getByText(part).waitFor();
    }
    await dialog.getByText(`export TWILIO_AUTH_TOKEN=${secret}`).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await start.waitFor({ state: 'detached', timeout: 20_000 });
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('link', { name: 'Keys' }).click();
    const prefix = await page.locator('tbody code').first().innerText();
    expect(secret.startsWith(prefix.replace('…', ''))).toBe(true);
    await page.getByText(`export WAVERIFY_API_KEY=${prefix}`).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('stops leading a user who hides it, in this account', async () => {
    const { email } = await createPeopleCalls(world.h).makePerson({ accountId: 'shop' });
    const { page, close } = await world.openTab();
    await signInWithEmail(page, world.h.url, email);
    const start = page.getByRole('region', { name: 'Get started' });
    await start.getByRole('button', { name: 'Hide' }).click();
    await start.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.waitForResponse((response) => response.url().includes('/dashboard'));
    expect(await start.count()).toBe(0);
    await close();
  });

  it('leads an operator to a user who can send, while there is none', async () => {
    const other = await createBrowserWorld();
    const { email } = await createPeopleCalls(other.h).makePerson({ role: 'ADMIN' });
    const { page, close } = await other.openTab();
    await signInWithEmail(page, other.h.url, email);
    await page.getByRole('link', { name: 'Create a user' }).click();
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    await close();
    await other.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithKey,
} from '../support/browser/browser-fixture.ts';
import { createPeopleCalls, PASSWORD } from '../support/http/users.ts';

/** Of the browser, whose zone is not that of the service. */
const TODAY = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Jakarta' });

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the filters of the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    const phone = world.lab.addPhone();
    await world.h.link(phone, 'default');
    await world.h.client.post('/api/otp/send', { phoneNumber: world.lab.addPhone().number });
  });
  afterAll(() => world.close());

  it('stand in the address, so that Back and a reload show the same', async () => {
    const { page, faults, close } = await world.openConsole({ path: '/codes' });
    await page.getByLabel('Status').selectOption('sent');
    await page.locator('tbody a').first().click();
    await page.locator('.timeline').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Codes', exact: true }).waitFor();
    expect(await page.getByLabel('Status').inputValue()).toBe('sent');
    await page.reload();
    await page.locator('tbody a').first().waitFor();
    expect(await page.getByLabel('Status').inputValue()).toBe('sent');
    expect(new URL(page.url()).search).toBe('?status=sent');
    await page.getByRole('link', { name: 'Codes' }).click();
    await expect.poll(() => page.getByLabel('Status').inputValue()).toBe('');
    expect(faults).toEqual([]);
    await close();
  });

  it('mean the last day with all its hours, and no range that ends before it begins', async () => {
    const { page, close } = await world.openConsole({ path: '/logs' });
    const search = page.getByRole('button', { name: 'Search' });
    const today = TODAY.format(new Date());
    await page.getByLabel('From').fill(today);
    await page.getByLabel('To', { exact: true }).fill(today);
    await search.click();
    await expect.poll(() => page.url()).toContain(`to=${today}`);
    await page.locator('tbody tr').first().waitFor();
    const { search: before } = new URL(page.url());
    await page.getByLabel('To', { exact: true }).fill('2026-01-01');
    await search.click();
    await page.getByText('“From” is after “To”.').waitFor();
    expect(new URL(page.url()).search).toBe(before);
    await close();
  });

  it('ask an operator for the account first', async () => {
    const { email } = await createPeopleCalls(world.h).makePerson({ role: 'ADMIN' });
    const { page, faults, close } = await world.openTab();
    await page.goto(`${world.h.url}/codes?status=sent`);
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('status').getByText('choose an account in the menu').waitFor();
    await page.getByLabel('Account').selectOption('default');
    await page.getByRole('cell', { name: 'default' }).first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('are not shown to a key that is for one session only', async () => {
    const { body } = await world.h.client.post('/api/keys', {
      ...{ name: 'held', scopes: ['analytics:read'], sessions: ['default'] },
    });
    const { page, faults, close } = await world.openTab();
    await signInWithKey(page, world.h.url, String(body.data?.['secret']));
    const sentence = page.getByText('This API key is restricted to a part of the account.');
    for (const path of ['/', '/codes', '/logs']) {
      await page.goto(`${world.h.url}${path}`);
      await sentence.waitFor();
      expect(await page.locator('.skeleton').count()).toBe(0);
    }
    expect(faults).toEqual([]);
    await close();
  });
});

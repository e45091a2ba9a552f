import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithEmail,
} from '../support/browser/browser-fixture.ts';
import { createPeopleCalls } from '../support/http/users.ts';

const ACCESS_SECONDS = 15 * 60;

/** For how long a refresh token gets the same answer again. */
const REUSE_SECONDS = 10;

let world: BrowserWorld;

/** Opens another tab of the same browser. */
async function openTab(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${world.h.url}${path}`);
  return page;
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

describe.skipIf(!hasBrowser)('the tabs of one browser', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    await world.h.link(world.lab.addPhone(), 'default');
    await world.h.client.post('/api/otp/send', { phoneNumber: world.lab.addPhone().number });
  });
  afterAll(() => world.close());

  it('share a sign-in with a key, also when a link is opened in a new tab', async () => {
    const { page, faults, close } = await world.openConsole();
    const context = page.context();
    await page.getByRole('link', { name: 'Codes' }).click();
    const opened = context.waitForEvent('page');
    await page
      .locator('tbody a')
      .first()
      .click({ modifiers: ['Control'] });
    const second = await opened;
    await second.locator('.timeline').waitFor();
    const third = await openTab(context, '/keys');
    await heading(third, 'API keys').waitFor();
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain('credentials');
    expect(faults).toEqual([]);
    await close();
  });

  it('all end with the sign-in, wherever the user signs out', async () => {
    const { page, close } = await world.openConsole();
    const second = await openTab(page.context(), '/logs');
    await heading(second, 'Logs').waitFor();
    await second.getByRole('button', { name: 'Sign out' }).click();
    for (const tab of [page, second]) {
      await tab.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await tab.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    }
    const third = await openTab(page.context(), '/');
    await third.getByRole('button', { name: 'Sign in' }).waitFor();
    await close();
  });

  it('enter together when someone signs in in one of them', async () => {
    const { email } = await createPeopleCalls(world.h).makePerson({ accountId: 'default' });
    const { page, close } = await world.openTab();
    const second = await openTab(page.context(), '/codes');
    await second.getByRole('button', { name: 'Sign in' }).waitFor();
    await signInWithEmail(page, world.h.url, email);
    await heading(page, 'Overview').waitFor();
    await heading(second, 'Codes').waitFor();
    await close();
  });

  it('refresh the tokens of a login together, so that none ends it', async () => {
    const { email } = await createPeopleCalls(world.h).makePerson({ accountId: 'default' });
    const { page, faults, close } = await world.openTab();
    await signInWithEmail(page, world.h.url, email);
    await heading(page, 'Overview').waitFor();
    const second = await openTab(page.context(), '/');
    await heading(second, 'Overview').waitFor();
    const works = (tab: Page) =>
      tab.waitForResponse(
        (response) => response.url().includes('/dashboard') && response.status() === 200,
        { timeout: 20_000 },
      );
    world.h.advance(ACCESS_SECONDS + 1);
    await Promise.all([works(page), works(second)]);
    // The second tab sleeps while the first refreshes, for longer than a token may be used again.
    await second.route('**/api/**', (route) => route.abort());
    world.h.advance(ACCESS_SECONDS + 1);
    await works(page);
    world.h.advance(REUSE_SECONDS + 1);
    await second.unroute('**/api/**');
    await works(second);
    for (const tab of [page, second]) {
      expect(await tab.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
    }
    const stored = await Promise.all(
      [page, second].map((tab) => tab.evaluate(`sessionStorage.getItem('waverify.credentials')`)),
    );
    expect(stored[0]).toBe(stored[1]);
    expect(faults).toEqual([]);
    await close();
  });
});

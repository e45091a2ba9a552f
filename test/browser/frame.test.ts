import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/lib/version.ts';
import { findBarriers, hasBrowser, SPILLS } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithEmail,
  signInWithKey,
} from '../support/browser/browser-fixture.ts';
import { looksOf } from '../support/full-run.ts';
import { createPeopleCalls } from '../support/http/users.ts';
import { makeBusy } from '../support/load-fixture.ts';

const PHONE = { width: 390, height: 844 };

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the frame of the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    await makeBusy(world, 1);
  });
  afterAll(() => world.close());

  it('groups the pages, and links to help outside of the console', async () => {
    const { page, faults, close } = await world.openConsole();
    const nav = page.getByRole('navigation');
    expect(await nav.locator('.nav-name').allInnerTexts()).toEqual([
      ...['Messages', 'Set-up', 'Administration'],
    ]);
    const help = page.getByRole('complementary');
    await help.getByText(`Waverify ${VERSION}`).waitFor();
    const api = help.getByRole('link', { name: 'API reference' });
    expect(await api.getAttribute('href')).toBe('/api/docs');
    expect(await help.getByRole('link', { name: 'Demo login' }).getAttribute('href')).toBe('/demo');
    await help.getByText('Colours and language').click();
    await help.getByRole('button', { name: 'Indonesia' }).click();
    await page.getByRole('heading', { name: 'Ringkasan' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it.each(looksOf(['light', 'dark'] as const))('is a menu on a phone: %s', async (colorScheme) => {
    const { page, faults, close } = await world.openConsole({ viewport: PHONE, colorScheme });
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.getByRole('button', { name: 'Menu' }).click();
    const menu = page.getByRole('dialog', { name: 'Menu' });
    const link = menu.getByRole('link', { name: 'Sessions' });
    await link.waitFor();
    const size = await page.evaluate(
      `Number.parseFloat(getComputedStyle(document.querySelector('dialog nav a')).fontSize)`,
    );
    expect(size).toBeGreaterThanOrEqual(15);
    expect(await findBarriers(page)).toEqual([]);
    await link.click();
    await menu.waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await page.getByRole('button', { name: 'Menu' }).click();
    await menu.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('is there before the service has answered', async () => {
    const { page, close } = await world.openConsole();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/auth/me', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await page.locator('.shell .skeleton').first().waitFor();
    expect(await page.locator('.brand').first().innerText()).toContain('Waverify');
    expect(await findBarriers(page)).toEqual([]);
    answer();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await close();
  });

  it('says with name and heading that the service does not respond, and goes on when it does', async () => {
    const { page, close } = await world.openConsole();
    await page.route('**/api/**', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading', { name: 'The console cannot be opened' }).waitFor();
    await page.getByText('Waverify does not respond.').waitFor();
    expect(await page.locator('.brand').innerText()).toContain('Waverify');
    expect(await findBarriers(page)).toEqual([]);
    // The page also tries regularly: when it succeeds, the button is gone.
    const asked = page.waitForRequest('**/api/auth/me');
    await page.getByRole('button', { name: 'Try again' }).click();
    await asked;
    await page.unroute('**/api/**');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await close();
  });

  it('begins with the link to the content for a keyboard, and moves the focus with the page', async () => {
    const { page, close } = await world.openConsole();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.getByRole('link', { name: 'Logs' }).click();
    await page.getByRole('heading', { level: 1, name: 'Logs' }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Logs');
    await close();
  });

  it('uses a wide window, and puts badges on the line of their row', async () => {
    const { page, close } = await world.openConsole({ viewport: { width: 1920, height: 1000 } });
    await page.getByRole('link', { name: 'Sessions' }).click();
    await page.locator('tbody .badge').first().waitFor();
    const width = await page
      .locator('.card')
      .first()
      .evaluate((card) => card.clientWidth);
    expect(width).toBeGreaterThan(1400);
    const heights = await page.evaluate(`(() => {
      const lines = [];
      for (const row of document.querySelectorAll('tbody tr')) {
        const badge = row.querySelector('.badge');
        const lineOf = (element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          const boxes = [...range.getClientRects()];
          return boxes.at(-1).bottom;
        };
        const mark = document.createElement('span');
        mark.textContent = 'x';
        mark.style.fontSize = getComputedStyle(badge).fontSize;
        badge.after(mark);
        lines.push(Math.abs(lineOf(mark) - lineOf(badge.lastChild)));
        mark.remove();
      }
      return lines;
    })()`);
    expect(Math.max(...(heights as number[]))).toBeLessThanOrEqual(0.5);
    await close();
  });

  const looks = [390, 768, 1280, 1920].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
  );

  it.each(looksOf(looks))('has no barrier and no overflow: $width, $colorScheme', async (look) => {
    const { width, colorScheme } = look;
    const { page, faults, close } = await world.openConsole({
      ...{ colorScheme, viewport: { width, height: 860 } },
    });
    for (const path of ['/', '/settings', '/keys', '/profile']) {
      await page.goto(`${world.h.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const spills = await page.evaluate(SPILLS);
      expect([path, await findBarriers(page), spills]).toEqual([path, [], false]);
    }
    expect(faults).toEqual([]);
    await close();
  });

  it('shows a user their name and account, and a key its own', async () => {
    const { email } = await createPeopleCalls(world.h).makePerson({
      ...{ accountId: 'default', name: 'Sari' },
    });
    const user = await world.openTab();
    await signInWithEmail(user.page, world.h.url, email);
    await user.page.getByRole('complementary').getByText('Sari', { exact: true }).waitFor();
    await user.page.getByRole('complementary').getByText('Account default').waitFor();
    await user.close();
    const { body } = await world.h.client.post('/api/keys', { name: 'a', scopes: ['otp:send'] });
    const key = await world.openTab();
    await signInWithKey(key.page, world.h.url, String(body.data?.['secret']));
    expect(await key.page.getByRole('link', { name: 'Your profile' }).count()).toBe(0);
    await key.page.goto(`${world.h.url}/profile`);
    await key.page.getByText('Only users have a password and logins.').waitFor();
    await key.close();
  });
});

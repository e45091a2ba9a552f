import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { makeBusy } from '../support/load-fixture.ts';

const PAGES = [
  ...['/', '/sessions', '/sessions/shop', '/sessions/spare', '/codes', '/logs', '/keys'],
  ...['/templates', '/webhooks', '/usage', '/people', '/settings', '/profile'],
];

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('people with a screen reader, a keyboard or weak eyes', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    await makeBusy(world, 1);
  });
  afterAll(() => world.close());

  it.each(['light', 'dark'] as const)('meet no barrier on any page: %s', async (colorScheme) => {
    const found: Record<string, string[]> = {};
    const outside = await world.openTab({ colorScheme });
    for (const path of ['/', '/demo']) {
      await outside.page.goto(`${world.h.url}${path}`);
      await outside.page.getByRole('heading', { level: 1 }).waitFor();
      found[`${path} before signing in`] = await findBarriers(outside.page);
    }
    await outside.close();
    const { page, faults, close } = await world.openConsole({ colorScheme });
    for (const path of PAGES) {
      await page.goto(`${world.h.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      found[path] = await findBarriers(page);
    }
    await page.goto(`${world.h.url}/codes`);
    await page.locator('tbody a').first().click();
    await page.locator('.timeline').waitFor();
    found['/codes/:id'] = await findBarriers(page);
    await page.goto(`${world.h.url}/keys`);
    await page.getByRole('button', { name: 'New key' }).first().click();
    found['a dialog'] = await findBarriers(page);
    expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('can see all of every page on a phone that is 360 pixels wide', async () => {
    const { page, close } = await world.openConsole({ viewport: { width: 360, height: 740 } });
    const wide: string[] = [];
    for (const path of PAGES) {
      await page.goto(`${world.h.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) wide.push(path);
    }
    expect(wide).toEqual([]);
    await close();
  });
});

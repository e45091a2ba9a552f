import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser, SPILLS } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { looksOf, someOf } from '../support/full-run.ts';
import { makeBusy } from '../support/load-fixture.ts';

const PAGES = [
  ...['/', '/sessions', '/sessions/shop', '/sessions/spare', '/codes', '/logs', '/keys'],
  ...['/templates', '/webhooks', '/usage', '/users', '/settings', '/profile'],
  ...['/hooks', '/test-numbers', '/usage?view=caller', '/usage?view=entries'],
  ...['/codes?recipient=%2B6281234567890', '/codes?recipient=7890', '/codes/unknown'],
  '/logs?calls=true',
];

/** Pages that look different on wide and narrow screens. */
const CHANGING = [
  ...['/', '/sessions', '/codes', '/codes?recipient=%2B6281234567890', '/logs', '/keys'],
  ...['/hooks', '/test-numbers', '/usage', '/usage?view=entries', '/users'],
];
const SCHEMES = ['light', 'dark'] as const;
/** The first is what the tour of all pages does not have. */
const LOOKS = [390, 768, 1280, 1920].flatMap((width) =>
  SCHEMES.toReversed().map((colorScheme) => ({ width, colorScheme })),
);

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

let world: BrowserWorld;

/** Whether a row of a table has more room before its first visible cell than after its last one. */
const HAS_UNEVEN_ROW = `[...document.querySelectorAll('tr')].some(({ cells }) => {
  const visible = [...cells].filter((cell) => cell.offsetWidth > 0).map((cell) => getComputedStyle(cell));
  return visible.length > 0 && visible[0].paddingInlineStart !== visible.at(-1).paddingInlineEnd;
})`;

async function findFaultsOnPhone(page: Page): Promise<string[]> {
  // A chart is drawn anew in the frame after the change.
  const fits = page.waitForFunction(`!(${SPILLS})`, undefined, { timeout: 5000 });
  const isWide = await fits.then(
    () => false,
    () => true,
  );
  const isUneven = await page.evaluate(HAS_UNEVEN_ROW);
  return [...(isWide ? ['wider than the screen'] : []), ...(isUneven ? ['an uneven row'] : [])];
}

describe.skipIf(!hasBrowser)('people with a screen reader, a keyboard or weak eyes', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    await makeBusy(world, 1);
  });
  afterAll(() => world.close());

  it.each(looksOf(SCHEMES))(
    'meet no barrier on any page, and see all of it on a phone: %s',
    async (colorScheme) => {
      const found: Record<string, string[]> = {};
      const outside = await world.openTab({ colorScheme });
      for (const path of ['/', '/demo']) {
        await outside.page.goto(`${world.h.url}${path}`);
        await outside.page.getByRole('heading', { level: 1 }).waitFor();
        found[`${path} before signing in`] = await findBarriers(outside.page);
      }
      await outside.close();
      const { page, faults, close } = await world.openConsole({ colorScheme, viewport: DESK });
      for (const path of PAGES) {
        await page.goto(`${world.h.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        found[path] = await findBarriers(page);
        await page.setViewportSize(PHONE);
        const onPhone = await findFaultsOnPhone(page);
        if (onPhone.length > 0) found[`${path} on a phone`] = onPhone;
        await page.setViewportSize(DESK);
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
    },
  );

  it.each(looksOf(LOOKS))(
    'meet no barrier, and see all, on a screen that is $width pixels wide: $colorScheme',
    async ({ width, colorScheme }) => {
      const found: Record<string, unknown> = {};
      const viewport = { width, height: 900 };
      const { page, faults, close } = await world.openConsole({ colorScheme, viewport });
      for (const path of someOf(CHANGING, 3)) {
        await page.goto(`${world.h.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        const isWide = await page.evaluate(SPILLS);
        found[path] = [isWide, ...(await findBarriers(page))];
      }
      expect(faults).toEqual([]);
      await close();
      const faulty = Object.entries(found).filter(([, seen]) => String(seen) !== 'false');
      expect(faulty).toEqual([]);
    },
  );
});

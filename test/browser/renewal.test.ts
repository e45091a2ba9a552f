import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { createPeopleCalls, PASSWORD } from '../support/http/users.ts';

const ACCESS_SECONDS = 15 * 60;

/** Until all first calls are answered; the pages call again after five seconds. */
const LOADED_MS = 2000;

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('a login in the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
  });
  afterAll(() => world.close());

  it('is renewed once when several calls find at the same time that it is over', async () => {
    const { email } = await createPeopleCalls(world.h).makePerson();
    const { page, faults, close } = await world.openTab();
    const renewals: string[] = [];
    const answered: number[] = [];
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      if (path === '/api/auth/refresh') renewals.push(path);
      else if (path === '/api/analytics/dashboard') answered.push(response.status());
    });
    await page.goto(world.h.url);
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => answered.at(-1), { timeout: 10_000 }).toBe(200);
    // Otherwise, a call of the first load could be the one that finds it.
    await page.waitForTimeout(LOADED_MS);
    // The clock of the service alone: the page believes that its token is good.
    world.h.advance(ACCESS_SECONDS + 1);
    await expect.poll(() => answered.join(), { timeout: 20_000 }).toMatch(/401,.*200$/);
    expect(renewals).toHaveLength(1);
    expect(faults).toEqual([]);
    await close();
  });

  it('that the server has ended leads back to signing in, and says why', async () => {
    const people = createPeopleCalls(world.h);
    const { id, email } = await people.makePerson();
    const { page, close } = await world.openTab();
    await page.goto(world.h.url);
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await people.patch(id, { isActive: false });
    await page.getByText('You have been signed out. Please sign in again.').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    await close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { insertSessions } from '../support/database/new-sessions.ts';

const COUNT = 120;

describe.skipIf(!hasBrowser)('the list of sessions', () => {
  let world: BrowserWorld;
  beforeAll(async () => {
    world = await createBrowserWorld({ LIMIT_SESSIONS_PER_ACCOUNT: '0' });
    const names = Array.from({ length: COUNT }, (_, i) => `shop-${i}`);
    await insertSessions(
      world.h.database,
      names.map((sessionId) => ({ sessionId, state: 'logged_out' })),
    );
  });
  afterAll(() => world.close());

  it('grows by fifty with each press of the button, to the end', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    const rows = page.locator('tbody tr');
    const more = page.getByRole('button', { name: 'Show more' });
    for (const shown of [50, 100]) {
      await page.getByText(`${shown} of ${COUNT}`).waitFor();
      expect(await rows.count()).toBe(shown);
      await more.click();
    }
    await page.getByRole('link', { name: 'shop-119' }).waitFor();
    expect(await rows.count()).toBe(COUNT);
    expect(await more.count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('shows what changes, also far down', async () => {
    const { page, close } = await world.openConsole({ path: '/sessions' });
    await page.getByRole('button', { name: 'Show more' }).click();
    const row = page.locator('tr', { hasText: 'shop-70' });
    await row.getByText('Logged out').first().waitFor();
    await world.h.database.statements.change(
      `UPDATE "sessions" SET "state" = 'banned', "status" = 'error' WHERE "sessionId" = 'shop-70'`,
      [],
    );
    await row.getByText('Banned').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(100);
    await world.h.client.post('/api/sessions', { sessionId: 'the-newest' });
    await page.getByText(`100 of ${COUNT + 1}`).waitFor();
    await world.h.client.delete('/api/sessions/the-newest');
    await close();
  });

  it('is short on the overview, which links to the rest', async () => {
    const { page, close } = await world.openConsole();
    await page.getByRole('link', { name: 'shop-19' }).waitFor();
    expect(await page.getByRole('link', { name: 'shop-20' }).count()).toBe(0);
    await page.getByRole('link', { name: `All ${COUNT} sessions` }).click();
    await page.getByText(`50 of ${COUNT}`).waitFor();
    await close();
  });
});

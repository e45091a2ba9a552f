import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithKey,
} from '../support/browser/browser-fixture.ts';
import { createHookCalls } from '../support/http/hook-calls.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the pages of hooks', () => {
  beforeAll(async () => {
    world = await createBrowserWorld({ OTP_CHANNELS: 'http' });
  });
  afterAll(() => world.close());

  const listHooks = async () =>
    (await world.h.client.get('/api/hooks')).body.data?.['items'] as readonly Record<
      string,
      unknown
    >[];

  it('create a hook, show its secret once and its calls, change it and delete it', async () => {
    const { page, faults, close } = await world.openConsole();
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: 'Hooks', exact: true }).click();
    await page.getByText('No hooks yet').waitFor();
    await page.getByRole('button', { name: 'New hook' }).first().click();
    await dialog.getByLabel('Server', { exact: true }).selectOption('generic');
    await dialog.getByLabel('Description').fill(HOSTILE);
    await dialog.getByLabel('Company name').fill('Kopi & Roti');
    await dialog.getByLabel('Channels').fill('pigeon');
    await dialog.getByLabel('Only these countries').fill('id, sg');
    await dialog.getByLabel('Codes per hour').fill('50');
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create hook' }).click();
    await dialog.getByText(/channels\.0/).waitFor();
    await dialog.getByLabel('Channels').fill('http');
    await dialog.getByRole('button', { name: 'Create hook' }).click();
    await dialog.getByText('It is shown only once', { exact: false }).waitFor();
    const [url = '', secret = ''] = await dialog.locator('.secret code').allInnerTexts();
    expect(secret).toMatch(/^wv_hook_/);
    await dialog.getByText('Sample request').click();
    await dialog.locator('pre').getByText(url).waitFor();
    expect(await dialog.locator('pre').innerText()).toContain(`Bearer ${secret}`);
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(secret);
    const [made] = await listHooks();
    expect(made).toMatchObject({
      ...{ dialect: 'generic', description: HOSTILE, companyName: 'Kopi & Roti' },
      ...{ channels: ['http'], regions: ['ID', 'SG'], sendsPerHour: 50, mode: 'live' },
    });

    // A click anywhere in the row opens the hook.
    await page
      .getByRole('row')
      .filter({ hasText: HOSTILE })
      .getByText('Active')
      .click({ force: true });
    await page.getByRole('heading', { name: 'Hook', exact: true }).waitFor();
    await page.getByText('No calls yet').waitFor();
    const phoneNumber = world.lab.addPhone().number;
    const server = createHookCalls(world.h).connect('generic', url.split('/').at(-1) ?? '', secret);
    await server.call({ body: { to: phoneNumber, code: '771934' } });
    const call = page.getByRole('row').filter({ hasText: phoneNumber.slice(-4) });
    await call.getByText('Accepted', { exact: true }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.content()).not.toContain('771934');
    await call.getByRole('link').click();
    await page.getByText('SMS gateway accepted the message', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Send a code again' }).count()).toBe(0);
    await page.goBack();

    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel('Description').fill('Login of the shop');
    await dialog.getByLabel('Codes per hour').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Login of the shop').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Active', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Replace secret' }).click();
    await dialog.getByRole('button', { name: 'Replace secret' }).click();
    await dialog.getByText('It is shown only once', { exact: false }).waitFor();
    expect((await dialog.locator('.secret code').allInnerTexts())[1]).not.toBe(secret);
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await listHooks()).toMatchObject([{ sendsPerHour: null, isActive: true }]);

    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No hooks yet').waitFor();
    expect(await listHooks()).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('offer no change to a key that may not send codes', async () => {
    await world.h.client.post('/api/hooks', { dialect: 'logto' });
    const fields = { name: 'hooks', scopes: ['webhooks:manage'] };
    const { body } = await world.h.client.post('/api/keys', fields);
    const { page, faults, close } = await world.openTab();
    await signInWithKey(page, world.h.url, String(body.data?.['secret']));
    await page.getByRole('link', { name: 'Hooks', exact: true }).click();
    await page.getByRole('link', { name: 'Logto' }).waitFor();
    expect(await page.getByRole('button', { name: 'New hook' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Logto' }).click();
    await page.getByText('No calls yet').waitFor();
    const buttons = await page.getByRole('main').getByRole('button').allInnerTexts();
    expect(buttons.map((text) => text.trim())).not.toContain('Edit');
    expect(buttons.map((text) => text.trim())).toContain('Delete');
    expect(faults).toEqual([]);
    await close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithEmail,
} from '../support/browser/browser-fixture.ts';
import { createPeopleCalls, NEW_PASSWORD, PASSWORD } from '../support/http/users.ts';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('users and keys in the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld({ OTP_CHANNELS: 'http' });
  });
  afterAll(() => world.close());

  it('changes a user, sets a password, and deletes the user when the address was typed', async () => {
    const people = createPeopleCalls(world.h);
    const { id, email } = await people.makePerson({ name: 'Budi' });
    const { email: other } = await people.makePerson({ name: 'Citra' });
    const { page, faults, close } = await world.openConsole();
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: 'Users' }).click();
    await page
      .getByRole('row')
      .filter({ hasText: email })
      .getByText('Active')
      .click({ force: true });
    await dialog.getByLabel('Name').fill('Budi Santoso');
    await dialog.getByLabel('Role').selectOption('ADMIN');
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('link', { name: 'Budi Santoso' }).waitFor();
    const { body } = await world.h.client.get(`/api/users/${id}`);
    expect(body.data).toMatchObject({ name: 'Budi Santoso', role: 'ADMIN' });

    await page.getByRole('link', { name: 'Budi Santoso' }).click();
    await dialog.getByRole('button', { name: 'Create a temporary password' }).click();
    const temporary = await dialog.locator('.secret code').innerText();
    expect(await findBarriers(page)).toEqual([]);
    expect((await people.login(email, PASSWORD)).status).toBe(401);
    expect((await people.login(email, temporary)).status).toBe(200);

    await dialog.getByRole('button', { name: 'Delete user' }).click();
    const remove = dialog.getByRole('button', { name: 'Delete user' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${email} to confirm`).fill(email);
    await remove.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(email).waitFor({ state: 'detached' });
    await page.getByText(other).waitFor();
    expect((await world.h.client.get(`/api/users/${id}`)).status).toBe(404);
    expect(faults).toEqual([]);
    await close();
  });

  it('gives a new user a temporary password, which the user replaces to see the console', async () => {
    const operator = await world.openConsole();
    await operator.page.getByRole('link', { name: 'Users' }).click();
    await operator.page.getByRole('button', { name: 'New user' }).first().click();
    const dialog = operator.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Dewi');
    await dialog.getByLabel('Email address').fill('dewi@shop.example');
    await dialog.getByRole('button', { name: 'Create user' }).click();
    const temporary = await dialog.locator('.secret code').innerText();
    await dialog.getByText('dewi@shop.example').waitFor();
    expect(await findBarriers(operator.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const row = operator.page.getByRole('row').filter({ hasText: 'Dewi' });
    await row.getByText('Temporary password').waitFor();

    const { page, faults, close } = await world.openTab({ viewport: { width: 390, height: 844 } });
    await signInWithEmail(page, world.h.url, 'dewi@shop.example', temporary);
    await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
    await page.goto(`${world.h.url}/codes`);
    await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const choose = async (password: string) => {
      await page.getByLabel('Temporary password').fill(temporary);
      await page.getByLabel('New password', { exact: true }).fill(password);
      await page.getByLabel('New password again').fill(password);
      await page.getByRole('button', { name: 'Change password' }).click();
    };
    await choose(temporary);
    await page.getByText('must differ from the current one').waitFor();
    await choose(NEW_PASSWORD);
    await page.getByRole('heading', { name: 'Codes', exact: true }).waitFor();
    await operator.page.reload();
    await row.waitFor();
    expect(await row.getByText('Temporary password').count()).toBe(0);
    expect([...faults, ...operator.faults]).toEqual([]);
    await Promise.all([close(), operator.close()]);
  });

  it('restricts a new key, and shows its restrictions', async () => {
    const { page, faults, close } = await world.openConsole();
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('button', { name: 'New key' }).first().click();
    await dialog.getByText('Mode', { exact: true }).first().waitFor();
    await dialog.getByLabel('Name').fill('till');
    await dialog.getByText('Restrict this key').click();
    await dialog.getByLabel('Only these purposes').fill('login, payment');
    await dialog.getByLabel('Only these countries').fill('id');
    await dialog.getByLabel('Only from these networks').fill('203.0.113.0/24');
    await dialog.getByLabel('Sends per hour').fill('20');
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'till' }).click();
    for (const text of ['login, payment', 'ID', '203.0.113.0/24', '20', 'Bootstrap key']) {
      await dialog
        .locator('dd')
        .filter({ hasText: new RegExp(`^${text}$`) })
        .waitFor();
    }
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Rotate: till' }).click();
    const rotate = dialog.getByRole('button', { name: 'Rotate' });
    expect(await rotate.getAttribute('class')).not.toContain('danger');
    expect(faults).toEqual([]);
    await close();
  });

  it('shows nothing of a session that has no number but how to link it', async () => {
    await world.h.client.post('/api/sessions', { sessionId: 'new' });
    const { page, faults, close } = await world.openConsole({ path: '/sessions/new' });
    await page.getByRole('heading', { name: 'Link a number' }).waitFor();
    await page.getByRole('heading', { name: 'State' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Statistics' }).count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Send a message' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('logs none of its own reads, and shows other calls only if asked', async () => {
    await world.h.client.post('/api/sessions', { sessionId: 'second' });
    const { page, faults, close } = await world.openConsole({
      viewport: { width: 390, height: 844 },
    });
    for (const path of ['/', '/sessions', '/keys', '/usage', '/users', '/hooks']) {
      await page.goto(`${world.h.url}${path}`);
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    }
    await world.h.activity.flush();
    await page.goto(`${world.h.url}/logs`);
    await page.locator('tbody').getByText('Session created').first().waitFor();
    expect(await page.locator('tbody').getByText('API call').count()).toBe(0);
    await page.getByLabel('Show other API calls').check();
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.locator('tbody').getByText('API call').first().waitFor();
    const log = await page.locator('tbody').innerText();
    for (const route of ['analytics/dashboard', 'auth/me', 'GET /api/usage', 'GET /api/keys']) {
      expect(log).not.toContain(route);
    }
    // On a phone, the session is under the action.
    await page.locator('tbody').getByText('second').first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

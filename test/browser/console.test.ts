import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithKey,
} from '../support/browser/browser-fixture.ts';
import { createPeopleCalls, PASSWORD } from '../support/http/users.ts';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    await world.h.link(world.lab.addPhone(), 'default');
  });
  afterAll(() => world.close());

  it('lets a person in by e-mail, keeps them in over a reload, and out after signing out', async () => {
    const name = 'Ana Wijaya';
    const { email } = await createPeopleCalls(world.h).makePerson({ name });
    const { page, faults, close } = await world.openTab();
    await page.goto(world.h.url);
    const signIn = page.getByRole('button', { name: 'Sign in' });
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill('not the password');
    await signIn.click();
    await page.getByText('The email address or password is incorrect.').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await signIn.click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('complementary').getByText(name, { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn.waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    expect(faults).toEqual([]);
    await close();
  });

  it('sends a test code, shows it arrive and be read, and verifies it', async () => {
    const { page, faults, close } = await world.openConsole();
    const phone = world.lab.addPhone();
    await page.getByRole('link', { name: 'Codes' }).click();
    await page.getByRole('button', { name: 'Send a test code' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Phone number').fill(phone.number);
    await dialog.getByRole('button', { name: 'Send code' }).click();
    await dialog.getByText('Delivered to the phone', { exact: true }).waitFor();
    const { id, code } = await phone.nextMessage();
    phone.markRead(id);
    await dialog.getByText('The message was read', { exact: true }).waitFor();
    await dialog.getByLabel('Code from the message').fill(code === '000000' ? '000001' : '000000');
    await dialog.getByRole('button', { name: 'Verify' }).click();
    await dialog.getByText('Wrong or no longer valid. Attempts left: 2.').waitFor();
    await dialog.getByLabel('Code from the message').fill(String(code));
    await dialog.getByRole('button', { name: 'Verify' }).click();
    await dialog.getByText('Correct. The recipient is verified.').waitFor();
    await dialog.getByRole('link', { name: 'Open the timeline' }).click();
    await page.getByRole('heading', { level: 1, name: phone.number }).waitFor();
    await page.getByText('The user received the code and entered it.').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('shows what a stranger typed as text, wherever it stands', async () => {
    const { page, faults, close } = await world.openConsole();
    const trick = '<img src=x onerror=alert(1)>';
    const phone = world.lab.addPhone();
    await world.h.link(phone, 'stranger');
    await world.h.database.statements.change(
      `UPDATE "sessions" SET "userName" = $1 WHERE "sessionId" = 'stranger'`,
      [trick],
    );
    await world.h.client.post('/api/keys', { name: trick, scopes: ['otp:send'] });
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByText(trick).first().waitFor();
    await page.getByRole('link', { name: 'Logs' }).click();
    await page.getByText(trick).first().waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('asks for the name before it deletes a session, and Esc takes the question back', async () => {
    await world.h.client.post('/api/sessions', { sessionId: 'old' });
    const { page, close } = await world.openConsole({ path: '/sessions/old' });
    const ask = page.getByRole('button', { name: 'Delete' });
    await ask.click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Delete');
    await ask.click();
    await page.getByLabel('Type old to confirm').fill('old');
    await confirm.click();
    await page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    expect((await world.h.client.get('/api/sessions/old')).status).toBe(404);
    await close();
  });

  it('shows the secret of a new key once, and revokes a key when its name was typed', async () => {
    const { page, close } = await world.openConsole();
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('button', { name: 'New key' }).first().click();
    await page.getByLabel('Name').fill('till');
    await page.getByRole('button', { name: 'Create key' }).click();
    const secret = await page.locator('.secret code').innerText();
    await page.getByRole('button', { name: 'Done' }).click();
    const answer = await world.h.client.get('/api/auth/me', { 'x-api-key': secret });
    expect(answer.body.data).toMatchObject({ scopes: ['otp:send', 'otp:verify'] });
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Rotate: till' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const next = await page.locator('.secret code').innerText();
    expect(next).not.toBe(secret);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Revoke: till' }).first().click();
    await page.getByLabel('Type till to confirm').fill('till');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked').first().waitFor();
    await close();
  });

  it('tells who may not see a page which scope they lack', async () => {
    const { body } = await world.h.client.post('/api/keys', { name: 'send', scopes: ['otp:send'] });
    const { page, faults, close } = await world.openTab();
    await signInWithKey(page, world.h.url, String(body.data?.['secret']));
    await page.getByText(/requires the scope analytics:read/).waitFor();
    expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual(['Codes']);
    await page.goto(`${world.h.url}/keys`);
    await page.getByText(/requires the scope keys:manage/).waitFor();
    await page.goto(`${world.h.url}/logs`);
    await page.getByText(/requires the scope analytics:read/).waitFor();
    expect(await page.getByRole('button', { name: 'Export CSV' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('shows what happens as it happens, and saves it as a file', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.getByRole('link', { name: 'Logs' }).click();
    await page.getByLabel('Action').selectOption('session_create');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Session created').nth(1).waitFor();
    await world.h.client.post('/api/sessions', { sessionId: 'just-now' });
    await page.getByRole('cell', { name: 'just-now' }).waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const file = readFileSync(await (await saved).path(), 'utf8');
    expect(file).toContain('just-now');
    expect(faults).toEqual([]);
    await close();
  });

  it('shows an operator all accounts, and nothing to send with', async () => {
    const { email } = await createPeopleCalls(world.h).makePerson({ role: 'ADMIN' });
    const { page, faults, close } = await world.openTab();
    await page.goto(world.h.url);
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Operator: reads all accounts').waitFor();
    await page.getByRole('link', { name: 'Codes' }).click();
    await page.getByLabel('Account').waitFor();
    await page.getByRole('cell', { name: 'WhatsApp' }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Send a test code' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Users' }).click();
    const own = page.getByRole('row').filter({ hasText: email });
    await own.getByText('You', { exact: true }).waitFor();
    expect(await own.getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: 'Deactivate' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('Inactive').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('lets no text become markup or code, even if a page tried', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.evaluate(`try { document.body.insertAdjacentHTML('beforeend', '<b>') } catch {}`);
    await page
      .evaluate(`document.body.append(Object.assign(document.createElement('script'),
      { src: 'https://elsewhere.example/a.js' }))`)
      .catch(() => {});
    await expect.poll(() => faults.join()).toContain('policy: require-trusted-types-for');
    await close();
  });

  it('speaks Indonesian to a browser that does, and to whoever asks for it', async () => {
    const { page, close } = await world.openConsole({ locale: 'id-ID' });
    await page.getByRole('heading', { name: 'Ringkasan' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('id');
    await page.getByText('Warna dan bahasa').click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await close();
  });
});

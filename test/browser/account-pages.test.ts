import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithEmail,
} from '../support/browser/browser-fixture.ts';
import { createPeopleCalls, PASSWORD, type PeopleCalls } from '../support/http/users.ts';

let world: BrowserWorld;
let people: PeopleCalls;

describe.skipIf(!hasBrowser)('the settings of accounts and users', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    people = createPeopleCalls(world.h);
    for (const accountId of ['default', 'shop', 'bakery']) await people.makePerson({ accountId });
  });
  afterAll(() => world.close());

  it('set the channels of an account, in order, and remove them again', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.getByRole('link', { name: 'Settings' }).click();
    const card = page.getByRole('region', { name: 'Channels for codes' });
    await card.getByText('The channels of the installation are tried').waitFor();
    await card.getByRole('button', { name: 'Add a step' }).click();
    await card.getByRole('button', { name: 'Add a step' }).click();
    expect(await card.getByRole('button', { name: 'Add a step' }).count()).toBe(0);
    await card.getByRole('button', { name: 'Move up: Step 2' }).click();
    await card.getByLabel('Within (seconds)').first().fill('20');
    await card.getByLabel('Next step unless').last().selectOption('read');
    expect(await findBarriers(page)).toEqual([]);
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('The settings are saved.').waitFor();
    const read = () => world.h.client.get('/api/accounts/default/workflow');
    expect((await read()).body.data).toMatchObject({
      workflow: [
        { channel: 'http', waitSeconds: 20, until: null },
        { channel: 'whatsapp', waitSeconds: null, until: 'read' },
      ],
    });
    await page.reload();
    await card.getByRole('button', { name: 'Remove: Step 2' }).click();
    await card.getByRole('button', { name: 'Remove: Step 1' }).click();
    await card.getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await read()).body.data).toMatchObject({ workflow: [] });
    expect(faults).toEqual([]);
    await close();
  });

  it('declare names and domains for operators, and explain them to others', async () => {
    const { page, close } = await world.openConsole({ path: '/settings' });
    const card = page.getByRole('region', { name: 'Names and domains' });
    await card.getByLabel('Company names').fill('Booking.com\n\nKopi.id');
    await card.getByLabel('Domains').fill('kopi.example');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('The settings are saved.').waitFor();
    const { body } = await world.h.client.get('/api/accounts/default/sender');
    expect(body.data).toMatchObject({
      ...{ companyNames: ['Booking.com', 'Kopi.id'], domains: ['kopi.example'] },
    });
    await card.getByLabel('Domains').fill('no domain');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByRole('alert').waitFor();
    await close();

    const { email } = await people.makePerson({ accountId: 'shop' });
    const user = await world.openTab();
    await signInWithEmail(user.page, world.h.url, email);
    await user.page.getByRole('link', { name: 'Settings' }).click();
    await user.page.getByText('ask the operator of this installation').waitFor();
    await user.page.getByText('Account shop', { exact: true }).first().waitFor();
    await user.page.getByRole('region', { name: 'Services for Twilio' }).waitFor();
    expect(await user.page.getByLabel('Company names').count()).toBe(0);
    await user.close();
  });

  it('let users change their password, which ends their other logins', async () => {
    const { email } = await people.makePerson({ accountId: 'default' });
    const elsewhere = await people.enter(email);
    const { page, faults, close } = await world.openTab();
    await signInWithEmail(page, world.h.url, email);
    await page.getByRole('link', { name: 'Your profile' }).click();
    const card = page.getByRole('region', { name: 'Change your password' });
    const next = 'another correct horse battery';
    const fill = async (current: string, again = next) => {
      await card.getByLabel('Current password').fill(current);
      await card.getByLabel('New password', { exact: true }).fill(next);
      await card.getByLabel('New password again').fill(again);
    };
    const change = card.getByRole('button', { name: 'Change password' });
    await fill(PASSWORD, 'something else');
    await card.getByText('The new passwords are not the same.').waitFor();
    expect(await change.isDisabled()).toBe(true);
    await fill('not my password');
    await change.click();
    await card.getByText('The current password is wrong.').waitFor();
    await fill(PASSWORD);
    await change.click();
    await card.getByText('Your other logins have ended.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect((await people.refresh(elsewhere.refreshToken)).status).toBe(401);
    expect((await people.login(email, next)).status).toBe(200);
    await page.reload();
    await page.getByRole('heading', { name: 'Your profile' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('list the logins of a user, and end one of them', async () => {
    const { email } = await people.makePerson({ accountId: 'default' });
    const lost = await people.enter(email);
    const { page, close } = await world.openTab();
    await signInWithEmail(page, world.h.url, email);
    await page.getByRole('link', { name: 'Your profile' }).click();
    const list = page.getByRole('region', { name: 'Where you are signed in' });
    const own = list.getByRole('listitem').filter({ hasText: 'This browser' });
    await own.getByText('Chrome, Linux').waitFor();
    expect(await own.getByRole('button').count()).toBe(0);
    await list.getByRole('button', { name: 'End this login' }).click();
    await expect.poll(() => list.getByRole('listitem').count()).toBe(1);
    expect((await people.refresh(lost.refreshToken)).status).toBe(401);
    await close();
  });

  it('are those of the account that an operator has chosen in the menu', async () => {
    const { email } = await people.makePerson({ role: 'ADMIN' });
    await world.h.client.put('/api/accounts/shop/workflow', { workflow: [{ channel: 'http' }] });
    const { page, faults, close } = await world.openTab();
    await signInWithEmail(page, world.h.url, email);
    const choice = page.getByLabel('Account');
    await choice.waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Settings belong to one account.').waitFor();
    await choice.selectOption('shop');
    await page.getByText('Account shop').waitFor();
    await page.getByLabel('Channel', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Users' }).click();
    await expect.poll(() => page.getByRole('cell', { name: 'shop' }).count()).toBeGreaterThan(0);
    expect(await page.getByRole('cell', { name: 'bakery' }).count()).toBe(0);
    await page.reload();
    expect(await choice.inputValue()).toBe('shop');
    await page.getByRole('button', { name: 'New user' }).first().click();
    const account = page.getByRole('dialog').getByLabel('Account');
    expect(await account.inputValue()).toBe('shop');
    // The accounts arrive later than the dialog.
    await expect
      .poll(() => account.locator('option').allInnerTexts())
      .toEqual(expect.arrayContaining(['bakery', 'default', 'Create a new account']));
    await page.keyboard.press('Escape');
    await page.goto(`${world.h.url}/codes?accountId=bakery`);
    await choice.waitFor();
    expect(await choice.inputValue()).toBe('bakery');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    expect(faults).toEqual([]);
    await close();
  });

  it('keep neither the choice of an operator whose login has ended, nor change a password with spaces', async () => {
    const password = ` ${PASSWORD} `;
    const { email } = await people.makePerson({ accountId: 'shop', password });
    const { page, faults, close } = await world.openTab();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(world.h.url);
    await page.evaluate(`sessionStorage.setItem('waverify.account', 'bakery')`);
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await expect.poll(() => asked.join()).toContain('/api/analytics/funnel');
    expect(asked.filter((url) => url.includes('accountId='))).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('offer a new account for a new user only as a choice', async () => {
    const { page, close } = await world.openConsole();
    await page.getByRole('link', { name: 'Users' }).click();
    const make = async (email: string, account?: string) => {
      await page.getByRole('button', { name: 'New user' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('Budi');
      await dialog.getByLabel('Email address').fill(email);
      if (account !== undefined) {
        await dialog.getByLabel('Account').selectOption({ label: 'Create a new account' });
        await dialog.getByLabel('ID of the new account').fill(account);
      }
      await dialog.getByRole('button', { name: 'Create user' }).click();
      await dialog.getByRole('button', { name: 'Done' }).click();
      await dialog.waitFor({ state: 'detached' });
      const { body } = await world.h.client.get(`/api/users?email=${encodeURIComponent(email)}`);
      return (body.data as unknown as { items: { accountId: string }[] }).items[0]?.accountId;
    };
    expect(await make('budi@one.example')).toBe('default');
    expect(await make('budi@two.example', 'toko')).toBe('toko');
    expect(await make('budi@three.example', '')).toMatch(/^[0-9a-f]{10}$/);
    await close();
  });
});

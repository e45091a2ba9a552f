import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';

const NUMBER = '+6281200000001';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the page of test numbers', () => {
  beforeAll(async () => {
    world = await createBrowserWorld({ OTP_CHANNELS: 'http' });
  });
  afterAll(() => world.close());

  it('adds a number, replaces its code and deletes it', async () => {
    const { page, faults, close } = await world.openConsole();
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: 'Test numbers' }).click();
    await page.getByText('No test numbers yet').waitFor();
    await page.getByText('at most 100', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'New test number' }).first().click();
    await dialog.getByLabel('Phone number').fill('0812 0000 0001');
    await dialog.getByLabel('Fixed code').fill('123 4567');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(/otp: must be 6 digits/).waitFor();
    await dialog.getByLabel('Fixed code').fill('123456');
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: NUMBER }).waitFor();
    expect(await page.content()).not.toContain('123456');
    expect(await verify('123456')).toBe(200);

    await page.getByRole('link', { name: NUMBER }).click();
    await dialog.getByLabel('Fixed code').fill('654321');
    await dialog.getByLabel('Valid for').selectOption('365');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await verify('654321')).toBe(200);
    const days = (Date.parse(await readEnd()) - world.h.now().getTime()) / 86_400_000;
    expect(Math.round(days)).toBe(365);

    await page.getByLabel('Search this list').fill('999');
    await page.getByText('No matches').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: `Delete: ${NUMBER}` }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No test numbers yet').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  const listNumbers = async () =>
    (await world.h.client.get('/api/test-numbers')).body.data as unknown as readonly {
      validUntil: string;
    }[];

  async function readEnd(): Promise<string> {
    return (await listNumbers())[0]?.validUntil ?? '';
  }

  /** Sends to the number and checks a code, with a test key. */
  async function verify(otp: string): Promise<number> {
    const fields = { name: 'tests', mode: 'test', scopes: ['otp:send', 'otp:verify'] };
    const { body } = await world.h.client.post('/api/keys', fields);
    const call = (path: string, sent: object) =>
      world.h.client.call({
        ...{ method: 'POST', path, body: JSON.stringify({ phoneNumber: NUMBER, ...sent }) },
        headers: {
          'x-api-key': String(body.data?.['secret']),
          'content-type': 'application/json',
        },
      });
    await call('/api/otp/send', {});
    return (await call('/api/otp/verify', { otp })).status;
  }
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the demo', () => {
  beforeAll(async () => {
    world = await createBrowserWorld({ OTP_RESEND_SECONDS: '60' });
    await world.h.link(world.lab.addPhone(), 'default');
  });
  afterAll(() => world.close());

  it('lets a person in by a code, and holds no key', async () => {
    const { page, faults, close } = await world.openTab();
    const headers: string[] = [];
    page.on('request', (request) => headers.push(...Object.keys(request.headers())));
    const phone = world.lab.addPhone();
    await page.goto(`${world.h.url}/demo`);
    await page.getByLabel('Phone number').fill(phone.number);
    await page.getByRole('button', { name: 'Send me a code' }).click();
    const field = page.getByLabel('Code');
    await field.waitFor();
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await field.getAttribute('inputmode')).toBe('numeric');
    const { code } = await phone.nextMessage();
    await field.fill(code === '000000' ? '000001' : '000000');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Wrong code. Attempts left: 2.').waitFor();
    await field.fill(String(code));
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText(`${phone.number} is verified.`).waitFor();
    expect(headers).not.toContain('x-api-key');
    expect(headers).not.toContain('authorization');
    expect(faults).toEqual([]);
    await close();
  });

  it('suggests the country of the visitor, and shows the number as it was understood', async () => {
    const { page, faults, close } = await world.openTab({ locale: 'id-ID' });
    const phone = world.lab.addPhone({ pn: '6281234500099' });
    await page.goto(`${world.h.url}/demo`);
    expect(await page.getByLabel('Negara').inputValue()).toBe('ID');
    await page.getByLabel('Nomor telepon').fill('0812-3450-0099');
    await page.getByRole('button', { name: 'Kirimi saya kode' }).click();
    await page.getByText(phone.number).waitFor();
    await phone.nextMessage();
    await page.getByRole('button', { name: 'Pakai nomor lain' }).click();
    await page.getByLabel('Negara').selectOption('GB');
    await page.getByLabel('Nomor telepon').fill('12');
    const sent = page.waitForRequest('**/demo/send');
    await page.getByRole('button', { name: 'Kirimi saya kode' }).click();
    expect((await sent).postDataJSON()).toMatchObject({ phoneNumber: '+4412' });
    const bar = page.getByRole('banner');
    expect(await bar.getByRole('button', { name: 'Indonesia' }).count()).toBe(1);
    expect(await page.locator('.card .settings').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('says what is wrong as a login does, and counts down to the next code', async () => {
    const { page, faults, close } = await world.openTab();
    await page.goto(`${world.h.url}/demo`);
    const field = page.getByLabel('Phone number');
    const send = page.getByRole('button', { name: 'Send me a code' });
    await field.fill('12');
    await send.click();
    await page.getByText('This is not a mobile number.').waitFor();
    const phone = world.lab.addPhone();
    await field.fill(phone.number);
    await send.click();
    const again = page.getByRole('button', { name: /^New code in \d+ s$/ });
    await again.waitFor();
    expect(await again.isDisabled()).toBe(true);
    const { code } = await phone.nextMessage();
    const wrong = code === '000000' ? '000001' : '000000';
    for (const told of ['Attempts left: 2', 'Attempts left: 1', 'no attempts are left']) {
      await page.getByLabel('Code').fill(wrong);
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText(told).waitFor();
    }
    await page.getByRole('button', { name: 'Use another number' }).click();
    await field.fill(phone.number);
    await send.click();
    await page.getByText(/A code was just sent. Please wait \d+ sec/).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('keeps the step of the code over a reload, and takes the code as it is pasted', async () => {
    const { page, faults, close } = await world.openTab();
    const phone = world.lab.addPhone();
    await page.goto(`${world.h.url}/demo`);
    const number = page.getByLabel('Phone number');
    await number.fill(phone.number);
    await page.getByRole('button', { name: 'Send me a code' }).click();
    const { code } = await phone.nextMessage();
    const field = page.getByLabel('Code', { exact: true });
    await field.waitFor();
    await page.reload();
    await field.waitFor();
    await page.getByRole('button', { name: 'Use another number' }).click();
    await number.fill(phone.number);
    await page.getByRole('button', { name: 'Send me a code' }).click();
    await page.getByText(/A code was just sent/).waitFor();
    await page.getByRole('button', { name: `Enter the code for ${phone.number}` }).click();
    const text = String(code);
    await field.fill(`${text.slice(0, 3)} ${text.slice(3)}`);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText(`${phone.number} is verified.`).waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    await page.reload();
    await number.waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

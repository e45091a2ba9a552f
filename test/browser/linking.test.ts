import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { modulesOf, readSvg } from '../support/whatsapp/qr-modules.ts';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('linking a number in the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
  });
  afterAll(() => world.close());

  it('makes a session, shows its QR, and says so when a phone has scanned it', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.getByRole('link', { name: 'Sessions' }).click();
    await page.getByRole('button', { name: 'New session' }).first().click();
    await page.getByLabel('Name').fill('shop');
    await page.getByRole('button', { name: 'Create and link' }).click();
    const picture = page.getByRole('img', { name: /QR code/ });
    await picture.waitFor();
    const drawn = readSvg(await picture.evaluate((svg) => svg.outerHTML));
    const { body } = await world.h.client.get('/api/sessions/shop/qr');
    const text = String(body.data?.['qr']);
    expect(drawn).toEqual(modulesOf(text));
    const phone = world.lab.addPhone();
    await phone.scanQr(text);
    await page.getByText(`Linked. ${phone.number} is connected.`).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('links by a pairing code as well, and sends a message from the session then', async () => {
    await world.h.client.post('/api/sessions', { sessionId: 'till' });
    const { page, faults, close } = await world.openConsole();
    const phone = world.lab.addPhone();
    await page.goto(`${world.h.url}/sessions/till`);
    await page.getByRole('button', { name: 'Pairing code' }).click();
    await page.getByLabel('Number of the WhatsApp account').fill(phone.number);
    await page.getByRole('button', { name: 'Get a pairing code' }).click();
    const code = await page.locator('.pairing-code').innerText();
    await phone.typePairingCode(code.replace('-', ''));
    await page.getByText(`Linked. ${phone.number} is connected.`).waitFor();
    const friend = world.lab.addPhone();
    await page.getByLabel('Phone number').fill(friend.number);
    await page.getByLabel('Text').fill('Your order is on its way.');
    await page.getByRole('button', { name: 'Send message' }).click();
    await page.getByText('WhatsApp accepted the message.').waitFor();
    expect((await friend.nextMessage()).text).toBe('Your order is on its way.');
    expect(faults).toEqual([]);
    await close();
  });
});

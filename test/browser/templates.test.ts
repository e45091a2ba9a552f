import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';

/** Where pictures of the page go; without it none are made. */
const folder = process.env['SCREENSHOTS'] ?? '';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the page of templates', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
  });
  afterAll(() => world.close());

  it('creates, previews, changes and deletes a template', async () => {
    const { page, faults, close } = await world.openConsole();
    const shoot = async (name: string) => {
      if (folder) await page.screenshot({ path: `${folder}/templates-${name}.png` });
    };
    await page.getByRole('link', { name: 'Templates' }).click();
    await page.getByText('No templates yet').waitFor();
    await shoot('empty');
    await page.getByRole('button', { name: 'New template' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Channel').selectOption('whatsapp');
    await dialog.getByLabel('Language').fill('pt-br');
    await dialog.getByLabel('Text').fill('Seu código: {{kode}}');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText(/unknown placeholder/).waitFor();
    await dialog.getByLabel('Text').fill('{{code}} {{company}} é o seu código.');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('123456 Kopi & Roti é o seu código.').waitFor();
    await dialog.getByText(/2 SMS · UCS-2/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await shoot('preview');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Brazilian Portuguese WhatsApp' }).waitFor();
    await page.getByRole('button', { name: 'Edit: WhatsApp, Brazilian Portuguese' }).click();
    await dialog.getByLabel('Text').fill('{{code}} é o código.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: '{{code}} é o código.' }).waitFor();
    await world.h.client.call({
      ...{ method: 'PUT', path: '/api/templates/*/ar' },
      headers: { 'x-api-key': await ownKey(), 'content-type': 'application/json' },
      body: JSON.stringify({ text: '{{code}} هو رمز {{company}}. لا تشاركه مع أي شخص.' }),
    });
    await page.reload();
    await page.getByRole('cell', { name: 'Arabic All channels' }).waitFor();
    await shoot('list');
    await page.getByRole('button', { name: 'Delete: WhatsApp' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('cell', { name: 'Brazilian' }).first().waitFor({ state: 'detached' });
    const left = await world.h.client.get('/api/templates');
    expect(left.body.data?.['items']).toMatchObject([{ channel: '*', locale: 'ar' }]);
    expect(faults).toEqual([]);
    await close();
  });

  /** The secret of a key that manages templates. */
  async function ownKey(): Promise<string> {
    const fields = { name: 'templates', scopes: ['keys:manage'] };
    const { body } = await world.h.client.post('/api/keys', fields);
    return String(body.data?.['secret']);
  }
});

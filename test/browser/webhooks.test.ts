import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithKey,
} from '../support/browser/browser-fixture.ts';
import { type Receiver, receiverVariables, startReceiver } from '../support/http/webhook-calls.ts';

/** Where pictures of the page go; without it none are made. */
const folder = process.env['SCREENSHOTS'] ?? '';

const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>';

let world: BrowserWorld;
let receiver: Receiver;

describe.skipIf(!hasBrowser)('the page of webhooks', () => {
  beforeAll(async () => {
    world = await createBrowserWorld(receiverVariables);
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await receiver.close();
    await world.close();
  });

  it('creates, tests, changes and deletes an endpoint', async () => {
    const { page, faults, close } = await world.openConsole();
    const shoot = createShoot(page);
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText('No endpoints yet').waitFor();
    await shoot('empty');

    await page.getByRole('button', { name: 'New endpoint' }).first().click();
    await dialog.getByLabel('URL').fill('https://10.0.0.1/hook');
    await dialog.getByRole('button', { name: 'Create endpoint' }).click();
    await dialog.getByText(/cannot be called/).waitFor();
    const url = `${receiver.url}?a=<b>`;
    await dialog.getByLabel('URL').fill(url);
    await dialog.getByLabel('Description').fill(HOSTILE);
    await dialog.getByLabel(/^All events/).uncheck();
    expect(await dialog.getByRole('button', { name: 'Create endpoint' }).isDisabled()).toBe(true);
    await dialog.getByLabel('verification.approved').check();
    await dialog.getByLabel('verification.*').check();
    await dialog.getByLabel('Only these purposes').fill('login, payment');
    expect(await findBarriers(page)).toEqual([]);
    await shoot('new');
    await dialog.getByRole('button', { name: 'Create endpoint' }).click();
    const secret = await dialog.locator('.secret code').innerText();
    expect(secret).toMatch(/^whsec_/);
    await shoot('secret');
    await dialog.getByRole('button', { name: 'Copy a receiver' }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await dialog.locator('.secret code').innerText()).toBe(secret);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByText(HOSTILE).waitFor();
    await shoot('list');
    expect(await page.content()).not.toContain(secret);
    const [made] = await listWebhooks();
    expect(made).toMatchObject({ events: ['verification.*'], purposes: ['login', 'payment'] });

    receiver.answerWith((_, response) => void response.writeHead(500).end(HOSTILE));
    await page.getByRole('button', { name: /^Send test event:/ }).click();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await page.getByText('Retrying', { exact: true }).last().waitFor();
    await page.getByText('Failed attempts: 1').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await shoot('endpoint');
    await page.getByRole('button', { name: 'webhook.test' }).first().click();
    await dialog.getByText(HOSTILE).waitFor();
    await dialog.getByText('"type": "webhook.test"').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await shoot('delivery');
    receiver.answerWith();
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await dialog.getByText('Delivered', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();

    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel('Description').fill('');
    await dialog.getByLabel(/^Send full phone numbers/).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('in full', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('A user paused it', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Active', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Replace secret' }).click();
    await dialog.getByRole('button', { name: 'Replace secret' }).click();
    expect(await dialog.locator('.secret code').innerText()).not.toBe(secret);
    await dialog.getByRole('button', { name: 'Copy a receiver' }).click();
    await dialog.getByText('createHmac(').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await shoot('receiver');
    await dialog.getByRole('button', { name: 'Python' }).click();
    await dialog.getByText('hmac.compare_digest').waitFor();
    await dialog.getByRole('button', { name: 'PHP' }).click();
    await dialog.getByText('hash_equals').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();

    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No endpoints yet').waitFor();
    expect(await listWebhooks()).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('filters deliveries, and sends those again that failed', async () => {
    const { client } = world.h;
    const { body } = await client.post('/api/webhooks', { url: receiver.url, events: ['*'] });
    const id = String(body.data?.['id']);
    receiver.answerWith((_, response) => void response.writeHead(410).end('gone'));
    await client.post(`/api/webhooks/${id}/test`, {});
    const viewport = { width: 360, height: 740 };
    const { page, faults, close } = await world.openConsole({ viewport });
    const dialog = page.getByRole('dialog');
    await page.goto(`${world.h.url}/webhooks/${id}`);
    await page.getByText('It responded with 410 Gone', { exact: false }).waitFor();
    await page.getByLabel('State of the delivery').selectOption('Delivered');
    await page.getByText('No delivery in this state').waitFor();
    await page.getByLabel('State of the delivery').selectOption('Failed');
    await page.getByRole('button', { name: 'webhook.test' }).first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    receiver.answerWith();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Active', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Send failed events again' }).click();
    await dialog.getByLabel('Queued since').waitFor();
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Deliveries queued again: 1').waitFor();
    // It has left the list of failed ones.
    await page.getByText('No delivery in this state').waitFor();
    await page.getByLabel('State of the delivery').selectOption('Delivered');
    await page.getByRole('button', { name: 'webhook.test' }).first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('is there for callers who manage webhooks only', async () => {
    const fields = { name: 'templates', scopes: ['keys:manage'] };
    const { body } = await world.h.client.post('/api/keys', fields);
    const { page, close } = await world.openTab();
    await signInWithKey(page, world.h.url, String(body.data?.['secret']));
    await page.getByRole('link', { name: 'Templates' }).waitFor();
    expect(await page.getByRole('link', { name: 'Webhooks' }).count()).toBe(0);
    await page.goto(`${world.h.url}/webhooks`);
    await page.getByText(/requires the scope webhooks:manage/).waitFor();
    await close();
  });

  type Listed = Readonly<Record<string, unknown>>;

  async function listWebhooks(): Promise<readonly Listed[]> {
    const { body } = await world.h.client.get('/api/webhooks');
    return body.data?.['items'] as readonly Listed[];
  }
});

/** Takes pictures as wide as a desk's screen, and as a phone's. */
function createShoot(page: Page) {
  return async (name: string) => {
    if (!folder) return;
    for (const [width, height] of [
      [390, 844],
      [1280, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${folder}/webhooks-${name}-${width}.png` });
    }
  };
}

import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithKey,
} from '../support/browser/browser-fixture.ts';
import type { Phone } from '../support/whatsapp-lab/lab.ts';

/** Where pictures of the pages go; without it none are made. */
const folder = process.env['SCREENSHOTS'] ?? '';

const SCRIPT = '<img src=x onerror=alert(1)><script>alert(2)</script> https://evil.example/login';
/** Turns the letters that follow around, and would turn the page around them. */
const TURNED = '\u202eotnahp fdp.exe\u202d \u0645\u0631\u062d\u0628\u0627';
/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let world: BrowserWorld;
let owner: Phone;
let stranger: Phone;

describe.skipIf(!hasBrowser)('the pages of conversations', () => {
  beforeAll(async () => {
    world = await createBrowserWorld({}, { media: true });
    owner = world.lab.addPhone();
    stranger = world.lab.addPhone();
    stranger.setName(`${SCRIPT} ${TURNED}`);
    await world.h.link(owner, 'shop');
  });
  afterAll(() => world.close());

  it('says what a session stores, and changes it', async () => {
    const { page, faults, close } = await world.openConsole({ path: '/sessions/shop/chats' });
    await page.getByText('This session stores no conversations').waitFor();
    await page.getByRole('link', { name: 'Open the session' }).click();
    expect(await page.getByRole('link', { name: 'Open conversations' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Also what they wrote, encrypted' }).click();
    await page.getByRole('button', { name: 'Both', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Status posts' }).uncheck();
    await page.getByLabel('Reply to people who write to this number').check();
    await page.getByText('Write a text: the built-in one only suits').waitFor();
    await page.getByLabel('Text of the reply').fill('We are back on Monday.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The settings are saved.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await shoot(page, 'settings');
    const { body } = await world.h.client.get('/api/sessions/shop');
    expect(body.data).toMatchObject({
      store: 'content',
      use: 'both',
      ignore: ['groups', 'newsletters'],
      autoReply: { text: 'We are back on Monday.' },
    });
    await page.getByLabel('Reply to people who write to this number').uncheck();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect
      .poll(async () => (await world.h.client.get('/api/sessions/shop')).body.data)
      .toMatchObject({ autoReply: null });
    expect(faults).toEqual([]);
    await close();
  });

  it('shows what a stranger writes as text, and loads nothing of it unasked', async () => {
    const { page, faults, close } = await world.openConsole();
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(world.h.url)) outside.push(request.url());
    });
    const first = await stranger.sendText(owner.pn, SCRIPT);
    await stranger.sendText(owner.pn, TURNED, { replyTo: first });
    await stranger.sendText(owner.pn, 'word'.repeat(900));
    await stranger.sendImage(owner.pn, PNG, { caption: SCRIPT });
    await page.goto(`${world.h.url}/sessions/shop`);
    await page.getByRole('link', { name: 'Open conversations' }).click();
    await page.getByRole('link', { name: stranger.number }).click();
    const messages = page.getByRole('region', { name: stranger.number });
    await messages.getByRole('button', { name: 'Show the picture' }).waitFor();
    await page.getByText('says the name is').waitFor();
    expect(await messages.getByText(SCRIPT, { exact: true }).count()).toBeGreaterThan(1);
    expect(await messages.locator('a, img, script').count()).toBe(0);
    await messages.getByRole('button', { name: 'Show the whole text' }).click();
    const turned = `[...document.querySelectorAll('.foreign')].find(({ innerText }) => innerText.includes('otnahp'))`;
    expect(await page.evaluate(`getComputedStyle(${turned}).unicodeBidi`)).toBe('isolate');
    expect(await findBarriers(page)).toEqual([]);
    await shoot(page, 'chat');
    for (const width of [390, 1920]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    await messages.getByRole('button', { name: 'Show the picture' }).click();
    const picture = messages.getByRole('img', { name: 'Picture in this message' });
    await picture.waitFor();
    await expect
      .poll(() => page.evaluate(`document.querySelector('.picture').naturalWidth`))
      .toBe(1);
    const download = page.waitForEvent('download');
    await messages.getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toMatch(/^image-/);
    expect(outside.filter((url) => !url.startsWith('blob:'))).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('answers, reacts, forwards, deletes and marks as read', async () => {
    const { page, faults, close } = await world.openConsole();
    const [friend, dialog] = [world.lab.addPhone(), page.getByRole('dialog')];
    const messageId = await friend.sendText(owner.pn, 'are you open?');
    await page.goto(`${world.h.url}/sessions/shop/chats/${encodeURIComponent(friend.number)}`);
    const message = page.getByRole('listitem').filter({ hasText: 'are you open?' });
    await message.last().getByRole('button', { name: 'Reply' }).click();
    await page.getByLabel('Message').fill('Yes, until nine.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const reply = await friend.nextMessage();
    expect(reply).toMatchObject({ text: 'Yes, until nine.' });
    friend.markRead(reply.id);
    const ours = page.locator('.message.ours').filter({ hasText: 'Yes, until nine.' });
    await ours.getByText('Read', { exact: true }).waitFor();
    await ours.getByText('In reply to').waitFor();

    await message.first().getByRole('button', { name: 'React' }).click();
    await dialog.getByRole('button', { name: '👍' }).click();
    await page.getByRole('list', { name: 'Reactions' }).getByText('👍').waitFor();
    await page.getByRole('button', { name: 'Mark as read' }).click();
    await expect
      .poll(() => friend.receipts.some(({ id, type }) => id === messageId && type === 'read'))
      .toBe(true);
    await page.getByRole('button', { name: 'Mark as read' }).waitFor({ state: 'detached' });

    await ours.getByRole('button', { name: 'Forward' }).click();
    await dialog.getByLabel('Phone number').fill(stranger.number);
    await dialog.getByRole('button', { name: 'Forward' }).click();
    await dialog.getByText('Forwarded.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await ours.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('This message was deleted by its author.').waitFor();
    await shoot(page, 'answered');

    await page.locator('input[type=file]').setInputFiles({
      ...{ name: 'shop.png', mimeType: 'image/png', buffer: PNG },
    });
    await page.getByText('shop.png').waitFor();
    await page.getByLabel('Caption').fill('our shop');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.message.ours').filter({ hasText: 'our shop' }).waitFor();
    const received = friend.inbox.at(-1);
    expect(received && friend.openMedia(received)).toEqual(PNG);

    await page.getByLabel('Find a number').fill(friend.number.slice(-4));
    expect(await page.locator('.chat-entry').count()).toBe(1);
    await page.getByLabel('Find a number').fill('00000000000');
    await page.getByText('None of the loaded chats has this number.').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('publishes a status post and deletes it', async () => {
    const { page, faults, close } = await world.openConsole();
    const dialog = page.getByRole('dialog');
    await page.goto(`${world.h.url}/sessions/shop/status-posts`);
    await page.getByText('No status posts').waitFor();
    await page.getByRole('button', { name: 'New status post' }).click();
    await dialog.getByLabel('Text').fill('Open until nine');
    await dialog.getByRole('button', { name: 'These numbers' }).click();
    await dialog.getByLabel('Phone numbers').fill(stranger.number);
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Open until nine').waitFor();
    await shoot(page, 'posts');
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('This message was deleted by its author.').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('is there for callers who may read, who write only if they may send', async () => {
    const signIn = async (scopes: readonly string[]) => {
      const { body } = await world.h.client.post('/api/keys', { name: 'reader', scopes });
      const tab = await world.openTab();
      await signInWithKey(tab.page, world.h.url, String(body.data?.['secret']));
      await tab.page.goto(`${world.h.url}/sessions/shop/chats`);
      return tab;
    };
    const reader = await signIn(['messages:read', 'analytics:read']);
    await reader.page.getByRole('link', { name: stranger.number }).click();
    await reader.page.getByText('word'.repeat(20), { exact: false }).first().waitFor();
    expect(await reader.page.getByRole('button', { name: 'Send', exact: true }).count()).toBe(0);
    expect(await reader.page.getByRole('button', { name: 'React' }).count()).toBe(0);
    await reader.close();
    const sender = await signIn(['messages:send', 'analytics:read']);
    await sender.page.getByText(/requires the scope messages:read/).waitFor();
    await sender.close();
  });
});

/** Takes pictures in both schemes, as wide as a phone's screen and as a desk's. */
async function shoot(page: Page, name: string): Promise<void> {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [390, 768, 1280, 1920]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(300);
      await page.screenshot({
        path: `${folder}/conversations-${name}-${colorScheme}-${width}.png`,
      });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser, SPILLS } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { makeBusy } from '../support/load-fixture.ts';

const LONG = 'a'.repeat(64);

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the overview and the sessions', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    await makeBusy(world, 1);
    await world.h.client.post('/api/sessions', { sessionId: LONG });
  });
  afterAll(() => world.close());

  it('shrink with the window, whatever a session is called', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.getByRole('button', { name: '7 days' }).click();
    const canvas = page.locator('.chart canvas');
    await canvas.waitFor();
    for (const width of [1280, 1024, 700, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await expect
        .poll(() =>
          page.evaluate(`document.querySelector('.chart canvas').getBoundingClientRect().right <=
            document.querySelector('.chart').closest('.card').getBoundingClientRect().right`),
        )
        .toBe(true);
      expect([width, await page.evaluate(SPILLS)]).toEqual([width, false]);
    }
    for (const path of ['/sessions', `/sessions/${LONG}`]) {
      await page.goto(`${world.h.url}${path}`);
      await page.getByText(LONG).first().waitFor();
      expect([path, await page.evaluate(SPILLS)]).toEqual([path, false]);
    }
    expect(faults).toEqual([]);
    await close();
  });

  it('tell the numbers of one moment, by the mouse and by keys', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.getByRole('button', { name: '30 days' }).click();
    const chart = page.getByRole('slider', { name: 'Traffic' });
    const told = () => chart.getAttribute('aria-valuetext');
    await expect.poll(told).toMatch(/^whole range: /);
    await chart.hover();
    await expect.poll(told).toMatch(/^\d+ \w+: \d+ codes sent, \d+ verified$/);
    await page.mouse.move(0, 0);
    await expect.poll(told).toMatch(/^whole range: /);
    await chart.press('Home');
    expect(await chart.getAttribute('aria-valuenow')).toBe('0');
    await chart.press('ArrowRight');
    await expect.poll(() => chart.getAttribute('aria-valuenow')).toBe('1');
    expect(faults).toEqual([]);
    await close();
  });

  it('list what needs attention, with a way there, and nothing while all is well', async () => {
    // It is banned, and all others are well.
    await world.h.client.delete('/api/sessions/alerts');
    const { page, faults, close } = await world.openConsole();
    const alarms = page.getByRole('region', { name: 'Needs attention' });
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    expect(await alarms.allInnerTexts()).toEqual([]);
    const { Session, Webhook, ConversionDrop } = world.h.database.models;
    const at = world.h.now();
    const row = { accountId: 'default', createdAt: at, updatedAt: at };
    const session = {
      sessionId: 'lost',
      state: 'logged_out',
      userPhone: '+6281234567890',
      stateReason: 'device_unlinked',
    } as const;
    await Session.insertRow({ ...row, ...session });
    const url = 'https://a.example/hook';
    const webhook = { webhookId: 'wh_lost', url, events: ['*'], sealedSecret: 'sealed' };
    await Webhook.insertRow({ ...row, ...webhook, failures: 3, failingSince: at });
    const drop = { dimension: 'channel', value: 'whatsapp', activeKey: 'whatsapp' } as const;
    const shares = { share: 0.4, expectedShare: 0.8, windowFrom: at, windowTo: at };
    await ConversionDrop.insertRow({ ...row, ...drop, ...shares });
    world.h.activity.logSystem({
      ...{ accountId: 'default', action: 'pumping_suspected', status: 'error' },
      details: 'prefix +6281234',
    });
    await world.h.activity.flush();
    await page.reload();
    await alarms.getByText('Traffic pumping suspected: prefix +6281234').waitFor();
    await alarms.getByText(`Webhook ${url} is failing`).waitFor();
    await alarms.getByText(/^WhatsApp: 40.?% of the codes verified, usually 80.?%$/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await alarms.getByRole('link', { name: 'Session lost: Logged out' }).click();
    await page.getByRole('heading', { name: 'lost' }).waitFor();
    const trouble = page.getByRole('alert').filter({ hasText: 'the device was unlinked' });
    await trouble.waitFor();
    // It was linked, so its QR code has not run out.
    expect(await page.getByText('Linking has stopped').count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('leave signing out in reach on a phone that lies on its side', async () => {
    const { page, close } = await world.openConsole({ viewport: { width: 844, height: 390 } });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await close();
  });

  it('claim nothing while nobody answers, and go on when somebody does', async () => {
    const { page, faults, close } = await world.openConsole({ path: '/sessions/shop' });
    const open = page.getByText('Open', { exact: true });
    const send = page.getByRole('button', { name: 'Send message' });
    await open.waitFor();
    await page.getByRole('button', { name: 'Restart' }).click();
    const news = page.getByText('Restart requested.');
    await news.waitFor();
    await news.waitFor({ state: 'detached' });
    await open.waitFor();
    await page.context().setOffline(true);
    await page.getByText('Waverify does not respond.').waitFor();
    expect([await open.count(), await send.isDisabled()]).toEqual([0, true]);
    await page.context().setOffline(false);
    await open.waitFor();
    expect([await page.getByRole('alert').count(), await send.isDisabled()]).toEqual([0, false]);
    expect(faults).toEqual([]);
    await close();
  });

  it('say at an address that is nobody’s that there is nothing, and lead back', async () => {
    const { page, close } = await world.openConsole({ path: '/nothere' });
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await page.getByRole('link', { name: 'Back to the overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser, SPILLS } from '../support/browser/browser.ts';
import { type BrowserWorld, createBrowserWorld } from '../support/browser/browser-fixture.ts';
import { looksOf } from '../support/full-run.ts';
import { createUsageCalls } from '../support/http/usage-calls.ts';
import { makeBusy } from '../support/load-fixture.ts';

let world: BrowserWorld;

describe.skipIf(!hasBrowser)('the figures of the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld();
    await makeBusy(world, 9);
  });
  afterAll(() => world.close());

  /** The number in a text, without the marks between its digits. */
  const toNumber = (text: string) => Number(/[\d,.]+/.exec(text)?.[0].replaceAll(',', ''));

  it('of the overview follow the range, and agree with each other and with the API', async () => {
    const { page, faults, close } = await world.openConsole();
    for (const [range, by, before] of [
      ['Today', 'hour', 'yesterday by this time'],
      ['7 days', 'hour', '7 days before'],
      ['30 days', 'day', '30 days before'],
    ] as const) {
      await page.getByRole('button', { name: range }).click();
      const tile = page.locator('.figure').filter({ hasText: 'Codes sent' });
      await tile.getByText(before, { exact: false }).waitFor();
      const asked = page.waitForResponse((response) => response.url().includes(`by=${by}`));
      const { total } = (await (await asked).json()).data;
      const sent = async (text: Promise<string>) => toNumber(await text);
      await expect.poll(() => sent(tile.locator('.value').innerText())).toBe(total.sent);
      const funnel = page.getByRole('region', { name: 'From sent to verified' });
      const counts = (
        await funnel.locator('.bar-head > span:last-child .strong').allInnerTexts()
      ).map(toNumber);
      expect(counts).toEqual([total.sent, expect.any(Number), total.verified]);
      const verified = page.locator('.figure').filter({ hasText: /^Verified/ });
      const share = await verified.locator('.value').innerText();
      const shares = await funnel.locator('.bar-head > span:last-child .soft').allInnerTexts();
      expect(shares.at(-1)).toBe(share);
      expect(counts.toSorted((a, b) => b - a)).toEqual(counts);
      const told = await page
        .getByRole('slider', { name: 'Traffic' })
        .getAttribute('aria-valuetext');
      expect(told).toBe(
        `whole range: ${total.sent} codes sent, ${total.verified} verified`.replace(
          /\d{4,}/g,
          (count) => Number(count).toLocaleString('en-GB'),
        ),
      );
      await funnel.getByText(`Requested: `, { exact: false }).waitFor();
    }
    expect(faults).toEqual([]);
    await close();
  });

  it('of the overview are shown by channel, session and country, too', async () => {
    const { page, faults, close } = await world.openConsole();
    await page.getByRole('button', { name: '30 days' }).click();
    const traffic = page.getByRole('region', { name: 'Traffic' });
    for (const [by, name] of [
      ['Channel', 'WhatsApp'],
      ['Session', 'shop'],
      ['Country', 'Indonesia'],
    ] as const) {
      await traffic.getByRole('button', { name: by }).click();
      await traffic.getByText(name, { exact: true }).waitFor();
      await traffic
        .getByText(/sent, \d+(\.\d)?% verified/)
        .first()
        .waitFor();
      expect(await findBarriers(page)).toEqual([]);
    }
    expect(faults).toEqual([]);
    await close();
  });

  it('of a session follow the range, next to those of all time, and agree with the API', async () => {
    const { page, faults, close } = await world.openConsole();
    const stats = page.waitForResponse((response) =>
      response.url().includes('/sessions/shop/stats'),
    );
    await page.goto(`${world.h.url}/sessions/shop`);
    const { otp, messages, ever } = (await (await stats).json()).data;
    const card = page.getByRole('region', { name: 'Statistics' });
    const value = async (name: string) => {
      const tile = card.locator('.figure').filter({ hasText: name });
      return [await tile.locator('.value').innerText(), await tile.locator('.beside').innerText()];
    };
    await card.locator('.figure').first().waitFor();
    const numbers = async (name: string) => (await value(name)).map(toNumber);
    expect(await numbers('Codes sent')).toEqual([otp.sent, ever.otp.sent]);
    expect(await numbers('Messages sent')).toEqual([messages.sent, ever.messages.sent]);
    expect(otp.sent).toBeGreaterThan(0);
    const slider = card.getByRole('slider', { name: 'Traffic' });
    await slider.waitFor();
    const said = (await slider.getAttribute('aria-valuetext')) ?? '';
    expect(toNumber(said)).toBe(otp.sent);
    expect(await findBarriers(page)).toEqual([]);
    await card.getByRole('button', { name: 'Today' }).click();
    await card.getByText('codes per hour', { exact: false }).waitFor();
    for (const width of [390, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      expect([width, await page.evaluate(SPILLS)]).toEqual([width, false]);
    }
    expect(faults).toEqual([]);
    await close();
  });

  it('of the usage tell errors of callers and of the service apart, by route and by caller', async () => {
    const usage = createUsageCalls(world.h);
    await usage.clear();
    const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
    await usage.addInTurn(
      { hour, requests: 1200 },
      { hour, statusCode: 429, requests: 30 },
      { hour, statusCode: 503, requests: 2 },
      { hour, route: '/api/otp/verify', requests: 7 },
    );
    for (const width of looksOf([390, 768, 1280, 1920])) {
      const { page, faults, close } = await world.openConsole({
        viewport: { width, height: 900 },
        path: '/usage',
      });
      const tile = (name: string) => page.locator('.figure').filter({ hasText: name });
      await tile('Client errors').getByText('30', { exact: true }).waitFor();
      await tile('Server errors').getByText('2', { exact: true }).waitFor();
      await page.getByRole('slider', { name: 'Requests over time' }).waitFor();
      const row = page.getByRole('row').filter({ hasText: '/api/otp/send' });
      await row.getByText('1,232').waitFor();
      expect([width, await page.evaluate(SPILLS)]).toEqual([width, false]);
      const cell = row.getByText('1,232');
      const [box, card] = [
        await cell.boundingBox(),
        await row.locator('xpath=ancestor::section').boundingBox(),
      ];
      const isCut = (box?.x ?? 0) + (box?.width ?? 0) > (card?.x ?? 0) + (card?.width ?? 0);
      expect([width, isCut]).toEqual([width, false]);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByLabel('Search this list').fill('verify');
      await row.waitFor({ state: 'detached' });
      await page.getByLabel('Search this list').fill('');
      await page.getByRole('button', { name: 'Route', exact: true }).last().click();
      await page.getByRole('columnheader', { name: 'Route' }).waitFor();
      await row.getByRole('link').click();
      await page.getByText('Only /api/otp/send').waitFor();
      await page.getByText('503', { exact: true }).waitFor();
      expect(await page.evaluate(SPILLS)).toBe(false);
      await page.getByRole('button', { name: 'Caller' }).click();
      await page.getByText('API key first-key').waitFor();
      expect(faults).toEqual([]);
      await close();
    }
  });
});

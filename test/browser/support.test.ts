import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, hasBrowser, SPILLS } from '../support/browser/browser.ts';
import {
  type BrowserWorld,
  createBrowserWorld,
  signInWithKey,
} from '../support/browser/browser-fixture.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../support/http/otp-calls.ts';
import { createPeopleCalls, PASSWORD } from '../support/http/users.ts';

const FIRST = '+6281234567890';
const SECOND = '+6281299994321';
const THIRD = '+6281255550123';
const IS_CUT = (box: { scrollWidth: number; clientWidth: number }) =>
  box.scrollWidth > box.clientWidth;

let world: BrowserWorld;
let otp: OtpCalls;

async function search(page: Page, typed: string): Promise<void> {
  await page.goto(`${world.h.url}/codes`);
  await page.getByLabel('Phone number or email').fill(typed);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
}

const messagesTo = (phoneNumber: string) =>
  world.h.gateway.messages.filter(({ to }) => to === phoneNumber);

describe.skipIf(!hasBrowser)('support in the console', () => {
  beforeAll(async () => {
    world = await createBrowserWorld({
      ...{ OTP_CHANNELS: 'http', OTP_RESEND_SECONDS: '0', LIMIT_SENDS_PER_PREFIX_HOUR: '0' },
      ...{ LIMIT_FAILURES_PER_PHONE_HOUR: '4', OTP_MAX_ATTEMPTS: '5' },
    });
    otp = createOtpCalls(world.h);
    for (const phoneNumber of [FIRST, SECOND]) await otp.send(phoneNumber);
  });
  afterAll(() => world.close());

  it('finds a number by its last digits, sees its story, and sends its code again or ends it', async () => {
    const { page, faults, close } = await world.openConsole();
    await search(page, '7890');
    const row = page.getByRole('row').filter({ hasText: FIRST });
    await row.waitFor();
    expect(await page.getByText(SECOND).count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await row.getByText('login').click({ force: true });
    await page.getByRole('heading', { level: 1, name: FIRST }).waitFor();
    await page.getByText('A code was requested').waitFor();
    await page.getByText('Not locked').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    const dialog = page.getByRole('dialog');
    const sent = messagesTo(FIRST).length;
    await page.getByRole('button', { name: 'Send a code again' }).click();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(messagesTo(FIRST)).toHaveLength(sent);
    await page.getByRole('button', { name: 'Send a code again' }).click();
    await dialog.getByRole('button', { name: 'Send a code again' }).click();
    await page.getByText('The code was sent.').waitFor();
    expect(messagesTo(FIRST)).toHaveLength(sent + 1);

    await page.getByRole('button', { name: 'Invalidate the code' }).click();
    await dialog.getByRole('button', { name: 'Invalidate the code' }).click();
    await page.getByText('The code is no longer valid.').waitFor();
    await page.getByText('The code was invalidated before it was entered.').waitFor();
    expect((await otp.row(FIRST)).status).toBe('expired');
    await page.getByRole('button', { name: 'Invalidate the code' }).waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await close();
  });

  it('unlocks a number, and erases everything about it when its number was typed', async () => {
    const code = await otp.sendCode(FIRST);
    for (const wrong of wrongCodes(code, 4)) await otp.verify(FIRST, wrong);
    const { page, faults, close } = await world.openConsole();
    const dialog = page.getByRole('dialog');
    await search(page, FIRST);
    await page.getByText('Locked', { exact: true }).waitFor();
    await page.getByText('Too many wrong codes were entered.').waitFor();
    expect(await page.getByRole('button', { name: 'Send a code again' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await dialog.getByRole('button', { name: 'Unlock' }).click();
    await page.getByText('The recipient is no longer locked.').waitFor();
    await page.getByText('Not locked', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Send a code again' }).waitFor();
    expect((await otp.verify(FIRST, code)).status).toBe(200);

    await page.getByRole('button', { name: 'Erase all data' }).click();
    const erase = dialog.getByRole('button', { name: 'Erase all data' });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${FIRST} to confirm`).fill(FIRST);
    expect(await findBarriers(page)).toEqual([]);
    await erase.click();
    await dialog.getByText('Everything about this recipient was erased.').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row').filter({ hasText: SECOND }).waitFor();
    expect(await page.getByText(FIRST).count()).toBe(0);
    await search(page, '7890');
    await page.getByText('No code matches').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('says of a code whose attempts are used up that none are left, wherever it is shown', async () => {
    const { body } = await otp.send(THIRD);
    const id = body.data?.['verificationId'];
    const code = world.h.gateway.codeFor(THIRD);
    for (const wrong of wrongCodes(code, 5)) await otp.verifyById(id, wrong);
    const { page, faults, close } = await world.openConsole();
    await search(page, THIRD);
    const row = page.getByRole('row').filter({ hasText: THIRD });
    await row.getByText('No attempts left').waitFor();
    await page.getByText(/No attempts left, \d/).waitFor();
    await row.getByRole('link').click();
    await page.locator('.badge').getByText('No attempts left').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('explains what it cannot search for, and what it does not find', async () => {
    const { page, faults, close } = await world.openConsole();
    await search(page, '432');
    await page.getByText(/at least the last 4 digits/).waitFor();
    await search(page, '+62 812');
    await page.getByText('This is not a complete phone number.', { exact: false }).waitFor();
    for (const path of ['xyz', 'T9LOIawrvRT8gFqIc6yI588mTQiT1t5f']) {
      await page.goto(`${world.h.url}/codes/${path}`);
      await page.getByRole('heading', { name: 'No such code' }).waitFor();
    }
    await page.getByRole('link', { name: 'All codes' }).last().click();
    await page.getByRole('heading', { level: 1, name: 'Codes' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('filters by day, saves what is found as a file, and shows the time on a phone', async () => {
    const viewport = { width: 390, height: 844 };
    const { page, faults, close } = await world.openConsole({
      viewport,
      path: '/codes?to=2026-01-01',
    });
    await page.getByText('No code matches').waitFor();
    await page.goto(`${world.h.url}/codes?recipient=4321`);
    const row = page.getByRole('row').filter({ hasText: SECOND });
    await row
      .getByText(/\d\d:\d\d/)
      .first()
      .waitFor();
    expect(await page.evaluate(SPILLS)).toBe(false);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    expect((await saved).suggestedFilename()).toBe('waverify-codes.csv');
    expect(faults).toEqual([]);
    await close();

    // Indonesian has the longest names.
    const indonesian = await world.openConsole({ viewport, locale: 'id-ID', path: '/codes' });
    await indonesian.page.getByRole('row').filter({ hasText: SECOND }).waitFor();
    expect(await indonesian.page.locator('.table-wrap').evaluate(IS_CUT)).toBe(false);
    await indonesian.close();
  });

  it('offers nothing that a caller may not do', async () => {
    const fields = { name: 'reader', scopes: ['analytics:read'] };
    const { body } = await world.h.client.post('/api/keys', fields);
    const reader = await world.openTab();
    await signInWithKey(reader.page, world.h.url, String(body.data?.['secret']));
    await search(reader.page, '94321');
    // Compared by the four digits that the caller sees.
    await reader.page.getByRole('row').filter({ hasText: '+62812****4321' }).waitFor();
    await reader.page.locator('tbody a').first().click();
    await reader.page.locator('.timeline').waitFor();
    const names = ['Send a code again', 'Invalidate the code', 'Unlock', 'Erase all data'];
    for (const name of names) {
      expect(await reader.page.getByRole('button', { name }).count()).toBe(0);
    }
    await reader.close();

    const { email } = await createPeopleCalls(world.h).makePerson({ role: 'ADMIN' });
    const { page, faults, close } = await world.openTab();
    await page.goto(world.h.url);
    await page.getByRole('button', { name: 'Email' }).click();
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').waitFor();
    await page.goto(
      `${world.h.url}/codes?accountId=default&recipient=${encodeURIComponent(SECOND)}`,
    );
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    expect(await page.getByRole('button', { name: 'Erase all data' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });
});

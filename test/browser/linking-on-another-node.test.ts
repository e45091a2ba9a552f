import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openTab } from '../support/browser/browser.ts';
import { signInWithKey } from '../support/browser/browser-fixture.ts';
import {
  createTestDatabase,
  serverDialects,
  type TestDatabase,
} from '../support/database/databases.ts';
import { NO_LOGIN_LIMITS } from '../support/http/users.ts';
import { createWhatsAppHarness, type WhatsAppHarness } from '../support/whatsapp/linked-harness.ts';
import { type Lab, startLab } from '../support/whatsapp-lab/lab.ts';

const isRunnable = hasBrowser && serverDialects.includes('postgres');

describe.runIf(isRunnable)('the console of a node that does not host the number', () => {
  let lab: Lab;
  let database: TestDatabase;
  let host: WhatsAppHarness;
  let other: WhatsAppHarness;

  const start = () =>
    createWhatsAppHarness({
      ...{ lab, database, env: NO_LOGIN_LIMITS },
      whatsappTiming: { leaseMs: 15_000, spreadMs: 600_000 },
    });

  beforeAll(async () => {
    lab = await startLab();
    database = await createTestDatabase('postgres');
    host = await start();
    other = await start();
  });
  afterAll(async () => {
    await other.close();
    await host.close();
    await lab.close();
    await database.drop();
  });

  it('links it by QR, and shows live that it is linked', async () => {
    await host.client.post('/api/sessions', { sessionId: 'shop' });
    await host.client.get('/api/sessions/shop/qr');
    const { page, faults, close } = await openTab();
    await signInWithKey(page, other.url);
    await page.goto(`${other.url}/sessions/shop`);
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    const { body } = await other.client.get('/api/sessions/shop/qr');
    const phone = lab.addPhone();
    await phone.scanQr(String(body.data?.['qr']));
    await page.getByText(`Linked. ${phone.number} is connected.`).waitFor();
    expect(faults).toEqual([]);
    const keptBy = async ({ client }: WhatsAppHarness) =>
      (await client.get('/api/sessions/shop')).body.data?.['keptHere'];
    expect([await keptBy(host), await keptBy(other)]).toEqual([true, false]);
    await close();
  });
});

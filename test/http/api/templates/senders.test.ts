import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

onOneDatabase('names and domains that an operator declares on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let operator: ReturnType<ReturnType<typeof createAccessCalls>['as']>;
  let shop: AccountCalls;
  let bank: AccountCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { COMPANY_NAMES_WITH_LINKS: 'Toko.id' } });
    operator = createAccessCalls(h).as(API_KEY);
    shop = await createAccountCalls(h, 'shop');
    bank = await createAccountCalls(h, 'bank');
  });
  afterAll(() => h.close());

  const declare = (accountId: string, body: object) =>
    operator.put(`/api/accounts/${accountId}/sender`, body);
  const send = async ({ otp }: AccountCalls, companyName: string) =>
    (await otp.send(nextNumber(), { companyName })).status;
  const saveLink = async ({ client }: AccountCalls) =>
    (await client.put('/api/templates/http/en', { text: '{{code}} kopi.example/help' })).status;

  it('are allowed in company names and templates of this account only', async () => {
    expect([await send(shop, 'Booking.com'), await saveLink(shop)]).toEqual([400, 400]);
    const saved = await declare('shop', {
      ...{ companyNames: ['Booking.com'], domains: ['Kopi.Example'] },
    });
    expect(saved.body.data).toEqual({
      ...{ accountId: 'shop', companyNames: ['Booking.com'], domains: ['kopi.example'] },
    });
    for (const name of ['Booking.com', 'Kopi.example', 'Kopi (kopi.example)', 'Toko.id']) {
      expect([name, await send(shop, name)]).toEqual([name, 200]);
    }
    for (const name of ['booking.com', 'Booking.com Login', 'Evil.com', 'kopi.example.evil.com']) {
      expect([name, await send(shop, name)]).toEqual([name, 400]);
    }
    expect(await saveLink(shop)).toBe(200);
    expect([await send(bank, 'Booking.com'), await saveLink(bank)]).toEqual([400, 400]);
    expect(await send(bank, 'Toko.id')).toBe(200);
    const own = await operator.get('/api/accounts/shop/sender');
    expect(own.body.data).toEqual(saved.body.data);
  });

  it('end at once when they are replaced', async () => {
    await declare('shop', { companyNames: ['Booking.com'] });
    expect(await send(shop, 'Booking.com')).toBe(200);
    await declare('shop', {});
    expect(await send(shop, 'Booking.com')).toBe(400);
  });

  it('are valid names and domains of an account that exists', async () => {
    for (const [body, path] of [
      [{ companyNames: ['*x*'] }, 'companyNames.0'],
      [{ domains: ['com'] }, 'domains.0'],
      [{ domains: ['https://kopi.example'] }, 'domains.0'],
      [{ domains: 'kopi.example' }, 'domains'],
      [{ names: [] }, 'names'],
    ] as const) {
      const refused = await declare('shop', body);
      expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([400, path]);
    }
    expect((await declare('unknown', {})).body.code).toBe('not_found');
    expect((await operator.get('/api/accounts/unknown/sender')).body.code).toBe('not_found');
  });

  it('are declared by no account itself, and each change is in its activity log', async () => {
    const refused = await shop.client.put('/api/accounts/shop/sender', { domains: ['evil.com'] });
    expect(refused.body.code).toBe('forbidden');
    expect((await shop.client.get('/api/accounts/shop/sender')).body.code).toBe('forbidden');
    await declare('bank', { domains: ['bank.example'] });
    const rows = await h.database.models.ActivityLog.findAll({
      where: { action: 'sender_change', accountId: 'bank' },
    });
    expect(rows.map(({ details }) => details)).toEqual(['bank.example']);
  });
});

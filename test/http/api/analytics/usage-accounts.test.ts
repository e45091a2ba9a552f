import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createUsageCalls,
  readUsagePage,
  type UsageCalls,
} from '../../../support/http/usage-calls.ts';
import { createPeopleCalls, NO_LOGIN_LIMITS } from '../../../support/http/users.ts';

onOneDatabase('the usage of several accounts (%s)', (dialect) => {
  let h: Harness;
  let usage: UsageCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LOGIN_LIMITS });
    usage = createUsageCalls(h);
  });
  afterAll(() => h.close());
  beforeEach(() => usage.clear());

  it('answers as if nobody else had an account', async () => {
    await usage.addInTurn(
      { accountId: 'other' },
      { accountId: 'other', principal: 'key:theirs' },
      {},
    );
    const { items, totals, raw } = await usage.ask();
    expect(items).toHaveLength(1);
    expect(totals).toMatchObject({ requests: 4 });
    expect(raw).not.toContain('other');
    const theirs = await usage.ask('?accountId=other');
    expect(theirs.raw).toBe((await usage.ask('?accountId=not-there-at-all')).raw);
    expect((await usage.ask('?keyId=theirs')).raw).toBe((await usage.ask('?keyId=not-there')).raw);
  });

  it('lets the keys of two accounts see their own only', async () => {
    const { createKeyOf, as } = createAccessCalls(h);
    const enter = async (accountId: string) => {
      const { keyId, secret } = await createKeyOf(accountId, { scopes: ['analytics:read'] });
      const ask = async (query = '') => readUsagePage(await as(secret).get(`/api/usage${query}`));
      return { accountId, keyId, ask };
    };
    const [warung, toko] = [await enter('warung'), await enter('toko')];
    await warung.ask();
    await toko.ask();
    await h.usage.flush();
    for (const [own, strange] of [[warung, toko] as const, [toko, warung] as const]) {
      const { items, totals } = await own.ask();
      expect(items).toMatchObject([
        { accountId: own.accountId, principal: { kind: 'key', id: own.keyId }, requests: 1 },
      ]);
      expect(totals).toMatchObject({ requests: 1 });
      const nothing = await own.ask('?accountId=nobody');
      expect(await own.ask(`?accountId=${strange.accountId}`)).toEqual(nothing);
      expect(await own.ask(`?keyId=${strange.keyId}`)).toEqual(nothing);
    }
  });

  it('shows people their account, and operators all', async () => {
    const people = createPeopleCalls(h);
    const enter = async (fields: Readonly<Record<string, unknown>>) => {
      const { id, email } = await people.makePerson(fields);
      const { accessToken } = await people.enter(email);
      const ask = async (query = '') =>
        readUsagePage(await people.get(`/api/usage${query}`, accessToken)).items;
      return { id, ask };
    };
    const ana = await enter({ accountId: 'ana-account', role: 'USER' });
    const operator = await enter({ role: 'ADMIN' });
    await usage.addInTurn({}, { accountId: 'warung' });
    await ana.ask();
    await h.usage.flush();
    const principal = { kind: 'user', id: String(ana.id) };
    expect(await ana.ask()).toMatchObject([{ accountId: 'ana-account', principal, status: 200 }]);
    const accountsOf = async (query = '') => {
      const items = await operator.ask(query);
      return [...new Set(items.map(({ accountId }) => accountId))].sort();
    };
    expect(await accountsOf()).toEqual(['ana-account', 'default', 'warung']);
    expect(await accountsOf('?accountId=warung')).toEqual(['warung']);
    expect(await accountsOf(`?userId=${ana.id}`)).toEqual(['ana-account']);
    expect(await accountsOf(`?accountId=warung&userId=${ana.id}`)).toEqual([]);
  });

  it('is not for strangers', async () => {
    expect((await h.client.call({ method: 'GET', path: '/api/usage' })).status).toBe(401);
  });
});

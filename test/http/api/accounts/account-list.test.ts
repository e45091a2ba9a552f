import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_ACCOUNT_ID } from '../../../../src/domain/access/caller.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createPeopleCalls } from '../../../support/http/users.ts';

onOneDatabase('the list of accounts on %s', (dialect) => {
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({ dialect });
    const people = createPeopleCalls(h);
    for (const accountId of ['shop', 'bakery', 'shop-2', '9'])
      await people.makePerson({ accountId });
    await h.database.models.Account.ensure(DEMO_ACCOUNT_ID, h.now());
  });
  afterAll(() => h.close());

  const list = async (query: string) => {
    const { status, body } = await h.client.get(`/api/accounts?${query}`);
    const data = body.data as unknown as {
      readonly items: readonly { readonly accountId: string; readonly createdAt: string }[];
      readonly nextCursor: string | null;
    };
    return { status, data };
  };

  it('has each account once, in pages, without that of the demo', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { data } = await list(`limit=2${from}`);
      expect(data.items.length).toBeLessThanOrEqual(2);
      seen.push(...data.items.map(({ accountId }) => accountId));
      cursor = data.nextCursor;
    }
    expect([...seen].sort()).toEqual(['9', 'bakery', 'default', 'shop', 'shop-2']);
    const { data } = await list('');
    expect(data.items.map(({ accountId }) => accountId)).toEqual(seen);
    expect(data.nextCursor).toBeNull();
    expect(Date.parse(data.items[0]?.createdAt ?? '')).toBeGreaterThan(0);
  });

  it('refuses a cursor that is not its own', async () => {
    for (const cursor of ['nonsense', Buffer.from('id:1').toString('base64url')]) {
      expect((await list(`cursor=${cursor}`)).status).toBe(400);
    }
  });
});

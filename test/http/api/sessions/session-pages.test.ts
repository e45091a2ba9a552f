import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { insertSessions } from '../../../support/database/new-sessions.ts';
import {
  type AccountCalls,
  createAccountCalls,
  createOperatorCalls,
} from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

type Page = {
  readonly data: readonly { readonly sessionId: string; readonly state: string }[];
  readonly nextCursor: string | null;
  readonly total: number;
};

const COUNT = 620;

onOneDatabase('the pages of sessions on %s', (dialect) => {
  let h: Harness;
  let shop: AccountCalls;
  const names = Array.from({ length: COUNT }, (_, i) => `s${i}`);

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { LIMIT_SESSIONS_PER_ACCOUNT: '0' } });
    shop = await createAccountCalls(h, 'shop');
    await insertSessions(h.database, [
      { accountId: 'bank', sessionId: 'bank~first', state: 'unlinked' },
      ...names.map((name) => ({
        ...{ accountId: 'shop', sessionId: `shop~${name}` },
        state: 'logged_out' as const,
      })),
    ]);
  });
  afterAll(() => h.close());

  async function read(query = '', { client }: Pick<AccountCalls, 'client'> = shop): Promise<Page> {
    const { status, raw } = await client.get(`/api/sessions${query}`);
    expect(status).toBe(200);
    return JSON.parse(raw) as Page;
  }
  const namesOf = ({ data }: Page) => data.map(({ sessionId }) => sessionId);

  it('are of 50 sessions by default, and say how many there are', async () => {
    const page = await read();
    expect(namesOf(page)).toEqual(names.slice(0, 50));
    expect(page).toMatchObject({ total: COUNT, nextCursor: expect.any(String) });
    expect(page.data[0]).toMatchObject({ state: 'logged_out' });
  });

  it('have each session once, oldest first, also when one is created meanwhile', async () => {
    const seen: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null && sizes.length < 9) {
      const page: Page = await read(`?limit=250${cursor && `&cursor=${cursor}`}`);
      if (cursor === '') await shop.sessions.create('created-meanwhile');
      seen.push(...namesOf(page));
      sizes.push(page.data.length);
      cursor = page.nextCursor;
    }
    expect(sizes).toEqual([250, 250, 121]);
    expect(seen).toEqual([...names, 'created-meanwhile']);
    await shop.sessions.remove('created-meanwhile');
  });

  it('show an account its own sessions, a key those that it may use, and an operator all', async () => {
    const bank = await createAccountCalls(h, 'bank');
    expect(await read('', bank)).toMatchObject({ total: 1, nextCursor: null });
    const allowed = ['s3', 's1', 'nothing', 's600'].map((name) => `shop~${name}`);
    const some = await createAccountCalls(h, 'shop', { restrictions: { sessions: allowed } });
    const page = await read('?limit=2', some);
    expect([namesOf(page), page.total]).toEqual([['s1', 's3'], 3]);
    const last = await read(`?limit=2&cursor=${page.nextCursor}`, some);
    expect([namesOf(last), last.nextCursor]).toEqual([['s600'], null]);
    const operator = await createOperatorCalls(h);
    const all = JSON.parse((await operator.get('/api/sessions?limit=2')).raw) as Page;
    expect([namesOf(all), all.total]).toEqual([['bank~first', 'shop~s0'], COUNT + 1]);
  });

  it.each(['limit=0', 'limit=501', 'limit=2&limit=3', 'cursor=x', 'cursor=', 'page=2'])(
    'refuse %s',
    async (query) => {
      const { status, body } = await shop.client.get(`/api/sessions?${query}`);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );
});

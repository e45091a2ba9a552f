import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createPeopleCalls, type Person } from '../../../support/http/users.ts';

type Item = Readonly<Record<string, unknown>>;

onOneDatabase('the list of people on %s', (dialect) => {
  let h: Harness;
  /** The newest first, as they are to be listed. */
  let all: Person[];
  beforeAll(async () => {
    h = await createHarness({ dialect });
    const people = createPeopleCalls(h);
    const operator = await people.makePerson({ role: 'ADMIN', accountId: 'shop' });
    all = [operator];
    for (let i = 0; i < 4; i += 1) all.unshift(await people.makePerson({ accountId: 'shop' }));
    await people.makePerson({ accountId: 'another' });
    await people.patch(idAt(0), { isActive: false });
  });
  afterAll(() => h.close());

  const idAt = (index: number) => all[index]?.id ?? 0;
  const list = async (query: string) => {
    const { body } = await h.client.get(`/api/users?${query}`);
    return body.data as { items: readonly Item[]; nextCursor: string | null };
  };
  const idsBy = async (query: string) => (await list(query)).items.map(({ id }) => id);

  it('has everybody once, page by page', async () => {
    const seen: unknown[] = [];
    const sizes: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null && sizes.length < 5) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { items, nextCursor } = await list(`accountId=shop&limit=2${from}`);
      seen.push(...items.map(({ id }) => id));
      sizes.push(items.length);
      cursor = nextCursor;
    }
    expect(sizes).toEqual([2, 2, 1]);
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  it('does not change its pages when somebody is made meanwhile', async () => {
    const { nextCursor } = await list('accountId=shop&limit=2');
    await createPeopleCalls(h).makePerson({ accountId: 'shop' });
    const second = await idsBy(`accountId=shop&limit=2&cursor=${nextCursor}`);
    expect(second).toEqual([idAt(2), idAt(3)]);
    const { items } = await list('accountId=shop&limit=1');
    expect(items[0]?.['id']).not.toBe(idAt(0));
  });

  it('has those who are asked for', async () => {
    expect(await idsBy('accountId=shop&role=ADMIN')).toEqual([idAt(4)]);
    expect(await idsBy('isActive=false')).toEqual([idAt(0)]);
    expect(await idsBy('accountId=another&isActive=true')).toHaveLength(1);
    expect(await idsBy(`email=${all[2]?.email.toUpperCase()}`)).toEqual([idAt(2)]);
    expect(await idsBy(`email=${all[2]?.email}&role=ADMIN`)).toEqual([]);
    expect(await idsBy('email=nobody@example.com')).toEqual([]);
    expect(await idsBy('')).toHaveLength(7);
  });

  it.each(['isActive=maybe', 'role=OWNER', 'limit=501', 'limit=0', 'cursor=x', 'name=Ana'])(
    'refuses what it does not know: %s',
    async (query) => {
      expect((await h.client.get(`/api/users?${query}`)).status).toBe(400);
    },
  );

  it('holds no password, nor what was made of one', async () => {
    const { items } = await list('');
    const names = new Set(items.flatMap((item) => Object.keys(item)));
    const suspicious = [...names].filter((name) => /pass|hash|digest/i.test(name));
    expect(suspicious).toEqual(['mustChangePassword']);
    expect(JSON.stringify(items)).not.toContain('argon2');
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

const patch = (body: unknown) => h.client.patch('/api/sessions/shop', body);
const read = async (id: string) => (await h.client.get(`/api/sessions/${id}`)).body.data;

it('stores nothing, sends codes and ignores groups by default', async () => {
  await h.client.post('/api/sessions', { sessionId: 'plain' });
  expect(await read('plain')).toMatchObject({
    store: 'none',
    use: 'passcodes',
    ignore: ['groups', 'status', 'newsletters'],
  });
});

it('takes settings when a session is created, and changes those that are given', async () => {
  const settings = { store: 'content', use: 'both', ignore: ['status'] };
  const created = await h.client.post('/api/sessions', { sessionId: 'shop', ...settings });
  expect(created.status).toBe(201);
  expect(await read('shop')).toMatchObject(settings);
  const changed = await patch({ store: 'headers', ignore: [] });
  expect(changed.body.data).toMatchObject({ store: 'headers', use: 'both', ignore: [] });
  expect(await read('shop')).toMatchObject({ store: 'headers', use: 'both', ignore: [] });
  const listed = await h.client.get('/api/sessions');
  expect(JSON.stringify(listed.body.data)).toContain('"store":"headers"');
});

it('keeps what the caller wants to know about it', async () => {
  const metadata = { workflow: 'welcome', branch: 'Jakarta' };
  const changed = await patch({ metadata });
  expect(changed.body.data).toMatchObject({ metadata, store: 'headers' });
  await patch({ use: 'passcodes' });
  expect(await read('shop')).toMatchObject({ metadata });
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`name-${n}`, 'x']));
  for (const wrong of [many, { '': 'x' }, { ['n'.repeat(41)]: 'x' }, { n: 'x'.repeat(501) }, 'x']) {
    expect((await patch({ metadata: wrong })).status).toBe(400);
  }
  await patch({ metadata: {} });
  expect(await read('shop')).toMatchObject({ metadata: {} });
});

it('refuses other values', async () => {
  for (const body of [{ store: 'all' }, { use: 'spam' }, { ignore: ['friends'] }]) {
    expect((await patch(body)).status).toBe(400);
  }
});

it('logs who changed what', async () => {
  const { body } = await h.client.get('/api/analytics/logs/activity?action=session_change');
  expect(JSON.stringify(body)).toContain('store headers; ignore nothing');
});

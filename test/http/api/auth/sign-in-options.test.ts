import { describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness } from '../../../support/http/harness.ts';
import { createPeopleCalls } from '../../../support/http/users.ts';

const readOptions = async (h: Awaited<ReturnType<typeof createHarness>>, headers = {}) => {
  const { status, body } = await h.client.call({
    ...{ method: 'GET', path: '/api/auth/options', headers },
  });
  return [status, body.data];
};

onOneDatabase('the ways to sign in on %s', (dialect) => {
  it('say without a credential whether there is a user, and no more', async () => {
    const h = await createHarness({ dialect });
    const people = createPeopleCalls(h);
    expect(await readOptions(h)).toEqual([200, { hasUsers: false, hasDemo: true }]);
    const { id } = await people.makePerson();
    await people.patch(id, { isActive: false });
    expect(await readOptions(h)).toEqual([200, { hasUsers: true, hasDemo: true }]);
    await people.remove(id);
    expect(await readOptions(h)).toEqual([200, { hasUsers: false, hasDemo: true }]);
    await h.close();
  });
});

describe('the demo among the ways to sign in', () => {
  it.each([
    ['false', false, false],
    ['true', true, false],
    ['public', true, true],
  ])('is there with DEMO=%s only for those who can open it', async (demo, here, elsewhere) => {
    const h = await createHarness({ env: { DEMO: demo } });
    expect(await readOptions(h)).toEqual([200, { hasUsers: false, hasDemo: here }]);
    const proxied = { 'x-forwarded-for': '203.0.113.7' };
    expect(await readOptions(h, proxied)).toEqual([200, { hasUsers: false, hasDemo: elsewhere }]);
    await h.close();
  });
});

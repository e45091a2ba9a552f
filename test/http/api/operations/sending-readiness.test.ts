import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { bearer, createPeopleCalls } from '../../../support/http/users.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

type Data = {
  readonly canSend: boolean;
  readonly channels: readonly Readonly<Record<string, unknown>>[];
};

async function read(h: Harness, path = '', headers: Readonly<Record<string, string>> = {}) {
  const { body } = await h.client.get(`/api/channels/ready${path}`, headers);
  return body.data as unknown as Data;
}

async function addSession(h: Harness, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const at = h.now();
  const row = { accountId: 'default', createdAt: at, updatedAt: at, state: 'open' as const };
  await h.database.models.Session.insertRow({ ...row, sessionId: 'a', ...fields });
}

onOneDatabase('whether codes can be sent on %s', (dialect) => {
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { OTP_CHANNELS: 'whatsapp' } });
  });
  afterAll(() => h.close());

  it('depends on a connected session of the account that sends codes', async () => {
    const none = { canSend: false, channels: [{ name: 'whatsapp', reason: 'no_session' }] };
    expect(await read(h)).toMatchObject(none);
    await h.database.models.Account.ensure('shop', h.now());
    await addSession(h, { sessionId: 'of-another', accountId: 'shop' });
    await addSession(h, { sessionId: 'lost', state: 'logged_out' });
    await addSession(h, { sessionId: 'desk', usedFor: 'conversations' });
    expect(await read(h)).toMatchObject(none);
    await addSession(h, { sessionId: 'works' });
    expect(await read(h)).toEqual({
      canSend: true,
      channels: [{ name: 'whatsapp', kind: 'whatsapp', isUsed: true, canSend: true, reason: null }],
    });
    const { secret } = await createAccessCalls(h).createKey({
      ...{ scopes: ['otp:send'], sessions: ['desk'] },
    });
    expect(await read(h, '', { 'x-api-key': secret })).toMatchObject(none);
  });

  it('is what an operator sees of all accounts, or of the one that is named', async () => {
    const people = createPeopleCalls(h);
    const { email } = await people.makePerson({ role: 'ADMIN' });
    const as = bearer((await people.enter(email)).accessToken);
    const readAs = (path: string) => h.client.call({ method: 'GET', path, headers: as });
    const canSend = async (query: string) =>
      (await readAs(`/api/channels/ready${query}`)).body.data?.['canSend'];
    await people.makePerson({ accountId: 'bakery' });
    expect(await canSend('')).toBe(true);
    expect(await canSend('?accountId=shop')).toBe(true);
    expect(await canSend('?accountId=bakery')).toBe(false);
    const { body } = await readAs('/api/sessions?accountId=shop');
    expect(body.data).toMatchObject([{ sessionId: 'of-another' }]);
    // Others see their own account, whatever they name.
    expect(await read(h, '?accountId=bakery')).toMatchObject({ canSend: true });
    const own = await h.client.get('/api/sessions?accountId=shop');
    expect(own.body.data).not.toContainEqual(expect.objectContaining({ sessionId: 'of-another' }));
    const board = await readAs('/api/analytics/dashboard?accountId=shop');
    expect(board.body.data).toMatchObject({ sessions: { total: 1 } });
  });
});

describe('whether codes can be sent', () => {
  it('depends on the channels of the workflow of the account', async () => {
    const h = await createHarness({ env: { OTP_CHANNELS: 'whatsapp,http' } });
    expect(await read(h)).toMatchObject({ canSend: true });
    await h.client.put('/api/accounts/default/workflow', { workflow: [{ channel: 'whatsapp' }] });
    expect(await read(h)).toMatchObject({
      canSend: false,
      channels: [
        { name: 'whatsapp', isUsed: true, canSend: false },
        { name: 'http', isUsed: false, canSend: true },
      ],
    });
    await h.close();
  });

  it('is no while the only channel is skipped, because it refuses all messages', async () => {
    const h = await createHarness();
    const next = createPhoneNumbers();
    h.gateway.behaveLike((_, response) => void response.writeHead(401).end());
    for (let i = 0; i < 3; i += 1) await h.client.post('/api/otp/send', { phoneNumber: next() });
    expect(await read(h)).toMatchObject({
      canSend: false,
      channels: [{ name: 'http', canSend: false, reason: 'misconfigured' }],
    });
    await h.close();
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { hookDialects } from '../../../../src/domain/hooks/hook.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

type Data = Readonly<Record<string, unknown>>;

onOneDatabase('hooks on %s', (dialect) => {
  let h: Harness;
  let shop: AccountCalls;
  let bank: AccountCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect });
    shop = await createAccountCalls(h, 'shop');
    bank = await createAccountCalls(h, 'bank');
  });
  afterAll(() => h.close());

  const create = async (body: object) => {
    const { status, body: answer } = await shop.client.post('/api/hooks', body);
    return { status, data: (answer.data ?? {}) as Data, code: answer.code };
  };

  it('show their secret once, and the address and a sample of each server', async () => {
    for (const server of hookDialects) {
      const { status, data } = await create({ dialect: server, description: server });
      expect([status, data]).toMatchObject([
        201,
        {
          ...{ dialect: server, mode: 'live', isActive: true, codeTtlSeconds: 600 },
          url: `${h.url}/api/hooks/${server}/${data['id']}`,
          sampleRequest: { method: 'POST', url: data['url'] },
        },
      ]);
      const secret = String(data['secret']);
      expect(secret).toMatch(server === 'supabase' ? /^v1,whsec_/ : /^wv_hook_.{40,}/);
      const read = await shop.client.get(`/api/hooks/${data['id']}`);
      const sample = await shop.client.get(`/api/hooks/${data['id']}/sample-request`);
      expect(read.body.data).toMatchObject({ id: data['id'], description: server });
      expect(sample.body.data).toEqual(data['sampleRequest']);
      expect(read.raw + sample.raw).not.toContain(secret);
      const rows = await h.database.models.Hook.findRows({
        where: { hookId: data['id'] as string },
      });
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
    const list = await shop.client.get('/api/hooks?limit=3');
    expect(list.body.data?.['items']).toHaveLength(3);
    expect(list.body.data?.['nextCursor']).toEqual(expect.any(String));
  });

  it('can be changed, paused and deleted, in their own account only', async () => {
    const { data } = await create({ dialect: 'generic', channels: ['http'], regions: ['ID'] });
    const path = `/api/hooks/${data['id']}`;
    const foreign = await shop.client.patch(path, { linkDomains: ['shop.example'] });
    expect(foreign.body.errors).toMatchObject([{ path: 'linkDomains.0' }]);
    await h.client.put('/api/accounts/shop/sender', { domains: ['shop.example'] });
    const changes = { regions: null, sendsPerHour: 20, linkDomains: ['Shop.Example'] };
    const changed = await shop.client.patch(path, { ...changes, isActive: false });
    expect(changed.body.data).toMatchObject({
      ...{ channels: ['http'], regions: null, sendsPerHour: 20, isActive: false },
      linkDomains: ['shop.example'],
    });
    for (const answer of [
      await bank.client.get(path),
      await bank.client.get(`${path}/calls`),
      await bank.client.patch(path, { isActive: true }),
      await bank.client.post(`${path}/rotate`, {}),
      await bank.client.delete(path),
    ]) {
      expect(answer.status).toBe(404);
    }
    expect((await shop.client.delete(path)).status).toBe(200);
    expect((await shop.client.get(path)).status).toBe(404);
  });

  it('refuse what is wrong: a channel, a domain, a secret', async () => {
    for (const wrong of [
      { dialect: 'generic', channels: ['telegram'] },
      { dialect: 'generic', linkDomains: ['https://a.example'] },
      { dialect: 'generic', secret: 'short' },
      { dialect: 'generic', secret: 'with a space in between' },
      { dialect: 'supabase', secret: 'wv_hook_0123456789abcdef' },
      { dialect: 'supabase', secret: 'v1,whsec_c2hvcnQ=' },
      { dialect: 'okta' },
      { dialect: 'generic', codeTtlSeconds: 5 },
    ]) {
      expect(await create(wrong)).toMatchObject({ status: 400, code: 'validation_failed' });
    }
  });

  it('need a key that may send codes, and that is not restricted', async () => {
    const body = { dialect: 'generic' };
    const { data } = await create(body);
    const path = `/api/hooks/${data['id']}`;
    const keyFor = async (grant: Parameters<typeof createAccountCalls>[2]) =>
      (await createAccountCalls(h, 'shop', grant)).client;
    const keyed = await keyFor({ scopes: ['webhooks:manage'] });
    expect((await keyed.get(path)).status).toBe(200);
    for (const answer of [
      await keyed.post('/api/hooks', body),
      await keyed.patch(path, { relayText: true }),
      await keyed.post(`${path}/rotate`, {}),
    ]) {
      expect(answer.body.code).toBe('forbidden');
    }
    const both = await keyFor({ scopes: ['webhooks:manage', 'otp:send'] });
    expect((await both.post('/api/hooks', body)).status).toBe(201);
    expect((await both.patch(path, { relayText: true })).body.code).toBe('forbidden');
    const restricted = await keyFor({
      scopes: ['webhooks:manage', 'otp:send'],
      restrictions: { purposes: ['login'] },
    });
    expect((await restricted.get(path)).body.code).toBe('forbidden');
  });

  it('are at most fifty in an account', async () => {
    const now = h.now();
    const present = await h.database.models.Hook.count({ where: { accountId: 'shop' } });
    for (let index = present; index < 50; index += 1) {
      await h.database.models.Hook.insertRow({
        ...{ hookId: `hk_row${index}`, accountId: 'shop', dialect: 'generic', mode: 'live' },
        ...{ sealedSecret: 'none', codeTtlSeconds: 600, createdAt: now, updatedAt: now },
      });
    }
    expect(await create({ dialect: 'generic' })).toMatchObject({ status: 400 });
  });

  it('are in the audit trail with each change', async () => {
    await h.activity.flush();
    const where = { accountId: 'shop', action: 'hook_change' } as const;
    const rows = await h.database.models.ActivityLog.findRows({ where });
    const details = rows.map((row) => row.details?.split(': ')[1]);
    expect(new Set(details)).toEqual(new Set(['created', 'changed', 'removed']));
  });
});

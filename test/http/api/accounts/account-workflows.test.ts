import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKnownWorkflows } from '../../../../src/services/delivery/account-workflow.ts';
import { startVerification } from '../../../../src/services/verification/start-verification.ts';
import { createAccountStore } from '../../../../src/storage/access/account-store.ts';
import { countReads } from '../../../support/database/counted-reads.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { callerOf } from '../../../support/owner.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import { startMailServer } from '../../../support/providers/mail-server.ts';

const nextNumber = createPhoneNumbers();
const pathOf = (accountId: string) => `/api/accounts/${accountId}/workflow`;

onOneDatabase('the workflow of an account on %s', (dialect) => {
  let database: TestDatabase;
  let mails: Awaited<ReturnType<typeof startMailServer>>;
  let h: Harness;
  let operator: ReturnType<ReturnType<typeof createAccessCalls>['as']>;
  let shop: AccountCalls;
  let bank: AccountCalls;

  const start = (channels: string) =>
    createHarness({
      ...{ dialect, database },
      env: {
        ...{ OTP_CHANNELS: channels, SMTP_URL: mails.url, EMAIL_FROM: 'login@contoh.example' },
        ...{ OTP_RESEND_SECONDS: '0' },
      },
    });

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    mails = await startMailServer();
    h = await start('http,console,email');
    operator = createAccessCalls(h).as(API_KEY);
    shop = await createAccountCalls(h, 'shop');
    bank = await createAccountCalls(h, 'bank');
  });
  afterAll(async () => {
    await h.close();
    await mails.close();
    await database.drop();
  });

  const save = ({ client, accountId }: AccountCalls, workflow: unknown) =>
    client.put(pathOf(accountId), { workflow });
  const channelOf = async ({ otp }: AccountCalls, fields: object = {}) => {
    const { status, body } = await otp.send(nextNumber(), { ...fields });
    return body.data?.['channel'] ?? [status, body.code, body.errors?.[0]?.path];
  };
  const named = (...channels: string[]) => channels.map((channel) => ({ channel }));

  it('is used at once by requests of this account that name no steps, until it is removed', async () => {
    expect(await channelOf(shop)).toBe('http');
    const steps = [
      { channel: 'console', waitSeconds: 20, until: 'delivered' },
      { channel: 'http' },
    ];
    const saved = await save(shop, steps);
    expect([saved.status, saved.body.data]).toEqual([
      200,
      {
        accountId: 'shop',
        workflow: [
          { channel: 'console', waitSeconds: 20, until: 'delivered' },
          { channel: 'http', waitSeconds: null, until: null },
        ],
      },
    ]);
    expect((await shop.client.get(pathOf('shop'))).body.data).toEqual(saved.body.data);
    // What was read can be saved again.
    expect((await save(shop, saved.body.data?.['workflow'])).body.data).toEqual(saved.body.data);

    expect(await channelOf(shop)).toBe('console');
    expect(await channelOf(shop, { channel: 'http' })).toBe('http');
    expect(await channelOf(shop, { workflow: named('http') })).toBe('http');
    expect(await channelOf(bank)).toBe('http');
    const resent = await shop.otp.resend(nextNumber());
    expect(resent.body.data?.['channel']).toBe('console');
    const older = await shop.client.post('/api/messages/default/otp', { to: nextNumber() });
    expect(older.body.data?.['channel']).toBe('console');

    expect((await shop.client.delete(pathOf('shop'))).status).toBe(200);
    expect(await channelOf(shop)).toBe('http');
    expect((await shop.client.get(pathOf('shop'))).body.data?.['workflow']).toEqual([]);
    expect((await shop.client.delete(pathOf('shop'))).status).toBe(200);
  });

  it('is checked when it is set, and names the field', async () => {
    for (const [workflow, path] of [
      [named('http', 'twilio'), 'workflow.1.channel'],
      [named('http', 'pigeon'), 'workflow.1.channel'],
      [[{ channel: 'http', waitSeconds: 1 }], 'workflow.0.waitSeconds'],
      [[{ channel: 'http', until: 'never' }], 'workflow.0.until'],
      [named('http', 'http'), 'workflow'],
      [[], 'workflow'],
      [undefined, 'workflow'],
    ] as const) {
      const refused = await save(shop, workflow);
      expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([400, path]);
    }
    const { errors } = (await save(shop, named('twilio'))).body;
    expect(errors?.[0]).toMatchObject({ code: 'invalid_value' });
    expect(errors?.[0]?.message).toContain('http, console, email');
  });

  it('leaves out a step to email addresses for a request without one', async () => {
    expect((await save(shop, named('email', 'console'))).status).toBe(200);
    expect(await channelOf(shop)).toBe('console');
    expect(await channelOf(shop, { email: 'user@example.com' })).toBe('email');
    await save(shop, named('email'));
    expect(await channelOf(shop)).toEqual([400, 'validation_failed', 'email']);
    expect(await channelOf(shop, { email: 'user@example.com' })).toBe('email');
  });

  it('is read and set by administrators of the account and by operators', async () => {
    expect((await operator.put(pathOf('shop'), { workflow: named('console') })).status).toBe(200);
    expect(await channelOf(shop)).toBe('console');
    const other = await bank.client.get(pathOf('shop'));
    expect([other.status, other.body.code]).toEqual([404, 'not_found']);
    expect((await bank.client.put(pathOf('shop'), { workflow: named('http') })).status).toBe(404);
    expect((await bank.client.delete(pathOf('shop'))).status).toBe(404);
    for (const call of [operator.get, operator.delete]) {
      expect((await call(pathOf('unknown'))).body.code).toBe('not_found');
    }
    const sender = await createAccountCalls(h, 'shop', { scopes: ['otp:send'] });
    expect((await sender.client.get(pathOf('shop'))).body.code).toBe('forbidden');
    const part = await createAccountCalls(h, 'shop', { restrictions: { purposes: ['login'] } });
    expect((await part.client.get(pathOf('shop'))).status).toBe(200);
    expect((await save(part, named('http'))).body.code).toBe('forbidden');
    expect((await part.client.delete(pathOf('shop'))).body.code).toBe('forbidden');
    expect(await channelOf(shop)).toBe('console');
  });

  it('has each change in the activity log of the account', async () => {
    await operator.put(pathOf('bank'), { workflow: named('console', 'http') });
    await bank.client.delete(pathOf('bank'));
    const rows = await h.database.models.ActivityLog.findAll({
      where: { action: 'workflow_change', accountId: 'bank' },
      order: ['id'],
    });
    expect(rows.map(({ details }) => details)).toEqual(['console, http', 'removed']);
  });

  it('costs one read for all sends within a few seconds', async () => {
    await save(shop, named('console'));
    const counted = countReads(h.database);
    const { channels } = h.verification.delivery;
    const accounts = createAccountStore(counted.database);
    const { recall } = createKnownWorkflows({ accounts, channels, logger: h.verification.logger });
    const ctx = {
      ...h.verification,
      delivery: { ...h.verification.delivery, recallWorkflow: recall },
    };
    const send = (accountId: string, channel?: string) =>
      startVerification(ctx, {
        ...{ caller: callerOf(accountId), recipient: { phoneNumber: nextNumber(), region: 'ID' } },
        ...{ purpose: 'login', sessionId: undefined, companyName: undefined },
        ...{ channel, locale: undefined },
      });
    await send('shop', 'http');
    expect(counted.take().statements).toBe(0);
    for (let i = 0; i < 5; i += 1) expect((await send('shop')).channel).toBe('console');
    for (let i = 0; i < 5; i += 1) expect((await send('bank')).channel).toBe('http');
    expect(counted.take().statements).toBe(2);
  });

  it('skips steps whose channels are no longer enabled, with one warning for each account', async () => {
    await save(shop, named('email', 'console'));
    await save(bank, named('console', 'http'));
    await h.close();
    h = await start('http,email');
    [shop, bank] = [await createAccountCalls(h, 'shop'), await createAccountCalls(h, 'bank')];
    const warnings = () => h.logLines.filter((line) => line.includes('these steps are skipped'));
    for (let i = 0; i < 3; i += 1) {
      expect(await channelOf(bank)).toBe('http');
      expect(await channelOf(shop)).toEqual([400, 'validation_failed', 'email']);
      expect(await channelOf(shop, { email: 'user@example.com' })).toBe('email');
      h.workflows.knownWorkflows.forgetAll();
    }
    expect(warnings()).toHaveLength(2);
    expect(warnings().map((line) => JSON.parse(line).account)).toEqual(['bank', 'shop']);
    // The setting stays as it was saved.
    const { body } = await shop.client.get(pathOf('shop'));
    expect(body.data?.['workflow']).toHaveLength(2);

    await h.close();
    h = await start('http');
    shop = await createAccountCalls(h, 'shop');
    expect(await channelOf(shop)).toBe('http');
  });
});

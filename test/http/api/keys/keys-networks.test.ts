import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessCalls, createAccessCalls } from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

const STATUS = '/api/otp/status/081234567890';
const NO_LIMITS = { LIMIT_STATUS_PER_PHONE_MINUTE: '0' };

let h: Harness;
let proxied: Harness;
let access: AccessCalls;
let behind: AccessCalls;

beforeAll(async () => {
  h = await createHarness({ env: NO_LIMITS });
  proxied = await createHarness({ env: { ...NO_LIMITS, TRUSTED_PROXIES: '127.0.0.1' } });
  access = createAccessCalls(h);
  behind = createAccessCalls(proxied);
});
afterAll(async () => {
  await h.close();
  await proxied.close();
});

const makeKey = (calls: AccessCalls, networks: string[]) =>
  calls.createKey({ scopes: ['otp:send'], networks });

describe('a key that is held to networks', () => {
  it('opens its doors from there', async () => {
    for (const network of ['127.0.0.0/8', '127.0.0.1']) {
      const { secret } = await makeKey(access, ['10.0.0.0/8', network]);
      expect((await access.as(secret).get(STATUS)).status).toBe(200);
    }
  });

  it('is refused from elsewhere, however it is shown and whatever the headers claim', async () => {
    const { keyId, secret } = await makeKey(access, ['10.0.0.0/8', '2001:db8::/32']);
    const basic = Buffer.from(`anybody:${secret}`).toString('base64');
    const shown: [path: string, headers: Readonly<Record<string, string>>][] = [
      [STATUS, { 'x-api-key': secret }],
      [STATUS, { authorization: `Bearer ${secret}` }],
      [STATUS, { 'x-api-key': secret, 'x-forwarded-for': '10.1.2.3' }],
      ['/api/docs', { authorization: `Basic ${basic}` }],
    ];
    for (const [path, headers] of shown) {
      const { status, body } = await h.client.call({ method: 'GET', path, headers });
      expect([status, body.code]).toEqual([403, 'forbidden']);
      expect(body.message).toBe('This key is not allowed from this IP address');
    }
    await h.keyIdentification.close();
    expect((await access.find(keyId)).body.data).toMatchObject({ lastUsedAt: null });
  });

  it('leaves a line in the activity log when it is shown elsewhere', async () => {
    const { keyId, secret } = await makeKey(access, ['10.0.0.0/8']);
    await access.as(secret).get(STATUS);
    const find = () =>
      h.database.models.ActivityLog.findAll({ where: { action: 'access_denied' } });
    await expect
      .poll(async () => (await find()).map(({ details, ipAddress }) => `${details}: ${ipAddress}`))
      .toContain(`key:${keyId}: outside_its_networks: 127.0.0.1`);
  });

  it('tells nobody elsewhere that it was good once: revoked or over, it is unknown', async () => {
    const { keyId, secret } = await makeKey(access, ['10.0.0.0/8']);
    await access.revoke(keyId);
    expect((await access.as(secret).get(STATUS)).status).toBe(401);
  });

  it.each([
    ['192.0.2.9', 200],
    ['::ffff:192.0.2.9', 200],
    ['192.0.3.9', 403],
    ['2001:db8:1:2::7', 200],
    ['2001:db8:1:2:ffff::1', 200],
    ['2001:db8:1:3::7', 403],
    ['192.0.3.9, 192.0.2.9', 200],
    ['192.0.2.9, 192.0.3.9', 403],
    ['unknown', 403],
  ])('behind a trusted proxy counts the client: %s gets %i', async (client, expected) => {
    const { secret } = await makeKey(behind, ['192.0.2.0/24', '2001:db8:1:2::/64']);
    const { status } = await behind.as(secret, { 'x-forwarded-for': client }).get(STATUS);
    expect(status).toBe(expected);
  });
});

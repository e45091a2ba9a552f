import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import {
  type AccessCalls,
  createAccessCalls,
  readKey,
} from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';

const STATUS = '/api/otp/status/081234567890';
const NO_LIMITS = { LIMIT_STATUS_PER_PHONE_MINUTE: '0' };

/** What security.md allows other nodes; they need 5 s and a request. */
const OTHER_NODES_MS = 30_000;

onOneDatabase('revoking a key on %s', (dialect) => {
  let h: Harness;
  let other: Harness;
  let access: AccessCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LIMITS });
    other = await createHarness({ env: NO_LIMITS, database: h.testDatabase });
    access = createAccessCalls(h);
  });
  afterAll(async () => {
    await other.close();
    await h.close();
  });

  const makeKey = () => access.createKey({ scopes: ['otp:send'] });
  const use = (node: Harness, secret: string) => createAccessCalls(node).as(secret).get(STATUS);
  const statusAt = async (node: Harness, secret: string) => (await use(node, secret)).status;

  it('A37: has the next request on the same node answered with 401, and soon those on others', async () => {
    const { keyId, secret } = await makeKey();
    expect([await statusAt(h, secret), await statusAt(other, secret)]).toEqual([200, 200]);
    const revoked = await access.revoke(keyId);
    expect(revoked.status).toBe(200);
    const { status, body } = await use(h, secret);
    expect([status, body.code]).toEqual([401, 'unauthorized']);
    await expect
      .poll(() => statusAt(other, secret), { timeout: OTHER_NODES_MS, interval: 200 })
      .toBe(401);
    expect(await statusAt(h, secret)).toBe(401);
  });

  it('A37: is heeded at once by a node that is in the middle of reading the key for others', async () => {
    const { keyId, secret } = await makeKey();
    const reading = inParallel(40, () => use(h, secret));
    const revoked = await access.revoke(keyId);
    expect(revoked.status).toBe(200);
    expect(tally(await inParallel(20, () => use(h, secret)))).toEqual({ unauthorized: 20 });
    const early = (await reading).map(({ status }) => status);
    expect(early.filter((status) => status !== 200 && status !== 401)).toEqual([]);
    expect(await statusAt(h, secret)).toBe(401);
  });

  it('is done once, however often it is asked for, and is on record once', async () => {
    const { keyId } = await makeKey();
    const answers = await inParallel(20, () => access.revoke(keyId));
    expect(tally(answers)).toEqual({ 200: 20 });
    h.advance(10);
    const again = await access.revoke(keyId);
    expect(again.body.data).toMatchObject({ keyId, state: 'revoked' });
    const moments = [...answers, again].map(({ body }) => body.data?.['revokedAt']);
    expect(new Set(moments).size).toBe(1);
    expect(Date.parse(String(moments[0]))).toBeLessThanOrEqual(h.now().getTime());
    const rows = await h.database.models.ActivityLog.findAll({ where: { action: 'key_revoke' } });
    const own = rows.filter(({ details }) => details?.includes(keyId));
    expect(own.map(({ details }) => details)).toEqual([`${keyId} (of a test), by bootstrap`]);
  });

  it('leaves the key that took its place alone', async () => {
    const old = await makeKey();
    const next = readKey(await access.rotate(old.keyId));
    expect(await statusAt(h, old.secret)).toBe(200);
    await access.revoke(old.keyId);
    expect([await statusAt(h, old.secret), await statusAt(h, next.secret)]).toEqual([401, 200]);
  });

  it('can be done to a key that is over, and by a key to itself', async () => {
    const expiresAt = new Date(h.now().getTime() + 1000).toISOString();
    const over = await access.createKey({ scopes: ['otp:send'], expiresAt });
    h.advance(2);
    expect((await access.revoke(over.keyId)).body.data).toMatchObject({ state: 'revoked' });
    const own = await access.createKey({ scopes: ['keys:manage'] });
    const { keys } = access.as(own.secret);
    expect((await keys.revoke(own.keyId)).body.data).toMatchObject({ state: 'revoked' });
    expect((await keys.list()).status).toBe(401);
  });

  it('is what other nodes soon see of a rotation without overlap, too', async () => {
    const old = await makeKey();
    expect(await statusAt(other, old.secret)).toBe(200);
    const next = readKey(await access.rotate(old.keyId, { overlapSeconds: 0 }));
    expect(await statusAt(other, next.secret)).toBe(200);
    await expect
      .poll(() => statusAt(other, old.secret), { timeout: OTHER_NODES_MS, interval: 200 })
      .toBe(401);
  });
});

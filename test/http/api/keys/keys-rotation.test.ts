import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import {
  type AccessCalls,
  createAccessCalls,
  readKey,
} from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inParallel, tally, withStatus } from '../../../support/http/otp-calls.ts';

const DAY_SECONDS = 86_400;
const STATUS = '/api/otp/status/081234567890';

onOneDatabase('rotating a key on %s', (dialect) => {
  let h: Harness;
  let access: AccessCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { LIMIT_STATUS_PER_PHONE_MINUTE: '0' } });
    access = createAccessCalls(h);
  });
  afterAll(() => h.close());

  const makeKey = (fields = {}) => access.createKey({ scopes: ['otp:send'], ...fields });
  const statusWith = async (secret: string) => (await access.as(secret).get(STATUS)).status;
  const countKeys = async () =>
    (await h.database.statements.select(`SELECT "keyId" FROM "api_keys"`, [])).length;
  const activities = (action: string) =>
    h.database.models.ActivityLog.findAll({ where: { action } });

  it('gives a new key that may do the same, while the old one is good for the overlap and no longer', async () => {
    const held = { sessions: ['shop'], purposes: ['login'], regions: ['ID'] };
    const old = await makeKey({ name: 'till', ...held, networks: ['127.0.0.0/8'] });
    const rotated = await access.rotate(old.keyId, { overlapSeconds: 60 });
    expect(rotated.status).toBe(201);
    const next = readKey(rotated);
    expect(rotated.headers['location']).toBe(`/api/keys/${next.keyId}`);
    expect(next).toMatchObject({
      ...held,
      name: 'till',
      networks: ['127.0.0.0/8'],
      scopes: ['otp:send'],
      state: 'active',
      expiresAt: null,
      rotatedTo: null,
    });
    expect(next.secret).not.toBe(old.secret);
    const { body } = await access.find(old.keyId);
    expect(body.data).toMatchObject({ state: 'active', rotatedTo: next.keyId });
    const endsAt = Date.parse(String(body.data?.['expiresAt']));
    expect(await statusWith(old.secret)).toBe(200);
    h.advance((endsAt - h.now().getTime()) / 1000 - 5);
    expect([await statusWith(old.secret), await statusWith(next.secret)]).toEqual([200, 200]);
    h.advance(5.001);
    expect([await statusWith(old.secret), await statusWith(next.secret)]).toEqual([401, 200]);
    expect((await access.find(old.keyId)).body.data).toMatchObject({ state: 'expired' });
  });

  it('has the old key end at once without an overlap, and after a day when nothing is said', async () => {
    const abrupt = await makeKey();
    expect(await statusWith(abrupt.secret)).toBe(200);
    const { secret } = readKey(await access.rotate(abrupt.keyId, { overlapSeconds: 0 }));
    expect([await statusWith(abrupt.secret), await statusWith(secret)]).toEqual([401, 200]);

    const gentle = await makeKey();
    const before = h.now().getTime();
    await access.rotate(gentle.keyId);
    const { body } = await access.find(gentle.keyId);
    const overlapMs = Date.parse(String(body.data?.['expiresAt'])) - before;
    expect(overlapMs).toBeGreaterThanOrEqual(DAY_SECONDS * 1000);
    expect(overlapMs).toBeLessThan((DAY_SECONDS + 60) * 1000);
  });

  it('prolongs no key: the old one ends no later than it would have, the new one when it would have', async () => {
    const expiresAt = new Date(h.now().getTime() + 60_000).toISOString();
    const old = await makeKey({ expiresAt });
    const next = readKey(await access.rotate(old.keyId, { overlapSeconds: 3600 }));
    expect(next['expiresAt']).toBe(expiresAt);
    expect((await access.find(old.keyId)).body.data).toMatchObject({ expiresAt });
    h.advance(61);
    expect([await statusWith(old.secret), await statusWith(next.secret)]).toEqual([401, 401]);
  });

  it('makes one new key for 20 who ask at once, tells the others, and is on record once', async () => {
    const old = await makeKey();
    const [keysBefore, rowsBefore] = [await countKeys(), (await activities('key_rotate')).length];
    const answers = await inParallel(20, () => access.rotate(old.keyId));
    expect(tally(answers)).toEqual({ 201: 1, key_not_active: 19 });
    expect(withStatus(answers, 409)).toHaveLength(19);
    expect(await countKeys()).toBe(keysBefore + 1);
    const rows = await activities('key_rotate');
    expect(rows).toHaveLength(rowsBefore + 1);
    const [won] = withStatus(answers, 201).map(readKey);
    expect((await access.find(old.keyId)).body.data).toMatchObject({ rotatedTo: won?.keyId });
    expect(rows.at(-1)?.details).toBe(`${old.keyId} (of a test) to ${won?.keyId}, by bootstrap`);
  });

  it('is refused for a key that is revoked, over, or was rotated before', async () => {
    const revoked = await makeKey();
    await access.revoke(revoked.keyId);
    const over = await makeKey({ expiresAt: new Date(h.now().getTime() + 1000).toISOString() });
    h.advance(2);
    const rotated = await makeKey();
    await access.rotate(rotated.keyId);
    const before = await countKeys();
    for (const { keyId } of [revoked, over, rotated]) {
      const { status, body } = await access.rotate(keyId);
      expect([status, body.code]).toEqual([409, 'key_not_active']);
    }
    expect(await countKeys()).toBe(before);
  });

  it('leaves either no new key or a good one when the old one is revoked at the same moment', async () => {
    const old = await makeKey();
    const before = await countKeys();
    const [rotated] = await Promise.all([access.rotate(old.keyId), access.revoke(old.keyId)]);
    expect([201, 409]).toContain(rotated.status);
    expect(await countKeys()).toBe(before + (rotated.status === 201 ? 1 : 0));
    expect(await statusWith(old.secret)).toBe(401);
    if (rotated.status === 201) expect(await statusWith(readKey(rotated).secret)).toBe(200);
  });

  it('can be done by the key itself, and then by the next', async () => {
    const first = await access.createKey({ scopes: ['keys:manage'] });
    const second = readKey(await access.as(first.secret).keys.rotate(first.keyId));
    expect(second['createdBy']).toBe(`key:${first.keyId}`);
    const third = readKey(await access.as(second.secret).keys.rotate(second.keyId));
    expect((await access.as(third.secret).keys.list()).status).toBe(200);
  });
});

describe('the end of a key', () => {
  it('counts at the moment of every use, also for a key that was just used', async () => {
    const h = await createHarness();
    const access = createAccessCalls(h);
    const expiresAt = new Date(h.now().getTime() + 3_600_000).toISOString();
    const { secret, keyId } = await access.createKey({ scopes: ['otp:send'], expiresAt });
    expect((await access.as(secret).get(STATUS)).status).toBe(200);
    h.advance(3600.001);
    const { status, body } = await access.as(secret).get(STATUS);
    expect([status, body.code]).toEqual([401, 'unauthorized']);
    expect((await access.find(keyId)).body.data).toMatchObject({ state: 'expired' });
    await h.close();
  });
});

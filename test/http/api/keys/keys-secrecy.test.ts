import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import {
  type AccessCalls,
  createAccessCalls,
  readKey,
} from '../../../support/http/access-calls.ts';
import type { Answer } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const STATUS = '/api/otp/status/081234567890';
const SHOWN_CHARACTERS = 12;

onOneDatabase('the secret of a key on %s', (dialect) => {
  const nextPhoneNumber = createPhoneNumbers();
  let h: Harness;
  let access: AccessCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { LOG_LEVEL: 'trace' } });
    access = createAccessCalls(h);
  });
  afterAll(() => h.close());

  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  async function dumpEverything(): Promise<string> {
    await h.keyIdentification.close();
    const tables = await h.database.sequelize.getQueryInterface().showAllTables();
    expect(tables).toContain('api_keys');
    return dumpTables(h, tables);
  }

  /** Everything that is done with a key, and everything that is done wrong with one. */
  async function liveWith({ keyId, secret }: { keyId: string; secret: string }): Promise<Answer[]> {
    const own = access.as(secret);
    const get = (path: string, headers: Readonly<Record<string, string>>) =>
      h.client.call({ method: 'GET', path, headers });
    const basic = Buffer.from(`anybody:${secret}`).toString('base64');
    const phoneNumber = nextPhoneNumber();
    const twice = { 'idempotency-key': `making-${keyId}` };
    return [
      await own.get(STATUS),
      await get(STATUS, { authorization: `Bearer ${secret}` }),
      await get('/api/openapi.json', { authorization: `Basic ${basic}` }),
      await get(STATUS, { 'x-api-key': `${secret}0` }),
      await get(`${STATUS}?key=${secret}`, { 'x-api-key': secret }),
      await get(`/api/keys/${secret}`, access.bootstrap),
      await own.post('/api/otp/send', { phoneNumber }, twice),
      await own.post('/api/otp/verify', { phoneNumber, otp: '000000' }),
      await own.post('/api/keys', { name: 'x', scopes: ['*'], secret }),
      await own.get('/api/sessions'),
      await access.find(keyId),
      await access.list('?limit=500'),
      await access.revoke(keyId),
      await own.get(STATUS),
    ];
  }

  it('A37: is on record as its SHA-256 and 12 characters, 256 random bits, and nothing else', async () => {
    const { keyId, secret } = await access.createKey({ scopes: ['otp:send'] });
    const [row] = await h.database.statements.select(
      `SELECT * FROM "api_keys" WHERE "keyId" = $1`,
      [keyId],
    );
    expect(row).toMatchObject({
      keyHash: sha256(secret),
      prefix: secret.slice(0, SHOWN_CHARACTERS),
    });
    expect(Buffer.from(secret.slice('wv_live_'.length), 'base64url')).toHaveLength(32);
    const { keyHash: _, prefix: __, ...rest } = row ?? {};
    expect(JSON.stringify(rest)).not.toContain(secret.slice(0, SHOWN_CHARACTERS));
  });

  it('is in the answer that makes it, and in no other, no log line and no table', async () => {
    const idempotent = { ...access.bootstrap, 'idempotency-key': 'made once' };
    const made = await access.createKey({ scopes: ['otp:send', 'keys:manage'] }, idempotent);
    const rotated = readKey(await access.rotate(made.keyId));
    const answers = [...(await liveWith(made)), ...(await liveWith(rotated))];
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 400, 401, 403]));
    const everywhere = {
      answers: JSON.stringify(answers.map(({ raw, headers }) => [raw, headers])),
      log: h.logLines.join(''),
      printed: h.printed.join(''),
      tables: await dumpEverything(),
    };
    for (const { secret } of [made, rotated]) {
      const unknown = secret.slice(SHOWN_CHARACTERS);
      for (const [place, text] of Object.entries(everywhere)) {
        expect([place, text.includes(unknown)]).toEqual([place, false]);
      }
      const digest = sha256(secret);
      expect(everywhere.tables).toContain(digest);
      expect(everywhere.answers).not.toContain(digest);
      expect(everywhere.log).not.toContain(digest);
    }
    expect(h.logLines.length).toBeGreaterThan(answers.length);
  });

  it('is not told in the activity log, which names the key and who did what', async () => {
    const { keyId, secret } = await access.createKey({ name: 'audited', scopes: ['*'] });
    const next = readKey(await access.as(secret).keys.rotate(keyId));
    await access.revoke(next.keyId);
    const rows = await h.database.models.ActivityLog.findAll({
      where: { action: ['key_create', 'key_rotate', 'key_revoke'] },
      order: [['id', 'DESC']],
      limit: 3,
    });
    expect(rows.map(({ action, details }) => [action, details])).toEqual([
      ['key_revoke', `${next.keyId} (audited), by bootstrap`],
      ['key_rotate', `${keyId} (audited) to ${next.keyId}, by key:${keyId}`],
      ['key_create', `${keyId} (audited), by bootstrap`],
    ]);
    for (const { accountId, status, ipAddress } of rows) {
      expect([accountId, status, ipAddress]).toEqual(['default', 'success', '127.0.0.1']);
    }
  });

  it('is a new one each time', async () => {
    const secrets: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      secrets.push((await access.createKey({ scopes: ['otp:send'] })).secret);
    }
    expect(new Set(secrets.map((secret) => secret.slice(0, -8))).size).toBe(20);
  });

  it('opens nothing when a character of it is missing, added or changed', async () => {
    const { secret } = await access.createKey({ scopes: ['otp:send'] });
    const last = secret.endsWith('A') ? 'B' : 'A';
    for (const wrong of [
      secret.slice(0, -1),
      `${secret}A`,
      `${secret.slice(0, -1)}${last}`,
      secret.replace('wv_live_', 'wv_test_'),
      secret.replace('wv_live_', ''),
      secret.toUpperCase(),
      secret.slice(0, SHOWN_CHARACTERS),
      sha256(secret),
    ]) {
      expect((await access.as(wrong).get(STATUS)).status).toBe(401);
    }
    expect((await access.as(secret).get(STATUS)).status).toBe(200);
  });
});

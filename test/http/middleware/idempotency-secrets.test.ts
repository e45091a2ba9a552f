import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpTables } from '../../support/database/table-dump.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';

const PHONE = '+6281234567890';
const KEY = 'a-key-that-the-client-chose';
const TABLE = 'idempotency_keys';

let h: Harness;
let code: string;

beforeAll(async () => {
  h = await createHarness();
  const headers = { 'idempotency-key': KEY };
  await h.client.post('/api/otp/send', { phoneNumber: PHONE }, headers);
  code = h.gateway.codeFor(PHONE);
  const verified = await h.client.post(
    '/api/otp/verify',
    { phoneNumber: PHONE, otp: code },
    headers,
  );
  expect(verified.status).toBe(200);
});
afterAll(() => h.close());

describe('the table of idempotency keys', () => {
  it('holds neither the code nor the key that the client chose', async () => {
    const dump = await dumpTables(h, [TABLE]);
    expect(JSON.parse(dump)[TABLE]).toHaveLength(2);
    expect(dump).not.toContain(KEY);
    expect(dump).not.toContain(code);
  });

  it('tells nobody the code who hashes a million bodies and compares', async () => {
    const rows = await h.database.statements.select(`SELECT * FROM "${TABLE}"`, []);
    const stored = rows.flatMap((row) => [String(row['keyDigest']), String(row['bodyDigest'])]);
    const digests = new Set(stored.map((text) => Buffer.from(text, 'base64url').toString('hex')));
    const before = `{"phoneNumber":"${PHONE}","otp":"`;
    let hits = 0;
    for (let attempt = 0; attempt < 1_000_000; attempt += 1) {
      const body = `${before}${String(attempt).padStart(6, '0')}"}`;
      if (digests.has(createHash('sha256').update(body).digest('hex'))) hits += 1;
    }
    expect(hits).toBe(0);
  });
});

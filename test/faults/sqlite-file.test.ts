import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../src/storage/dialects/sqlite/connection.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { canMount, mountSmallDisk } from '../support/database/small-disk.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, inParallel, type OtpCalls, tally } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

describe('a locked SQLite file', () => {
  let testDatabase: TestDatabase;
  let h: Harness;
  let otp: OtpCalls;
  beforeEach(async () => {
    testDatabase = await createTestDatabase('sqlite');
    h = await createHarness({ database: testDatabase });
    otp = createOtpCalls(h);
  });
  afterEach(async () => {
    await h.close();
    await testDatabase.drop();
  });

  it('C13: is answered 503 when it stays locked, and changes nothing', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const other = await openConnection(testDatabase.url.slice(7), sqlite3.OPEN_READWRITE);
    await other.exec('BEGIN IMMEDIATE');
    const answer = await otp.verify(phone, code);
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('database_unavailable');
    expect(answer.headers['retry-after']).toBe('1');
    await other.exec('ROLLBACK');
    await other.close();
    expect((await otp.verify(phone, code)).status).toBe(200);
  });
});

describe.runIf(canMount())('a full disk under SQLite', () => {
  it('C15: is answered 503, accepts nothing, and is over when there is room', async () => {
    const disk = mountSmallDisk(8192);
    if (!disk) throw new Error('the disk could not be mounted');
    const url = `sqlite:${join(disk.folder, 'waverify.db')}`;
    const database = {
      ...{ dialect: 'sqlite' as const, url, statePath: disk.folder },
      drop: async () => {},
    };
    const env = { LIMIT_SENDS_PER_PREFIX_HOUR: '0', OTP_RESEND_SECONDS: '0' };
    const h = await createHarness({ database, env });
    const otp = createOtpCalls(h);
    const phones = Array.from({ length: 40 }, nextNumber);
    const codes = await Promise.all(phones.map((phone) => otp.sendCode(phone)));

    disk.fill();
    // What the write-ahead log still had room for may be taken: after that, nothing is.
    const verifyAll = () =>
      inParallel(40, (index) => otp.verify(phones[index] ?? '', codes[index] ?? ''));
    const during = await verifyAll();
    expect(Object.keys(tally(during)).filter((kind) => kind !== '200')).toEqual([
      'database_unavailable',
    ]);
    for (const answer of during.filter(({ status }) => status === 503)) {
      expect(answer.headers['retry-after']).toBe('1');
    }
    const sends = await inParallel(40, () => otp.send(nextNumber()));
    expect(Object.keys(tally(sends))).toEqual(['database_unavailable']);

    disk.empty();
    const after = await verifyAll();
    const accepted = phones.map((_, i) => [during[i], after[i]].filter((a) => a?.status === 200));
    expect(Math.max(...accepted.map(({ length }) => length))).toBe(1);
    expect((await otp.send(nextNumber())).status).toBe(200);
    const check = await h.database.statements.select('PRAGMA integrity_check', []);
    expect(check).toEqual([{ integrity_check: 'ok' }]);
    await h.close();
    disk.unmount();
  });
});

import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  serverDialects,
  type TestDatabase,
} from '../support/database/databases.ts';
import { canMount, mountSmallDisk } from '../support/database/small-disk.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, tally } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

/** A probe writes every two seconds. On a busy machine, it takes some more until it has. */
const SOON = { timeout: 30_000, interval: 200 };

const nextNumber = createPhoneNumbers();

async function readHealth({ client }: Harness) {
  const [open, ready] = await Promise.all([
    client.get('/api/health'),
    client.get('/api/health/ready'),
  ]);
  const word = ({ status, body: { data } }: typeof open) =>
    `${status} database ${data?.['database']}, writes ${data?.['writes']}`;
  return [word(open), word(ready)];
}

const WELL = ['200 database up, writes up', '200 database up, writes up'];
const NO_WRITES = ['503 database up, writes down', '503 database up, writes down'];

/** A service whose database is on a disk of `kib` KiB. */
async function openOnSmallDisk(kib: number) {
  const disk = mountSmallDisk(kib);
  if (!disk) throw new Error('the disk could not be mounted');
  const url = `sqlite:${join(disk.folder, 'waverify.db')}`;
  const h = await createHarness({
    database: { dialect: 'sqlite', url, statePath: disk.folder, drop: async () => {} },
    // On a busy machine, so many codes at once would be refused for want of time to hash them.
    env: { LIMIT_SENDS_PER_PREFIX_HOUR: '0', OTP_HASH_MAX_WAIT_SECONDS: '60' },
  });
  return { disk, h };
}

describe.runIf(canMount())('F16: a full disk', () => {
  it('turns health and readiness false, names itself in the log, and is over when there is room', async () => {
    const { disk, h } = await openOnSmallDisk(2048);
    const otp = createOtpCalls(h);
    expect(await readHealth(h)).toEqual(WELL);
    disk.fill();
    // The write-ahead log may have room left for some: use it up.
    await expect.poll(async () => (await otp.send(nextNumber())).status, SOON).toBe(503);
    await expect.poll(() => readHealth(h), SOON).toEqual(NO_WRITES);
    expect((await h.client.get('/api/health/live')).status).toBe(200);
    const failed = h.logLines.filter((line) =>
      /database (unavailable|cannot be written)/.test(line),
    );
    expect(failed.length).toBeGreaterThanOrEqual(2);
    for (const line of failed) expect(JSON.parse(line).msg).toContain('disk is full');
    disk.empty();
    await expect.poll(() => readHealth(h), SOON).toEqual(WELL);
    expect((await otp.send(nextNumber())).status).toBe(200);
    await h.close();
    disk.unmount();
  });

  it('in the middle of a batch accepts no code twice, and keeps every code that it said was sent', async () => {
    // The write-ahead log takes 4 MiB until its first checkpoint, and there must be room for it afterwards.
    const { disk, h } = await openOnSmallDisk(16_384);
    const otp = createOtpCalls(h);
    const verify = (phone: string) => otp.verify(phone, h.gateway.codeFor(phone));
    const known = Array.from({ length: 20 }, nextNumber);
    const fresh = Array.from({ length: 80 }, nextNumber);
    await Promise.all(known.map((phone) => otp.sendCode(phone)));
    const calls = [...known.map(verify), ...fresh.map((phone) => otp.send(phone))];
    await Promise.race(calls);
    disk.fill();
    const answers = await Promise.all(calls);
    expect(Object.keys(tally(answers)).sort()).toEqual(['200', 'database_unavailable']);
    disk.empty();
    await expect.poll(() => readHealth(h), SOON).toEqual(WELL);

    const verifyTwice = async (phone: string) => [
      (await verify(phone)).status,
      (await verify(phone)).status,
    ];
    const isDone = (index: number) => answers[index]?.status === 200;
    for (const [index, phone] of known.entries()) {
      expect(await verifyTwice(phone)).toEqual([isDone(index) ? 400 : 200, 400]);
    }
    for (const phone of fresh.filter((_, index) => isDone(known.length + index))) {
      expect(await verifyTwice(phone)).toEqual([200, 400]);
    }
    await h.close();
    disk.unmount();
  });
});

describe('F16: an SQLite file that is gone', () => {
  let testDatabase: TestDatabase;
  let h: Harness;
  let file: string;
  beforeEach(async () => {
    testDatabase = await createTestDatabase('sqlite');
    h = await createHarness({ database: testDatabase });
    file = testDatabase.url.slice('sqlite:'.length);
  });
  afterEach(async () => {
    await h.close();
    await testDatabase.drop();
  });

  it('deleted under the process, turns readiness false', async () => {
    rmSync(file);
    await expect.poll(() => readHealth(h), SOON).toEqual(NO_WRITES);
  });

  it('replaced by another, turns readiness false, until it is back', async () => {
    copyFileSync(file, `${file}.copy`);
    renameSync(file, `${file}.away`);
    renameSync(`${file}.copy`, file);
    await expect.poll(() => readHealth(h), SOON).toEqual(NO_WRITES);
    renameSync(`${file}.away`, file);
    await expect.poll(() => readHealth(h), SOON).toEqual(WELL);
  });
});

/** Makes a database refuse to write, as a server does whose disk is full. */
const refuseWrites = {
  mysql: [
    `CREATE TRIGGER refuse BEFORE UPDATE ON nodes FOR EACH ROW
     SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1021`,
    'DROP TRIGGER refuse',
  ],
  postgres: [
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$;
     CREATE TRIGGER refuse BEFORE UPDATE ON nodes FOR EACH ROW EXECUTE FUNCTION refuse()`,
    'DROP FUNCTION refuse() CASCADE',
  ],
} as const;

describe.each(serverDialects)('F16: %s', (dialect) => {
  it('that can only be read turns readiness false, and is ready again when it can be written', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const h = await createHarness({ database: testDatabase });
    const [refuse, allow] = refuseWrites[dialect === 'mysql' ? 'mysql' : 'postgres'];
    await h.database.sequelize.query(refuse);
    await expect.poll(() => readHealth(h), SOON).toEqual(NO_WRITES);
    expect(h.logLines.join('')).toContain('cannot be written: the disk is full');
    await h.database.sequelize.query(allow);
    await expect.poll(() => readHealth(h), SOON).toEqual(WELL);
    await h.close();
    await testDatabase.drop();
  });
});

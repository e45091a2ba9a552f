import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';
import { bootstrap } from '../../src/app/bootstrap.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { systemClock } from '../../src/lib/time/clock.ts';
import {
  createTestDatabase,
  serverDialects,
  type TestDatabase,
} from '../support/database/databases.ts';
import { canMount, mountSmallDisk } from '../support/database/small-disk.ts';
import { API_KEY } from '../support/http/client.ts';
import { SECRET_KEY } from '../support/http/harness.ts';
import { runProgram } from '../support/process/script-process.ts';
import { findFreePort } from '../support/process/server-process.ts';

/** Opens the service on a database that cannot be opened; returns the message with which the program ends. */
async function openOn(url: string): Promise<string> {
  const config = toConfig(
    readEnv({ NODE_ENV: 'test', DATABASE_URL: url, SECRET_KEY, API_KEY }, () => ''),
  );
  const secrets = { secretKey: SECRET_KEY, apiKey: API_KEY, previousSecretKey: undefined };
  const platform = {
    logger: createLogger('silent'),
    now: systemClock,
    draw: randomInt,
    print() {},
  };
  const opening = bootstrap(config, secrets, platform);
  return opening.then(
    () => 'it was opened',
    (error: Error) => error.message,
  );
}

describe.each(serverDialects)('a start that cannot open its database (%s)', (dialect) => {
  let url: URL;
  let made: TestDatabase;
  beforeEach(async () => {
    made = await createTestDatabase(dialect);
    url = new URL(made.url);
    url.password = 'a-hidden-password';
  });
  afterEach(() => made.drop());

  async function expectComplaint(...words: readonly (string | RegExp)[]) {
    const message = await openOn(url.href);
    expect(message).toContain(`${url.username}@${url.host}${url.pathname}`);
    for (const word of words) expect(message).toMatch(word);
    expect(message).not.toContain('hidden');
    expect(message.split('\n')).toHaveLength(1);
  }

  it('says that nobody listens', async () => {
    url.port = String(await findFreePort());
    await expectComplaint('connection refused', /running/);
  });

  it('says how to create the database that is not there', async () => {
    url.pathname = '/not_there_yet';
    url.password = new URL(made.url).password;
    await expectComplaint('CREATE DATABASE not_there_yet');
  });

  it('says that there is no such host', async () => {
    url.hostname = 'nowhere.invalid';
    await expectComplaint('no such host');
  });

  it('says that the user is not let in', async () => {
    url.username = 'nobody_at_all';
    await expectComplaint(/access denied|role .* does not exist/);
  });
});

describe('a start that cannot open its SQLite file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waverify-open-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function expectComplaint(storage: string, reason: RegExp) {
    const message = await openOn(`sqlite:${storage}`);
    expect(message.split('\n')).toHaveLength(1);
    expect(message).toContain(storage);
    expect(message).toMatch(reason);
  }

  it('ends the program with that line alone', async () => {
    const url = `sqlite:${join(folder, 'a.db')}`;
    writeFileSync(join(folder, 'a.db'), 'this is a text file, and no database at all\n'.repeat(99));
    const env = { PORT: String(await findFreePort()) };
    const { code, stderr } = await runProgram('src/main', [], { url }, { env });
    expect([code, stderr]).toEqual([1, `${await openOn(url)}\n`]);
  });

  it('says that it is no database', async () => {
    writeFileSync(join(folder, 'a.db'), 'this is a text file, and no database at all\n'.repeat(99));
    await expectComplaint(join(folder, 'a.db'), /not an SQLite database/);
  });

  it('says that it is a folder, or in the place of one', async () => {
    mkdirSync(join(folder, 'b.db'));
    await expectComplaint(join(folder, 'b.db'), /cannot be opened/);
    writeFileSync(join(folder, 'file'), '');
    await expectComplaint(join(folder, 'file', 'c.db'), /Cannot open the database/);
  });

  it('F30: names the setting to change where no file can be made', async () => {
    await expectComplaint('/proc/x.db', /Cannot open the database.*DB_SQLITE_PATH/);
    await expectComplaint('/proc/nowhere/x.db', /Cannot open the database.*DB_SQLITE_PATH/);
  });

  it.runIf(canMount())('F30: says that the file system is read-only', async () => {
    const disk = mountSmallDisk(64);
    if (!disk) throw new Error('the disk could not be mounted');
    execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
    try {
      await expectComplaint(join(disk.folder, 'database', 'x.db'), /read-only.*DB_SQLITE_PATH/);
    } finally {
      disk.unmount();
    }
  });
});

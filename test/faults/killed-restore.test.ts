import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withMigrator } from '../../database/migrate.ts';
import { createBackup } from '../../src/cli/backup/create-backup.ts';
import { backupContext } from '../support/database/backup-fixture.ts';
import {
  createTestDatabase,
  type DialectName,
  dropOnServer,
  type TestDatabase,
} from '../support/database/databases.ts';
import { onOneDatabase } from '../support/database/lanes.ts';
import { open } from '../support/database/migrated-database.ts';
import { killsOf } from '../support/full-run.ts';
import { API_KEY } from '../support/http/client.ts';
import { SECRET_KEY } from '../support/http/harness.ts';

const KILLS = { sqlite: 8, mysql: 5, postgres: 5 };
/** Each restore starts a process. */
const LONG = { timeout: 600_000 };
const AT = new Date('2026-11-01T10:00:00Z');

onOneDatabase('a restore that is killed (%s)', (dialect) => {
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    folder = join(database.statePath, 'backup');
    await withMigrator(backupContext(database).config.database, (schema) => schema.up());
    await mark('new', 'old');
    await createBackup(backupContext(database), folder);
    await mark('old', 'new');
  });
  afterAll(async () => {
    await dropLeftovers(dialect, database);
    await database.drop();
  });

  /** Makes all rows say which of the two databases this is. */
  async function mark(name: string, instead: string): Promise<void> {
    const { models, statements, close } = await open(database);
    await statements.change('DELETE FROM "accounts" WHERE "id" = $1', [instead]);
    await models.Account.ensure(name, AT);
    const session = { accountId: 'default', sessionId: name, createdAt: AT, updatedAt: AT };
    await models.Account.ensure('default', AT);
    await statements.change('DELETE FROM "sessions"', []);
    await models.Session.insertRow(session);
    await close();
  }

  async function readMarks(): Promise<string[]> {
    const { statements, close } = await open(database);
    const rows = await statements.select(
      `SELECT "id" AS "name" FROM "accounts" WHERE "id" <> 'default'
       UNION ALL SELECT "sessionId" FROM "sessions"`,
      [],
    );
    await close();
    return rows.map((row) => String(row['name']));
  }

  function start() {
    const child = spawn(
      process.execPath,
      ['dist/src/waverify.js', 'restore', '--from', folder, '--force'],
      { env: envOf(database), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    return { child, ended: once(child, 'exit') as Promise<[number | null]> };
  }

  it('leaves the old database whole, or the new one, and can be repeated', LONG, async () => {
    const startedAt = performance.now();
    expect((await start().ended)[0]).toBe(0);
    const lasts = performance.now() - startedAt;
    const kills = killsOf(KILLS[dialect]);
    for (let nth = 1; nth <= kills; nth += 1) {
      await mark('old', 'new');
      const { child, ended } = start();
      await pause((lasts * nth) / (kills + 1));
      child.kill('SIGKILL');
      await ended;
      const [account, session, ...others] = await readMarks();
      expect([account, others]).toEqual([session, []]);
      expect(['old', 'new']).toContain(account);
    }
    expect((await start().ended)[0]).toBe(0);
    expect(await readMarks()).toEqual(['new', 'new']);
  });
});

const envOf = ({ url, statePath }: TestDatabase) => ({
  PATH: process.env['PATH'],
  NODE_ENV: 'test',
  DATABASE_URL: url,
  STATE_PATH: statePath,
  MEDIA_PATH: join(statePath, 'media'),
  ...{ SECRET_KEY, API_KEY, OTP_CHANNELS: 'console' },
});

/** Drops the databases beside this one that killed restores have left. */
async function dropLeftovers(dialect: DialectName, database: TestDatabase): Promise<void> {
  if (dialect === 'sqlite') return;
  const { statements, close } = await open(database);
  const own = new URL(database.url).pathname.slice(1);
  const rows = await statements.select(LISTS[dialect], [`${own}#_re%`]);
  await close();
  for (const row of rows) await dropOnServer(dialect, String(row['name']));
}

const LISTS = {
  mysql: `SELECT schema_name AS "name" FROM information_schema.schemata WHERE schema_name LIKE $1 ESCAPE '#'`,
  postgres: `SELECT datname AS "name" FROM pg_database WHERE datname LIKE $1 ESCAPE '#'`,
};

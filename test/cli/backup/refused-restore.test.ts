import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBackup } from '../../../src/cli/backup/create-backup.ts';
import type { Manifest } from '../../../src/cli/backup/manifest.ts';
import { restoreBackup } from '../../../src/cli/backup/restore-backup.ts';
import { backupContext, FILE_KEYS, fillForBackup } from '../../support/database/backup-fixture.ts';
import type { MigratedDatabase } from '../../support/database/migrated-database.ts';
import { createMigratedDatabase } from '../../support/database/migrated-database.ts';
import { createHarness } from '../../support/http/harness.ts';
import { runCommand } from '../../support/process/script-process.ts';

const FORCED = { force: true, connect: false, redeliver: false };
const OTHER_KEY = 'another-secret-0123456789abcdef0123456789abcdef';

let source: MigratedDatabase;
let target: MigratedDatabase;
let whole: string;
let before: string;

beforeAll(async () => {
  source = await createMigratedDatabase('sqlite');
  target = await createMigratedDatabase('sqlite');
  const { statePath } = source.testDatabase;
  await fillForBackup(source.database, statePath);
  whole = join(statePath, 'backup');
  await createBackup(backupContext(source.testDatabase), whole);
  await target.database.close();
  before = digestOfTarget();
});
afterAll(async () => {
  await source.close();
  await target.testDatabase.drop();
});

function digestOfTarget(): string {
  const file = target.testDatabase.url.slice('sqlite:'.length);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** A copy of the backup that something has happened to. */
function copyAnd(change: (folder: string) => void): string {
  const folder = `${whole}-${Math.random()}`;
  cpSync(whole, folder, { recursive: true });
  change(folder);
  return folder;
}

function flipByte(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** Writes another manifest, whose own checksum is right. */
function edit(change: (manifest: Manifest) => Manifest): (folder: string) => void {
  return (folder) => {
    const file = join(folder, 'manifest.json');
    const manifest = change(JSON.parse(readFileSync(file, 'utf8')).manifest);
    const sha256 = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
    writeFileSync(file, JSON.stringify({ manifest, sha256 }));
  };
}

const [FILE = ''] = FILE_KEYS;

it.each<[string, (folder: string) => void, RegExp]>([
  ['none', (folder) => rmSync(join(folder, 'manifest.json')), /is not a backup/],
  ['one whose manifest is cut off', (f) => truncateSync(join(f, 'manifest.json'), 200), /damaged/],
  [
    'one whose manifest was edited',
    (f) => flipByte(join(f, 'manifest.json'), 300),
    /manifest.json was changed/,
  ],
  [
    'one that is cut off',
    (f) => truncateSync(join(f, 'database.sqlite'), 4096),
    /database.sqlite was changed or cut off/,
  ],
  [
    'one with a flipped bit',
    (f) => flipByte(join(f, 'database.sqlite'), 9000),
    /database.sqlite was changed/,
  ],
  ['one without a file', (f) => rmSync(join(f, 'media', FILE)), /is missing/],
  [
    'one of another database',
    edit((manifest) => ({ ...manifest, dialect: 'postgres' })),
    /is of PostgreSQL/,
  ],
  [
    'one of a newer version',
    edit((manifest) => ({ ...manifest, migrations: [...manifest.migrations, '20990101-0001-x'] })),
    /newer than this one.*Update/,
  ],
  [
    'one of another format',
    edit((manifest) => ({ ...manifest, format: 2 as 1 })),
    /cannot read the format/,
  ],
  [
    'one that leads out of its folder',
    edit((manifest) => ({
      ...manifest,
      media: manifest.media.map((file) => ({ ...file, path: 'media/../../x' })),
    })),
    /cannot read the format/,
  ],
  [
    'one whose rows are not those of the manifest',
    edit((manifest) => ({
      ...manifest,
      tables: manifest.tables.map((one) => ({ ...one, digest: '0' })),
    })),
    /has other rows/,
  ],
])('refuses %s, and leaves the database as it is', async (_, change, reason) => {
  const ctx = backupContext(target.testDatabase);
  await expect(restoreBackup(ctx, copyAnd(change), FORCED)).rejects.toThrow(reason);
  expect(digestOfTarget()).toBe(before);
});

it('refuses a backup that SECRET_KEY does not open, and leaves the database as it is', async () => {
  const ctx = backupContext(target.testDatabase, { secretKey: OTHER_KEY });
  await expect(restoreBackup(ctx, whole, FORCED)).rejects.toThrow(/SECRET_KEY cannot decrypt/);
  expect(digestOfTarget()).toBe(before);
});

it('refuses to replace a file that a process serves, and names that process', async () => {
  const h = await createHarness({ database: target.testDatabase });
  const args = ['--from', whole, '--force'];
  const { code, stderr } = await runCommand('restore', args, target.testDatabase);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`process ${process.pid} on host`)]);
  await h.close();
});

it('replaces a damaged file', async () => {
  const file = target.testDatabase.url.slice('sqlite:'.length);
  writeFileSync(file, 'not a database, but longer than the header of one would be '.repeat(99));
  await restoreBackup(backupContext(target.testDatabase), whole, FORCED);
  expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3');
});

it('explains its options, and a backup that has no target', async () => {
  const database = target.testDatabase;
  const help = await runCommand('restore', ['--help'], database);
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--redeliver') });
  const { code, stderr } = await runCommand('backup', [], database);
  expect([code, stderr]).toEqual([1, expect.stringContaining('--to FOLDER')]);
});

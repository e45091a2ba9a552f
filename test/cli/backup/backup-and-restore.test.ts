import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withMigrator } from '../../../database/migrate.ts';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { verifyBackup } from '../../../src/cli/backup/check-backup.ts';
import { createBackup } from '../../../src/cli/backup/create-backup.ts';
import { restoreBackup } from '../../../src/cli/backup/restore-backup.ts';
import { backupContext, fillForBackup, ODD_TEXT } from '../../support/database/backup-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { open as openDatabase } from '../../support/database/migrated-database.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness, SECRET_KEY } from '../../support/http/harness.ts';
import { createOtpCalls, inParallel } from '../../support/http/otp-calls.ts';
import { createPeopleCalls } from '../../support/http/users.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const SECRETS = new RegExp(`${SECRET_KEY}|${API_KEY}`);
const NO_WISHES = { force: false, connect: false, redeliver: false };
/** Traffic of a test comes from one address. */
const NO_LIMITS = {
  ...{ LIMIT_SENDS_PER_IP_HOUR: '0', LIMIT_SENDS_PER_KEY_HOUR: '0', PUMPING_GUARD: 'off' },
  ...{ LIMIT_SENDS_PER_PREFIX_HOUR: '0', LIMIT_SENDS_PER_REGION_HOUR: '0' },
  ...{ LIMIT_SENDS_PER_ACCOUNT_DAY: '0', LIMIT_SENDS_IN_ALL_HOUR: '0' },
};

onEveryDatabase('C29: a backup of %s', (dialect) => {
  let source: TestDatabase;
  let target: TestDatabase;
  let h: Harness;
  let folder: string;
  /** Of the time of the backup. The first one was used after it. */
  let [used, unused] = [
    { phoneNumber: nextNumber(), code: '' },
    { phoneNumber: nextNumber(), code: '' },
  ];
  let refreshToken: string;

  beforeAll(async () => {
    source = await createTestDatabase(dialect);
    target = await createTestDatabase(dialect);
    await withMigrator(backupContext(target).config.database, (schema) => schema.up());
    // It does not look for sessions to take over, and leaves those of the fixture as they are.
    const whatsappTiming = { leaseMs: 40 * 86_400_000 };
    h = await createHarness({ database: source, env: NO_LIMITS, whatsappTiming });
    await fillForBackup(h.database, source.statePath);
    folder = join(source.statePath, 'backup');
    const otp = createOtpCalls(h);
    const people = createPeopleCalls(h);
    const { email } = await people.makePerson();
    ({ refreshToken } = await people.enter(email));
    used = { ...used, code: await otp.sendCode(used.phoneNumber) };
    unused = { ...unused, code: await otp.sendCode(unused.phoneNumber) };
  });
  afterAll(async () => {
    await h.close();
    await source.drop();
    await target.drop();
  });

  it('is made while the service sends and verifies, and holds one moment of every table', async () => {
    const otp = createOtpCalls(h);
    let isOver = false;
    const outcomes: number[] = [];
    const traffic = inParallel(5, async () => {
      while (!isOver) {
        const phoneNumber = nextNumber();
        const code = await otp.sendCode(phoneNumber);
        outcomes.push((await otp.verify(phoneNumber, code)).status);
      }
    });
    const manifest = await createBackup(backupContext(source), folder);
    isOver = true;
    await traffic;
    expect(new Set(outcomes)).toEqual(new Set([200]));
    expect(manifest.tables.find(({ table }) => table === 'otp_logs')?.rows).toBeGreaterThan(1);
    expect(manifest.mediaLeftOut).toEqual({ missing: 2, inBucket: 0 });
    expect(manifest.secretVersions).toHaveLength(1);
  });

  it('can be read by its owner only, and has no key', () => {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(entries.length).toBeGreaterThan(4);
    for (const path of [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))]) {
      const found = statSync(path);
      expect([path, found.mode & 0o777]).toEqual([path, found.isDirectory() ? 0o700 : 0o600]);
      if (found.isFile()) expect(readFileSync(path, 'latin1')).not.toMatch(SECRETS);
    }
  });

  it('refuses a folder that exists, and leaves nothing of what failed', async () => {
    await expect(createBackup(backupContext(source), folder)).rejects.toThrow(/exists/);
    const unfinished = readdirSync(source.statePath).filter((name) => name.includes('unfinished'));
    expect(unfinished).toEqual([]);
  });

  it.skipIf(dialect === 'sqlite')('is refused without the programs, and says which', async () => {
    const without = backupContext(source, { environment: { PATH: '/nowhere' } });
    const other = join(source.statePath, 'other');
    await expect(createBackup(without, other)).rejects.toThrow(/dump .*is not on PATH.*-client/);
    expect(existsSync(other)).toBe(false);
  });

  it.skipIf(dialect === 'sqlite')('is not restored over a node that runs', async () => {
    const options = { ...NO_WISHES, force: true };
    await expect(restoreBackup(backupContext(source), folder, options)).rejects.toThrow(
      /in use by process/,
    );
  });

  it('replaces data only if it may, with all that it had and no past that counts', async () => {
    expect((await createOtpCalls(h).verify(used.phoneNumber, used.code)).status).toBe(200);
    const ctx = backupContext(target);
    await expect(restoreBackup(ctx, folder, NO_WISHES)).rejects.toThrow(/--force/);
    await restoreBackup(ctx, folder, { ...NO_WISHES, force: true });
    const config = backupContext(target).config.database;
    expect(await withMigrator(config, (schema) => schema.up())).toEqual([]);
    await expectHarmless(target);
    const other = await createHarness({ database: target });
    for (const { phoneNumber, code } of [used, unused]) {
      const { status, body } = await createOtpCalls(other).verify(phoneNumber, code);
      expect([status, body.code]).toEqual([400, 'otp_invalid']);
    }
    expect((await createPeopleCalls(other).refresh(refreshToken)).status).toBe(401);
    other.advance(61);
    const code = await createOtpCalls(other).sendCode(unused.phoneNumber);
    expect((await createOtpCalls(other).verify(unused.phoneNumber, code)).status).toBe(200);
    await other.close();
  });

  async function expectHarmless({ statePath, ...database }: TestDatabase): Promise<void> {
    const { statements, models, close } = await openDatabase(database);
    const select = (sql: string) => statements.select(sql, []);
    const [webhook] = await models.Webhook.findRows({});
    expect(webhook?.description).toBe(ODD_TEXT);
    expect(await select(`SELECT * FROM "leases"`)).toEqual([]);
    expect(await select(`SELECT "id" FROM "otp_logs" WHERE "status" = 'sent'`)).toEqual([]);
    const [push] = await models.WebhookDelivery.findRows({});
    expect([push?.status, push?.nextAttemptAt]).toEqual(['FAILED', undefined]);
    const sessions = await models.Session.findRows({ order: [['id', 'ASC']] });
    expect(sessions.map(({ state, stateReason }) => [state, stateReason])).toEqual([
      ['replaced', 'restored_from_backup'],
      ['logged_out', undefined],
    ]);
    const media = await models.Media.findRows({ order: [['id', 'ASC']] });
    expect(media.map(({ state }) => state)).toEqual(['stored', 'gone']);
    const [upload] = await models.MediaUpload.findRows({});
    expect(upload?.expiresAt.getTime()).toBeLessThan(Date.now());
    const file = join(statePath, 'media', media[0]?.storageKey ?? '');
    expect(readFileSync(file, 'utf8')).toBe('sealed file');
    await close();
  }

  itOnOneDatabase(dialect)('can be tried out, restored to nothing, and go on', async () => {
    const empty = await createTestDatabase(dialect);
    await verifyBackup(backupContext(empty), folder);
    expect(readdirSync(empty.statePath)).toEqual([]);
    await restoreBackup(backupContext(empty), folder, {
      ...{ force: false, connect: true, redeliver: true },
    });
    const { models, close } = await openDatabase(empty);
    const [session] = await models.Session.findRows({ order: [['id', 'ASC']] });
    expect(session?.state).toBe('open');
    const [push] = await models.WebhookDelivery.findRows({});
    expect([push?.status, push?.nextAttemptAt]).toEqual(['PENDING', expect.any(Date)]);
    await close();
    await empty.drop();
  });

  itOnOneDatabase(dialect)('of an older version is brought up to date', async () => {
    const old = await createTestDatabase(dialect);
    const database = await openDatabase(old);
    const last = '20261129-0036-create-session-commands';
    await createMigrator(database.sequelize, migrations).up({ to: last });
    await database.close();
    const to = join(old.statePath, 'backup');
    const manifest = await createBackup(backupContext(old), to);
    expect(manifest.migrations.at(-1)).toBe(last);
    await restoreBackup(backupContext(target), to, { ...NO_WISHES, force: true });
    const config = backupContext(target).config.database;
    expect(await withMigrator(config, (schema) => schema.up())).toEqual([]);
    await old.drop();
  });
});

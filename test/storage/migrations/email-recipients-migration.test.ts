import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActivityStore } from '../../../src/storage/activity/activity-store.ts';
import { createCounterStore } from '../../../src/storage/limits/counter-store.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import { createTestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { type MigratedDatabase, migrateAndOpen } from '../../support/database/migrated-database.ts';
import { newVerification } from '../../support/database/new-verification.ts';
import { readTable } from '../../support/schema/read-table.ts';

const MIGRATION = '20261130-0039-add-email-recipients';
const PHONE = '+6281234567890';
const EMAIL = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`;
const SHORT_EMAIL = 'a@b.example';
const ACCOUNT = 'a'.repeat(36);
const PURPOSE = 'p'.repeat(32);
const TABLES = ['otp_logs', 'activity_logs', 'rate_limits'];

onOneDatabase('the migration to email recipients on %s', (dialect) => {
  const now = new Date('2026-03-01T23:59:59.999Z');
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await migrateAndOpen(await createTestDatabase(dialect));
  });
  afterAll(() => migrated.close());

  const counterOf = (recipient: string) => `otp-send-phone-day-all|${ACCOUNT}|${recipient}`;

  /** Leaves a row of a recipient in each table that names recipients. */
  async function fill(phoneNumber: string): Promise<void> {
    const { database } = migrated;
    const scope = { accountId: ACCOUNT, phoneNumber, purpose: PURPOSE };
    expect(await createVerificationStore(database).open(newVerification(now, scope), now)).toBe(
      true,
    );
    const activity = {
      accountId: ACCOUNT,
      phoneNumber,
      action: 'otp_send',
      status: 'success',
    } as const;
    await createActivityStore(database).record(activity, now);
    const hit = { key: counterOf(phoneNumber), burst: 1, intervalMs: 1000 };
    await createCounterStore(database).consumeAll({ hits: [hit] }, now);
  }

  const select = (sql: string) => migrated.database.statements.select(sql, []);

  async function recipients() {
    const codes = await select('SELECT "phoneNumber" FROM "otp_logs" ORDER BY "id"');
    const keys = await select('SELECT "activeKey" FROM "otp_logs" ORDER BY "id"');
    const activities = await select('SELECT "phoneNumber" FROM "activity_logs" ORDER BY "id"');
    const counters = await select('SELECT "limitKey" FROM "rate_limits" ORDER BY "limitKey"');
    return [codes, keys, activities, counters].map((rows) => rows.flatMap(Object.values));
  }

  const of = (...found: string[]) => [
    found,
    found.map((recipient) => `${ACCOUNT}|${recipient}|${PURPOSE}`),
    found,
    found.map(counterOf).sort(),
  ];

  const kinds = async () =>
    (await select('SELECT "recipientKind" FROM "otp_logs" ORDER BY "id"')).flatMap(Object.values);

  it('keeps what an existing database has, and takes back only email addresses', async () => {
    const { migrator } = migrated;
    const read = () => Promise.all(TABLES.map((table) => readTable(migrated.database, table)));
    const schema = JSON.stringify(await read());
    await fill(PHONE);
    await fill(SHORT_EMAIL);
    await fill(EMAIL);
    expect(await recipients()).toEqual(of(PHONE, SHORT_EMAIL, EMAIL));
    expect(await kinds()).toEqual(['phone', 'email', 'email']);

    await migrator.down({ to: MIGRATION });
    expect(await recipients()).toEqual(of(PHONE));
    await migrator.up();
    expect(await recipients()).toEqual(of(PHONE));
    expect(await kinds()).toEqual(['phone']);
    expect(JSON.stringify(await read())).toBe(schema);
    await fill(EMAIL);
    expect(await recipients()).toEqual(of(PHONE, EMAIL));
  });

  it('continues where an interrupted start stopped', async () => {
    const { migrator, database } = migrated;
    await migrator.down({ to: MIGRATION });
    await database.statements.change(
      `ALTER TABLE "otp_logs" ADD COLUMN "recipientKind" VARCHAR(10) DEFAULT 'phone' NOT NULL`,
      [],
    );
    await migrator.up();
    expect(await kinds()).toEqual(['phone']);
  });
});

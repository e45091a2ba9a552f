import { afterAll, beforeAll, expect, it } from 'vitest';
import { toSessionId } from '../../../src/domain/whatsapp/session-id.ts';
import { createActivityStore } from '../../../src/storage/activity/activity-store.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import { createContactStore } from '../../../src/storage/whatsapp/contact-store.ts';
import { createSessionStore } from '../../../src/storage/whatsapp/session-store.ts';
import { createTestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { type MigratedDatabase, migrateAndOpen } from '../../support/database/migrated-database.ts';
import { newVerification } from '../../support/database/new-verification.ts';
import { readTable } from '../../support/schema/read-table.ts';

const MIGRATION = '20261121-0017-widen-session-ids';
/** Those behind it change the same tables. */
const NEXT = '20261121-0018-add-event-times';
const ACCOUNT = 'a'.repeat(36);
/** As long as the id of a session can be, and as long as it could be before. */
const LONG = toSessionId(ACCOUNT, 'n'.repeat(64));
const SHORT = 'n'.repeat(64);

const tables = [
  'sessions',
  'activity_logs',
  'otp_logs',
  'deliveries',
  'session_credentials',
  'session_contacts',
];

onOneDatabase('the migration to long session ids on %s', (dialect) => {
  const now = new Date('2026-03-01T23:59:59.999Z');
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await migrateAndOpen(await createTestDatabase(dialect));
  });
  afterAll(() => migrated.close());

  /** Leaves a row of a session in each table that names sessions. */
  async function fill(accountId: string, sessionId: string): Promise<void> {
    const { database } = migrated;
    const verification = newVerification(now, { accountId, sessionId });
    const { verificationId, phoneNumber } = verification;
    await createSessionStore(database).create({ accountId, sessionId }, now);
    const activity = { accountId, sessionId, action: 'session_create', status: 'success' } as const;
    await createActivityStore(database).record(activity, now);
    await createVerificationStore(database).open(verification, now);
    const messageId = `m-${verificationId}`;
    await database.models.Delivery.insertRow({
      ...{ accountId, verificationId, channel: 'http', sessionId, messageId },
      ...{ createdAt: now, updatedAt: now },
    });
    await createContactStore(database).markKnown(sessionId, phoneNumber, now);
    await database.statements.change(
      `INSERT INTO "session_credentials"
         ("sessionId", "category", "keyId", "sealed", "secretVersion", "updatedAt")
       VALUES ($1, 'creds', '', 'sealed', '01234567', $2)`,
      [sessionId, now],
    );
  }

  async function sessionIds(): Promise<Record<string, unknown[]>> {
    const found: Record<string, unknown[]> = {};
    for (const table of tables) {
      const rows = await migrated.database.statements.select(
        `SELECT "sessionId" FROM "${table}" ORDER BY "sessionId"`,
        [],
      );
      found[table] = rows.map((row) => row['sessionId']);
    }
    return found;
  }

  const everywhere = (...ids: string[]) => Object.fromEntries(tables.map((one) => [one, ids]));

  async function lengths(): Promise<unknown[]> {
    const read = await Promise.all(tables.map((table) => readTable(migrated.database, table)));
    const types = read.map(({ columns }) => columns.find(({ name }) => name === 'sessionId')?.type);
    return types.map((type) => Number(/\d+/.exec(String(type))?.[0]));
  }

  it('keeps the longest id whole in every table, and takes its rows back with the columns', async () => {
    const { migrator } = migrated;
    await fill('default', SHORT);
    await fill(ACCOUNT, LONG);
    expect(await sessionIds()).toEqual(everywhere(LONG, SHORT));

    await migrator.down({ to: MIGRATION });
    expect(await sessionIds()).toEqual(everywhere(SHORT));
    expect(await lengths()).toEqual(tables.map(() => 64));

    await migrator.up();
    // SQLite holds texts to no length, so that nothing is changed there.
    expect(await lengths()).toEqual(tables.map(() => (dialect === 'sqlite' ? 64 : 128)));
    expect(await sessionIds()).toEqual(everywhere(SHORT));
    await fill(ACCOUNT, LONG);
    expect(await sessionIds()).toEqual(everywhere(LONG, SHORT));
  });

  it('leaves the columns as they were but for their length', async () => {
    const { database, migrator } = migrated;
    const read = () => Promise.all(tables.map((table) => readTable(database, table)));
    await migrator.down({ to: NEXT });
    const long = await read();
    await migrator.down({ to: MIGRATION });
    const expected = JSON.parse(
      JSON.stringify(long, (key, value) =>
        key === 'type' && dialect !== 'sqlite' ? value.replace('(128)', '(64)') : value,
      ),
    );
    const sorted = (tablesRead: typeof long) =>
      tablesRead.map(({ columns, indexes }) => ({
        columns: columns.filter(({ name }) => name === 'sessionId'),
        indexes: indexes.sort((a, b) => a.name.localeCompare(b.name)),
      }));
    expect(JSON.stringify(sorted(await read()))).toEqual(JSON.stringify(sorted(expected)));
    await migrator.up({ to: MIGRATION });
    expect(sorted(await read())).toEqual(sorted(long));
    await migrator.up();
  });
});

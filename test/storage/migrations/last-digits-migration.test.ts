import { expect, it } from 'vitest';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { createTestDatabase } from '../../support/database/databases.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';

const BEFORE = '20261130-0056-add-session-metadata';
const MIGRATION = '20261201-0059-add-last-digits';

/** Rows with lower ids were pruned long ago. A step for every 5,000 of them would take minutes. */
const FIRST_ID = 1_900_000_000;

const AT = '2026-03-01 12:00:00.000';

onEveryDatabase('the last digits of numbers on %s', (dialect) => {
  it('are filled in for the codes that are there, and an interrupted start goes on', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const { sequelize, statements, close } = await open(testDatabase);
    const migrator = createMigrator(sequelize, migrations);
    await migrator.up({ to: BEFORE });
    const recipients = [
      ...[
        ['one', '+6281234567890', 'phone'],
        ['two', 'ann@example.com', 'email'],
      ],
      // Of a verification by a message that has not arrived.
      ['three', '', 'phone'],
    ];
    for (const [index, [id = '', recipient = '', kind = '']] of recipients.entries()) {
      await statements.change(
        `INSERT INTO "otp_logs" ("id", "accountId", "verificationId", "sessionId", "phoneNumber", "purpose",
           "otpHash", "secretVersion", "recipientKind", "expiresAt", "createdAt", "updatedAt")
         VALUES ($1, 'default', $2, 'default', $3, 'login', '', 'x', $4, '${AT}', '${AT}', '${AT}')`,
        [FIRST_ID + index, id, recipient, kind],
      );
    }
    const read = async () => {
      const rows = await statements.select(`SELECT "lastDigits" FROM "otp_logs" ORDER BY "id"`, []);
      return rows.map((row) => row['lastDigits']);
    };
    await migrator.up({ to: MIGRATION });
    expect(await read()).toEqual(['7890', '', '']);
    // As if the process had ended before the migration was noted.
    const migration = migrations.find(({ name }) => name === MIGRATION);
    const context = sequelize.getQueryInterface();
    if (dialect !== 'sqlite') await migration?.up({ name: MIGRATION, context });
    expect(await read()).toEqual(['7890', '', '']);
    await migrator.down({ to: MIGRATION });
    await migrator.up({ to: MIGRATION });
    expect(await read()).toEqual(['7890', '', '']);
    await close();
    await testDatabase.drop();
  });
});

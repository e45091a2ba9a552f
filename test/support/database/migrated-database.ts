import { toConfig } from '../../../config/config.ts';
import { readEnv } from '../../../config/env.ts';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { createTestDatabase, type DialectName, type TestDatabase } from './databases.ts';

export type MigratedDatabase = Awaited<ReturnType<typeof createMigratedDatabase>>;

/** What the program makes of a test database's address. */
export function databaseConfig({ url }: Pick<TestDatabase, 'url'>) {
  return toConfig(readEnv({ DATABASE_URL: url }, () => '')).database;
}

/** Opens a test database as the program would, and migrates nothing. */
export function open({ url }: Pick<TestDatabase, 'url'>) {
  return openDatabase(databaseConfig({ url }));
}

/** A migrated database without the service over it, for tests of the stores. */
export async function createMigratedDatabase(dialect: DialectName) {
  const testDatabase = await createTestDatabase(dialect);
  const database = await open(testDatabase);
  const migrator = createMigrator(database.sequelize, migrations);
  await migrator.up();
  return {
    database,
    migrator,
    testDatabase,
    async close() {
      await database.close();
      await testDatabase.drop();
    },
  };
}

import { openMigrated } from '../../../database/migrate.ts';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { type DialectName, databaseConfig, type TestDatabase } from './databases.ts';
import { takeDatabase } from './kept-database.ts';

export type MigratedDatabase = Awaited<ReturnType<typeof createMigratedDatabase>>;

/** Opens a test database as the program would, and migrates nothing. */
export function open({ url }: Pick<TestDatabase, 'url'>) {
  return openDatabase(databaseConfig({ url }));
}

/** A migrated database without the service over it, for tests of the stores. */
export async function createMigratedDatabase(dialect: DialectName) {
  return migrateAndOpen(await takeDatabase(dialect));
}

/** Migrates and opens a database of the test's own, whose schema it may change. */
export async function migrateAndOpen(testDatabase: TestDatabase) {
  const database = await openMigrated(databaseConfig(testDatabase));
  return {
    database,
    migrator: createMigrator(database.sequelize, migrations),
    testDatabase,
    async close() {
      await database.close();
      await testDatabase.drop();
    },
  };
}

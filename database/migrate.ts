import type { DatabaseConfig } from '../config/config.ts';
import { openDatabase } from '../src/storage/database.ts';
import { migrations } from './migrations/index.ts';
import { createMigrator } from './migrator.ts';

type Migrator = ReturnType<typeof createMigrator>;

/** An index on a large table may take its time; a request may not. */
const PATIENCE_SECONDS = 3600;

/** Opens the database for `task` alone: one process migrates at a time, and long statements may run. */
export async function withMigrator<T>(
  config: DatabaseConfig,
  task: (migrator: Migrator) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(config, { statementSeconds: PATIENCE_SECONDS });
  try {
    const migrator = createMigrator(database.sequelize, migrations);
    return await database.withMigrationLock(() => task(migrator));
  } finally {
    await database.close();
  }
}

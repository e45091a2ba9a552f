import type { DatabaseConfig } from '../config/config.ts';
import { type Database, openDatabase } from '../src/storage/database.ts';
import { migrations } from './migrations/index.ts';
import { createMigrator } from './migrator.ts';
import { fillNewDatabase } from './new-database.ts';

/** An index on a large table may take its time; a request may not. */
const PATIENCE_SECONDS = 3600;

/** What may be done to the schema of a database, by one process at a time. */
type Schema = {
  /** Brings it up to date; returns the names of the migrations that were applied. */
  up(): Promise<readonly string[]>;
  /** Undoes every migration, with all data; returns their names. */
  downToNothing(): Promise<readonly string[]>;
};

/** Opens the database for `task` alone: one process migrates at a time, and long statements may run. */
export async function withMigrator<T>(
  config: DatabaseConfig,
  task: (schema: Schema) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(config, { statementSeconds: PATIENCE_SECONDS });
  try {
    return await database.withMigrationLock(() => task(toSchema(database)));
  } finally {
    await database.close();
  }
}

/** Brings a database up to date: an empty one at once, any other one migration by migration. */
export async function migrate(
  database: Pick<Database, 'sequelize' | 'statements'>,
): Promise<readonly string[]> {
  const migrator = createMigrator(database.sequelize, migrations);
  // Makes the record of migrations where it is missing.
  const isFirst = (await migrator.executed()).length === 0;
  const made = isFirst ? await fillNewDatabase(database, migrations) : [];
  const applied = await migrator.up();
  return [...made, ...applied.map(({ name }) => name)];
}

function toSchema(database: Database): Schema {
  return {
    up: () => migrate(database),
    async downToNothing() {
      const undone = await createMigrator(database.sequelize, migrations).down({ to: 0 });
      return undone.map(({ name }) => name);
    },
  };
}

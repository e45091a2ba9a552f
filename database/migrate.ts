import type { DatabaseConfig } from '../config/config.ts';
import { type Database, openDatabase } from '../src/storage/database.ts';
import { migrations } from './migrations/index.ts';
import { fillNewDatabase, readApplied } from './new-database.ts';

/** Building an index on a large table takes long, so statements get more time than those of requests. */
const STATEMENT_SECONDS = 3600;

/** Changes to the schema of a database, by one process at a time. */
type Schema = {
  /** Brings the schema up to date; returns the names of the applied migrations. */
  up(): Promise<readonly string[]>;
  /** Reverts every migration and deletes all data; returns their names. */
  downToNothing(): Promise<readonly string[]>;
};

/** Runs `task` under the migration lock, on a connection that allows long statements. */
export async function withMigrator<T>(
  config: DatabaseConfig,
  task: (schema: Schema) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(config, { statementSeconds: STATEMENT_SECONDS });
  try {
    return await database.withMigrationLock(() => task(toSchema(database)));
  } finally {
    await database.close();
  }
}

/** Brings a database up to date: an empty one from the snapshot, any other by its pending migrations. */
export async function migrate(
  database: Pick<Database, 'sequelize' | 'statements'>,
): Promise<readonly string[]> {
  const applied = await readApplied(database.sequelize);
  if (migrations.every(({ name }) => applied.includes(name))) return [];
  const migrator = await loadMigrator(database);
  // Creates the table of applied migrations if it is missing.
  await migrator.executed();
  const created = await fillNewDatabase(database, migrations, applied);
  const added = await migrator.up();
  return [...created, ...added.map(({ name }) => name)];
}

/** Umzug is loaded only if there is something to do, because it costs 25 MB and a tenth of the time of a start. */
async function loadMigrator({ sequelize }: Pick<Database, 'sequelize'>) {
  const { createMigrator } = await import('./migrator.ts');
  return createMigrator(sequelize, migrations);
}

function toSchema(database: Database): Schema {
  return {
    up: () => migrate(database),
    async downToNothing() {
      const migrator = await loadMigrator(database);
      const undone = await migrator.down({ to: 0 });
      return undone.map(({ name }) => name);
    },
  };
}

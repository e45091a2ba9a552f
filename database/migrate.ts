import type { DatabaseConfig } from '../config/config.ts';
import { AppError } from '../src/domain/errors.ts';
import { type Database, openDatabase } from '../src/storage/database.ts';
import { migrationNames } from './migration-names.ts';

/** Building an index on a large table takes long, so statements get more time than those of requests. */
const STATEMENT_SECONDS = 3600;

/** Changes to the schema of a database, by one process at a time. */
type Schema = {
  /** Brings the schema up to date; returns the names of the applied migrations. */
  up(): Promise<readonly string[]>;
  /** Reverts every migration and deletes all data; returns their names. */
  downToNothing(): Promise<readonly string[]>;
};

/** Opens a database, after bringing it up to date if a migration is pending. The caller closes it. */
export async function openMigrated(config: DatabaseConfig): Promise<Database> {
  const database = await openDatabase(config);
  try {
    if (await isMigrated(database)) return database;
  } catch (error) {
    await database.close();
    throw error;
  }
  await database.close();
  await withMigrator(config, (schema) => schema.up());
  return openDatabase(config);
}

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
  if (await isMigrated(database)) return [];
  const { fillNewDatabase } = await import('./new-database.ts');
  const created = await fillNewDatabase(database, migrationNames, await readApplied(database));
  if (await isMigrated(database)) return created;
  const migrator = await loadMigrator(database);
  const added = await migrator.up();
  return [...created, ...added.map(({ name }) => name)];
}

async function isMigrated(database: Pick<Database, 'statements'>): Promise<boolean> {
  const applied = await readApplied(database);
  return migrationNames.every((name) => applied.includes(name));
}

/** Finds the applied migrations that this version does not have. */
export async function findUnknownMigrations(
  database: Pick<Database, 'statements'>,
): Promise<readonly string[]> {
  const applied = await readApplied(database);
  return applied.filter((name) => !migrationNames.includes(name));
}

/** Reads the names of the applied migrations; none if the table with them does not exist yet. */
async function readApplied({ statements }: Pick<Database, 'statements'>): Promise<string[]> {
  try {
    const rows = await statements.select('SELECT "name" FROM "SequelizeMeta"', []);
    return rows.map((row) => String(row['name']));
  } catch (error) {
    if (error instanceof AppError) throw error; // The database does not respond.
    return [];
  }
}

/** Umzug and the migrations are loaded only for an older database: they cost 25 MB and a tenth of a start. */
async function loadMigrator({ sequelize }: Pick<Database, 'sequelize'>) {
  const { createMigrator } = await import('./migrator.ts');
  const { migrations } = await import('./migrations/index.ts');
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

import type { DatabaseConfig } from '../../../config/config.ts';
import type { Database } from '../database.ts';
import { models } from '../models/all-models.ts';
import type { Environment } from './client-program.ts';
import type { Copier } from './contract.ts';

/** The table with the names of the applied migrations, which has no model. */
const MIGRATIONS = 'SequelizeMeta';

/** How a database is copied, by its dialect. The programs of a server are found by PATH in `environment`. */
export async function openCopier(
  config: DatabaseConfig,
  environment: Environment,
): Promise<Copier> {
  if (config.dialect === 'sqlite') {
    const { createSqliteCopier } = await import('./sqlite-copier.ts');
    return createSqliteCopier(config.storage);
  }
  if (config.dialect === 'postgres') {
    const { createPostgresCopier } = await import('./postgres-copier.ts');
    return createPostgresCopier(config, environment);
  }
  const { createMysqlCopier } = await import('./mysql-copier.ts');
  return createMysqlCopier(config, environment);
}

/** Lists the tables of Waverify that a database has, in alphabetical order; other programs may have tables there too. */
export async function listOwnTables({ sequelize }: Database, others: readonly string[] = []) {
  const own = new Set([...Object.values(models).map(({ table }) => table), MIGRATIONS, ...others]);
  const present = await sequelize.getQueryInterface().showAllTables();
  return present.filter((table) => own.has(table)).sort();
}

/** Reads the names of the migrations that a database has, in the order in which they ran. */
export async function listMigrations({ statements }: Database): Promise<string[]> {
  const rows = await statements.select(`SELECT "name" FROM "${MIGRATIONS}" ORDER BY "name"`, []);
  return rows.map((row) => String(row['name']));
}

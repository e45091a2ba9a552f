import type { Sequelize } from 'sequelize';
import type { DatabaseConfig } from '../../config/config.ts';
import { throwDatabaseFault } from './database-fault.ts';
import type { Dialect } from './dialects/contract.ts';
import { retryContention } from './dialects/retry-contention.ts';
import { openSqlite } from './dialects/sqlite/open-sqlite.ts';
import { models } from './models/all-models.ts';
import type { Statements } from './statement.ts';
import { bindModels, defineModels } from './table.ts';

export type Database = Awaited<ReturnType<typeof openDatabase>>;

/** The time limit of one statement of a request. */
const STATEMENT_SECONDS = 5;

/** Opens the configured database with its models, without migrating it. The caller closes it. */
export async function openDatabase(
  config: DatabaseConfig,
  { statementSeconds = STATEMENT_SECONDS } = {},
) {
  const dialect = await openDialect(config, statementSeconds);
  const { close, ...others } = dialect.statements;
  const statements: Statements = { ...mapFaults(others), close };
  const bound = bindModels(models, { statements, connect });
  let sequelize: Sequelize | undefined;

  function connect(): Sequelize {
    if (sequelize) return sequelize;
    sequelize = guardQueries(dialect.openSequelize());
    defineModels(bound, sequelize);
    return sequelize;
  }

  if (config.dialect !== 'sqlite') connect();
  return {
    ...{ name: config.dialect, models: bound, statements },
    /** Loaded when it is first read, except on a server. */
    get sequelize() {
      return connect();
    },
    syntax: dialect.syntax,
    procedures: mapFaults(dialect.procedures),
    isInPlace: dialect.isInPlace,
    withMigrationLock: dialect.withMigrationLock,
    async close() {
      await close();
      await sequelize?.close();
    },
  };
}

async function openDialect(config: DatabaseConfig, statementSeconds: number): Promise<Dialect> {
  if (config.dialect === 'sqlite') return openSqlite(config);
  const server = { ...config, statementSeconds };
  if (config.dialect === 'mysql')
    return (await import('./dialects/mysql/open-mysql.ts')).openMysql(server);
  return (await import('./dialects/postgres/open-postgres.ts')).openPostgres(server);
}

/** Gives the queries of models and migrations the retries and the errors of other statements. */
function guardQueries(sequelize: Sequelize): Sequelize {
  const query = sequelize.query.bind(sequelize) as Query;
  const guarded: Query = (sql, options) => {
    const run = () => query(sql, options);
    // A transaction is retried as a whole, not query by query.
    return (options?.transaction ? run() : retryContention(run)).catch(throwDatabaseFault);
  };
  sequelize.query = guarded as typeof sequelize.query;
  return sequelize;
}

type Query = (sql: unknown, options?: { readonly transaction?: unknown }) => Promise<unknown>;

type Functions = Readonly<Record<string, (...parameters: never[]) => Promise<unknown>>>;

/** The same functions, whose errors say what is wrong with the database. */
function mapFaults<F extends Functions>(functions: F): F {
  const mapped = Object.entries(functions).map(([name, call]) => [
    name,
    (...parameters: never[]) => call(...parameters).catch(throwDatabaseFault),
  ]);
  return Object.fromEntries(mapped) as F;
}

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

/** Called after each call of the database, with the name of the operation. */
type CallObserver = (operation: string, seconds: number) => void;

/** Opens the configured database with its models, without migrating it. The caller closes it. */
export async function openDatabase(
  config: DatabaseConfig,
  { statementSeconds = STATEMENT_SECONDS } = {},
) {
  const dialect = await openDialect(config, statementSeconds);
  const { close, ...others } = dialect.statements;
  let observe: CallObserver = () => {};
  const note: CallObserver = (operation, seconds) => observe(operation, seconds);
  const statements: Statements = { ...wrapAll(others, note), close };
  const bound = bindModels(models, { statements, connect });
  let sequelize: Sequelize | undefined;

  function connect(): Sequelize {
    if (sequelize) return sequelize;
    sequelize = guardQueries(dialect.openSequelize(), note);
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
    procedures: wrapAll(dialect.procedures, note),
    isInPlace: dialect.isInPlace,
    withMigrationLock: dialect.withMigrationLock,
    /** Has each later call measured: statements by their verb, procedures by name, and queries of models as `query`. */
    observeCalls(observer: CallObserver): void {
      observe = observer;
    },
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
function guardQueries(sequelize: Sequelize, note: CallObserver): Sequelize {
  const query = sequelize.query.bind(sequelize) as Query;
  const guarded: Query = (sql, options) => {
    const run = () => query(sql, options);
    // A transaction is retried as a whole, not query by query.
    return watch('query', options?.transaction ? run() : retryContention(run), note);
  };
  sequelize.query = guarded as typeof sequelize.query;
  return sequelize;
}

type Query = (sql: unknown, options?: { readonly transaction?: unknown }) => Promise<unknown>;

type Functions = Readonly<Record<string, (...parameters: never[]) => Promise<unknown>>>;

/** The same functions, measured, whose errors say what is wrong with the database. */
function wrapAll<F extends Functions>(functions: F, note: CallObserver): F {
  const wrapped = Object.entries(functions).map(([name, call]) => [
    name,
    (...parameters: never[]) => watch(name, call(...parameters), note),
  ]);
  return Object.fromEntries(wrapped) as F;
}

/** The result of a call that has just begun. */
function watch<T>(operation: string, call: Promise<T>, note: CallObserver): Promise<T> {
  const startedAt = performance.now();
  const end = () => note(operation, (performance.now() - startedAt) / 1000);
  return call.then(
    (result) => {
      end();
      return result;
    },
    (error: unknown) => {
      end();
      return throwDatabaseFault(error);
    },
  );
}

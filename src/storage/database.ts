import type { Sequelize } from 'sequelize';
import type { DatabaseConfig } from '../../config/config.ts';
import { throwDatabaseFault } from './database-fault.ts';
import type { Dialect } from './dialects/contract.ts';
import { retryContention } from './dialects/retry-contention.ts';
import { openSqlite } from './dialects/sqlite/open-sqlite.ts';
import { models } from './models/all-models.ts';
import type { Procedures } from './procedures.ts';
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
  const statements = mapFaults(dialect.statements);
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
    procedures: mapFaultsOf(dialect.procedures),
    isInPlace: dialect.isInPlace,
    withMigrationLock: dialect.withMigrationLock,
    async close() {
      await dialect.statements.close();
      await sequelize?.close();
    },
  };
}

async function openDialect(config: DatabaseConfig, statementSeconds: number): Promise<Dialect> {
  if (config.dialect === 'sqlite') return openSqlite(config);
  const server = { ...config, statementSeconds };
  if (config.dialect === 'mysql') return (await import('./dialects/mysql.ts')).openMysql(server);
  return (await import('./dialects/postgres.ts')).openPostgres(server);
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

function mapFaults(statements: Statements): Statements {
  const { select, change, insert, insertAll, transact, close } = statements;
  return {
    select: (sql, values) => select(sql, values).catch(throwDatabaseFault),
    change: (sql, values) => change(sql, values).catch(throwDatabaseFault),
    insert: (sql, values) => insert(sql, values).catch(throwDatabaseFault),
    insertAll: (rows) => insertAll(rows).catch(throwDatabaseFault),
    transact: (steps) => transact(steps).catch(throwDatabaseFault),
    close,
  };
}

function mapFaultsOf(procedures: Procedures): Procedures {
  const { countEvents, openVerification, acceptDelivery, verify, refundEvents } = procedures;
  return {
    countEvents: (call) => countEvents(call).catch(throwDatabaseFault),
    openVerification: (call) => openVerification(call).catch(throwDatabaseFault),
    acceptDelivery: (call) => acceptDelivery(call).catch(throwDatabaseFault),
    verify: (call) => verify(call).catch(throwDatabaseFault),
    refundEvents: (hits, now) => refundEvents(hits, now).catch(throwDatabaseFault),
  };
}

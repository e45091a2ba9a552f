import type { DatabaseConfig } from '../../config/config.ts';
import { throwDatabaseFault } from './database-fault.ts';
import type { Dialect } from './dialects/contract.ts';
import { openMysql } from './dialects/mysql.ts';
import { openPostgres } from './dialects/postgres.ts';
import { openSqlite } from './dialects/sqlite.ts';
import { defineActivityLog } from './models/activity-log.ts';
import { defineDelivery } from './models/delivery.ts';
import { defineOTPLog } from './models/otp-log.ts';
import { defineSession } from './models/session.ts';
import type { Statements } from './statement.ts';

export type Database = Awaited<ReturnType<typeof openDatabase>>;

/** How long one statement of a request may take. */
const STATEMENT_SECONDS = 5;

/** Opens the configured database with its models; migrates nothing. The caller closes it. */
export async function openDatabase(
  config: DatabaseConfig,
  { statementSeconds = STATEMENT_SECONDS } = {},
) {
  const dialect = await openDialect(config, statementSeconds);
  const { sequelize } = dialect;
  return {
    name: config.dialect,
    sequelize,
    models: {
      Session: defineSession(sequelize),
      ActivityLog: defineActivityLog(sequelize),
      OTPLog: defineOTPLog(sequelize),
      Delivery: defineDelivery(sequelize),
    },
    statements: failClosed(dialect.statements),
    consume: (...call: Parameters<Dialect['consume']>) =>
      dialect.consume(...call).catch(throwDatabaseFault),
    isInPlace: dialect.isInPlace,
    withMigrationLock: dialect.withMigrationLock,
    async close() {
      await dialect.statements.close();
      await sequelize.close();
    },
  };
}

function openDialect(config: DatabaseConfig, statementSeconds: number): Promise<Dialect> {
  if (config.dialect === 'sqlite') return openSqlite(config);
  const open = config.dialect === 'mysql' ? openMysql : openPostgres;
  return open({ ...config, statementSeconds });
}

function failClosed({ select, change, insert, transact, close }: Statements): Statements {
  return {
    select: (sql, values) => select(sql, values).catch(throwDatabaseFault),
    change: (sql, values) => change(sql, values).catch(throwDatabaseFault),
    insert: (sql, values) => insert(sql, values).catch(throwDatabaseFault),
    transact: (steps) => transact(steps).catch(throwDatabaseFault),
    close,
  };
}

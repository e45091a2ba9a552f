import { Sequelize } from 'sequelize';
import type { Dialect } from '../contract.ts';
import { poolOptions, type ServerConfig, SILENCE_SECONDS, tlsOptions } from '../server-config.ts';
import { createServerPool } from '../server-pool.ts';
import { createServerStatements } from '../server-statements.ts';
import { postgresSyntax } from '../syntax.ts';
import { createPostgresDriver } from './driver.ts';
import { createPostgresProcedures } from './procedures.ts';

/** An arbitrary number that other programs on this database are unlikely to use. */
const MIGRATION_LOCK = 7_283_946_501;

export async function openPostgres(config: ServerConfig): Promise<Dialect> {
  const sequelize = new Sequelize({
    ...poolOptions(config),
    dialect: 'postgres',
    dialectOptions: {
      application_name: 'waverify',
      connectionTimeoutMillis: 5000,
      statement_timeout: config.statementSeconds * 1000,
      query_timeout: (config.statementSeconds + SILENCE_SECONDS) * 1000,
      keepAlive: true,
      ...tlsOptions(config),
    },
  });
  const pool = createServerPool(sequelize, createPostgresDriver());
  return {
    openSequelize: () => sequelize,
    statements: createServerStatements(pool, {
      ignoreConflict: 'ON CONFLICT DO NOTHING',
      isConflict: () => false,
    }),
    syntax: postgresSyntax,
    procedures: createPostgresProcedures(pool),
    isInPlace: async () => true,
    withMigrationLock: (task) =>
      sequelize.transaction(async (transaction) => {
        const options = { transaction, bind: [MIGRATION_LOCK] };
        await sequelize.query('SELECT pg_advisory_xact_lock($1)', options);
        return task();
      }),
  };
}

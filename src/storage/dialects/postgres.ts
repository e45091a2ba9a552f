import { QueryTypes, Sequelize } from 'sequelize';
import type { Row, Value } from '../statement.ts';
import { consumeByUpsert } from './consume-by-upsert.ts';
import type { Dialect } from './contract.ts';
import { retryContention } from './retry-contention.ts';
import { poolOptions, type ServerConfig, SILENCE_SECONDS, tlsOptions } from './server-config.ts';
import { type Consume, createServerProcedures } from './server-procedures.ts';
import { createServerStatements } from './server-statements.ts';
import { postgresSyntax } from './syntax.ts';

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
  const statements = createServerStatements({
    sequelize,
    encode,
    translate: (sql) => sql,
    ignoreConflict: 'ON CONFLICT DO NOTHING',
  });
  const consume: Consume = (hits, now) =>
    retryContention(() =>
      sequelize.transaction((transaction) =>
        consumeByUpsert(
          (sql, values) =>
            sequelize.query<Row>(sql, {
              transaction,
              bind: values.map(encode),
              type: QueryTypes.SELECT,
            }),
          hits,
          now,
        ),
      ),
    );
  return {
    openSequelize: () => sequelize,
    statements,
    syntax: postgresSyntax,
    procedures: createServerProcedures({ statements, consume }),
    isInPlace: async () => true,
    withMigrationLock: (task) =>
      sequelize.transaction(async (transaction) => {
        const options = { transaction, bind: [MIGRATION_LOCK] };
        await sequelize.query('SELECT pg_advisory_xact_lock($1)', options);
        return task();
      }),
  };
}

function encode(value: Value): string | number | null {
  return value instanceof Date ? value.toISOString() : value;
}

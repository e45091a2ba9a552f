import { QueryTypes, Sequelize, UniqueConstraintError } from 'sequelize';
import type { Row, Value } from '../statement.ts';
import type { Dialect } from './contract.ts';
import type { ServerConfig } from './server-config.ts';
import { poolOptions } from './server-config.ts';
import { createServerStatements, retryContention } from './server-statements.ts';
import { upsertClaims } from './upsert-claims.ts';

/** Any number that no other program on this database would choose. */
const MIGRATION_LOCK = 7_283_946_501;

export async function openPostgres(config: ServerConfig): Promise<Dialect> {
  const sequelize = new Sequelize({
    ...poolOptions(config),
    dialect: 'postgres',
    dialectOptions: {
      application_name: 'waverify',
      connectionTimeoutMillis: 5000,
      statement_timeout: 5000,
      query_timeout: 8000,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
    },
  });
  return {
    sequelize,
    statements: createServerStatements({ sequelize, encode, spell: (sql) => sql }),
    claim: (claims, now) =>
      retryContention(async () => {
        const { sql, values } = upsertClaims(claims, now);
        const rows = await sequelize.query<Row>(sql, {
          bind: values.map(encode),
          type: QueryTypes.SELECT,
        });
        return rows.map((row) => ({
          key: String(row['limitKey']),
          points: Number(row['points']),
          resetsAt: Number(row['resetsAt']),
        }));
      }),
    withMigrationLock: (task) =>
      sequelize.transaction(async (transaction) => {
        const options = { transaction, bind: [MIGRATION_LOCK] };
        await sequelize.query('SELECT pg_advisory_xact_lock($1)', options);
        return task();
      }),
    isUniqueViolation: (error) => error instanceof UniqueConstraintError,
  };
}

function encode(value: Value): string | number | null {
  return value instanceof Date ? value.toISOString() : value;
}

import { connect, isIP, type Socket } from 'node:net';
import { QueryTypes, Sequelize, type Transaction } from 'sequelize';
import { findFaultCode } from '../../fault-reason.ts';
import type { Row } from '../../statement.ts';
import type { Dialect } from '../contract.ts';
import { poolOptions, type ServerConfig, SILENCE_SECONDS, tlsOptions } from '../server-config.ts';
import { createServerPool } from '../server-pool.ts';
import { createServerStatements } from '../server-statements.ts';
import { mysqlSyntax } from '../syntax.ts';
import { createMysqlDriver } from './driver.ts';
import { createMysqlProcedures } from './procedures.ts';

const LOCK_WAIT_SECONDS = 60;

/**
 * How many prepared statements a connection keeps. The server has a limit for all connections together
 * (`max_prepared_stmt_count`, 16382 by default), which 80 full connections stay below; mysql2 would keep 16000 for each.
 */
export const MOST_PREPARED = 200;

/** Named locks apply to the whole server; ours is for one database. */
const LOCK_NAME = `CONCAT('waverify-', LEFT(SHA1(DATABASE()), 16))`;

type Session = {
  promise(): { query(sql: string): Promise<unknown> };
  readonly stream: Socket;
};

/** MariaDB and MySQL. */
export async function openMysql(config: ServerConfig): Promise<Dialect> {
  const sequelize = new Sequelize({
    ...poolOptions(config),
    dialect: 'mysql',
    timezone: '+00:00',
    // FOUND_ROWS: an UPDATE returns how many rows met its guard, even if no value changed.
    dialectOptions: {
      connectTimeout: 5000,
      supportBigNumbers: true,
      maxPreparedStatements: MOST_PREPARED,
      flags: ['FOUND_ROWS'],
      ...verifyingOptions(config),
    },
    hooks: {
      afterConnect: (connection) => setUpSession(connection as Session, config.statementSeconds),
    },
  });

  const pool = createServerPool(sequelize, createMysqlDriver());
  const statements = createServerStatements(pool, {
    ignoreConflict: '',
    isConflict: (error) => findFaultCode(error) === 'ER_DUP_ENTRY',
  });
  return {
    openSequelize: () => sequelize,
    statements,
    syntax: mysqlSyntax,
    procedures: createMysqlProcedures(statements),
    isInPlace: async () => true,
    withMigrationLock: (task) =>
      sequelize.transaction((transaction) => lockAndRun(transaction, task)),
  };

  async function lockAndRun<T>(transaction: Transaction, task: () => Promise<T>): Promise<T> {
    const [answer] = await sequelize.query<Row>(
      `SELECT GET_LOCK(${LOCK_NAME}, ${LOCK_WAIT_SECONDS}) AS got`,
      { transaction, type: QueryTypes.SELECT },
    );
    if (Number(answer?.['got']) !== 1)
      throw new Error('Another process is migrating this database');
    try {
      return await task();
    } finally {
      await sequelize.query(`SELECT RELEASE_LOCK(${LOCK_NAME})`, { transaction });
    }
  }
}

/**
 * mysql2 expects a certificate for `localhost` when the host is an IP address. With a dot at the end,
 * mysql2 no longer takes it for an address, and Node removes the dot before it compares the names.
 */
function verifyingOptions(config: ServerConfig) {
  const { host, port, tls } = config;
  const options = tlsOptions(config);
  if (!options.ssl) return options;
  const ssl = { ...options.ssl, verifyIdentity: tls?.mode === 'verify-full' };
  if (!ssl.verifyIdentity || isIP(host) === 0) return { ssl };
  return { ssl, host: `${host}.`, stream: () => connect({ host, port }) };
}

async function setUpSession(connection: Session, statementSeconds: number): Promise<void> {
  // The driver waits forever for a server that stops responding; the pool replaces closed connections.
  const { stream } = connection;
  stream.setTimeout((statementSeconds + SILENCE_SECONDS) * 1000, () => stream.destroy());
  const session = connection.promise();
  // Guards select their rows exactly, so gap locks would only add deadlocks.
  await session.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  // Two waits fit into the time limit of a statement. A caller that waits longer gets a retryable error.
  await session.query('SET SESSION innodb_lock_wait_timeout = 2');
  // In seconds on MariaDB; MySQL has another name for it, in milliseconds.
  await session
    .query(`SET SESSION max_statement_time = ${statementSeconds}`)
    .catch(() => session.query(`SET SESSION max_execution_time = ${statementSeconds * 1000}`));
}

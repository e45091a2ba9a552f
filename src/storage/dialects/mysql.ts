import type { Socket } from 'node:net';
import { QueryTypes, Sequelize, type Transaction } from 'sequelize';
import { toCounter } from '../counter-row.ts';
import { placeholders, type Row, toSqlTime, type Value } from '../statement.ts';
import type { ClaimOutcome, Counter, CounterClaim, Dialect } from './contract.ts';
import { poolOptions, type ServerConfig, SILENCE_SECONDS } from './server-config.ts';
import { createServerStatements, retryContention } from './server-statements.ts';

const LOCK_WAIT_SECONDS = 60;

/** Locks are known to the whole server; ours is for one database. */
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
    // FOUND_ROWS: an UPDATE tells how many rows met its guard, also when it changed nothing.
    dialectOptions: { connectTimeout: 5000, supportBigNumbers: true, flags: ['FOUND_ROWS'] },
    hooks: {
      afterConnect: (connection) => setUpSession(connection as Session, config.statementSeconds),
    },
  });

  return {
    sequelize,
    statements: createServerStatements({ sequelize, encode, spell, unlessTaken: '' }),
    claim: (claims, now) =>
      retryContention(() =>
        sequelize.transaction((transaction) => claimWithin(transaction, claims, now)),
      ),
    withMigrationLock: (task) =>
      sequelize.transaction((transaction) => lockAndRun(transaction, task)),
  };

  /**
   * MySQL has no RETURNING and no WHERE in an upsert: the first statement locks the rows (making
   * them where they are missing), so that reading and counting behind it are one step.
   */
  async function claimWithin(
    transaction: Transaction,
    claims: readonly CounterClaim[],
    now: number,
  ): Promise<ClaimOutcome> {
    const values = claims.map((_, i) => `(${placeholders(3, 3 * i + 1)})`).join(', ');
    await sequelize.query(
      `INSERT INTO rate_limits (limitKey, points, resetsAt) VALUES ${values}
       ON DUPLICATE KEY UPDATE points = points`,
      { transaction, bind: claims.flatMap(({ key }) => [key, 0, 0]) },
    );
    const rows = await sequelize.query<Row>(
      `SELECT limitKey, points, resetsAt FROM rate_limits
       WHERE limitKey IN (${placeholders(claims.length)}) FOR UPDATE`,
      { transaction, bind: claims.map(({ key }) => key), type: QueryTypes.SELECT },
    );
    const byKey = new Map(rows.map((row) => [String(row['limitKey']), toCounter(row)]));
    const full = claims.flatMap(({ key, max }) => {
      const counter = byKey.get(key);
      return counter && counter.resetsAt > now && counter.points >= max ? [counter] : [];
    });
    if (full.length > 0) return { counters: [], full };
    const counters = claims.map((claim) => count(claim, byKey.get(claim.key), now));
    await writeCounters(transaction, counters);
    return { counters, full: [] };
  }

  async function writeCounters(transaction: Transaction, counters: readonly Counter[]) {
    const rows = counters.map((_, i) => `(${placeholders(3, 3 * i + 1)})`).join(', ');
    await sequelize.query(
      `INSERT INTO rate_limits (limitKey, points, resetsAt) VALUES ${rows}
       ON DUPLICATE KEY UPDATE points = VALUES(points), resetsAt = VALUES(resetsAt)`,
      {
        transaction,
        bind: counters.flatMap(({ key, points, resetsAt }) => [key, points, resetsAt]),
      },
    );
  }

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

/** The counter after one more claim; its window begins anew when the last one is over. */
function count(
  { key, resetsAt }: CounterClaim,
  counter: Counter | undefined,
  now: number,
): Counter {
  return counter && counter.resetsAt > now
    ? { ...counter, points: counter.points + 1 }
    : { key, points: 1, resetsAt };
}

async function setUpSession(connection: Session, statementSeconds: number): Promise<void> {
  // The driver waits for ever for a server that has fallen silent; the pool replaces what is closed.
  const { stream } = connection;
  stream.setTimeout((statementSeconds + SILENCE_SECONDS) * 1000, () => stream.destroy());
  const session = connection.promise();
  // Guards name their rows, so gap locks would only add deadlocks.
  await session.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  // Twice is within what one statement may take; whoever waits longer is told to come again.
  await session.query('SET SESSION innodb_lock_wait_timeout = 2');
  // Seconds on MariaDB; MySQL knows another name, in milliseconds.
  await session
    .query(`SET SESSION max_statement_time = ${statementSeconds}`)
    .catch(() => session.query(`SET SESSION max_execution_time = ${statementSeconds * 1000}`));
}

function spell(sql: string): string {
  return sql.replaceAll('"', '`');
}

function encode(value: Value): string | number | null {
  return value instanceof Date ? toSqlTime(value) : value;
}

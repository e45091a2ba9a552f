import type { Database } from '../../../src/storage/database.ts';
import type { Row } from '../../../src/storage/statement.ts';
import { captureStatements, type Executed, explain } from './query-plans.ts';

/** PostgreSQL may sort so many rows. */
const FEW = 100;

/** A database that remembers what was read last, so that a test can ask how it was found. */
export function watchReads(database: Database) {
  const { database: watched, take } = captureStatements(database);
  let asked: Executed | undefined;

  /** How the database would run what was asked last. */
  async function explainLast(): Promise<Row[]> {
    asked = take().findLast(({ sql }) => sql.startsWith('SELECT')) ?? asked;
    if (!asked) throw new Error('nothing was read');
    return explain(database, asked);
  }

  /** What of that walks a table, and not an index. */
  async function findWalks(): Promise<Row[]> {
    return (await explainLast()).filter((row) => isWalk(database.name, row));
  }

  /** What of that reads or sorts more than a page needs. */
  async function findFaults(): Promise<Row[]> {
    const { name } = database;
    return (await explainLast()).filter((row) => isWalk(name, row) || isSort(name, row));
  }

  /** What of that says which index is used. */
  async function findUses(index: string): Promise<Row[]> {
    return (await explainLast()).filter((row) => textOf(row).includes(index));
  }

  return { database: watched, findWalks, findFaults, findUses };
}

function isWalk(dialect: Database['name'], row: Row): boolean {
  if (dialect === 'mysql') return row['type'] === 'ALL';
  const walk = dialect === 'sqlite' ? /(^| )SCAN .*(?<!USING INDEX \w+)$/ : /Seq Scan/;
  return walk.test(textOf(row));
}

function isSort(dialect: Database['name'], row: Row): boolean {
  if (dialect === 'sqlite') return textOf(row).includes('TEMP B-TREE');
  if (dialect === 'mysql') return textOf(row).includes('filesort');
  // For few rows PostgreSQL sorts what the index found; over the table it must not.
  const [, sorted = 0] = /(?<!Incremental )Sort {2}.* rows=(\d+)/.exec(textOf(row)) ?? [];
  return Number(sorted) > FEW;
}

function textOf(row: Row): string {
  return Object.values(row).join(' ');
}

/**
 * Has the database look at its tables, as MySQL and PostgreSQL do by themselves. SQLite does not, and
 * chooses without having looked.
 */
export async function lookAtTables(database: Database, tables: readonly string[]): Promise<void> {
  if (database.name === 'sqlite') return;
  const verb = database.name === 'mysql' ? 'ANALYZE TABLE' : 'ANALYZE';
  await database.sequelize.query(`${verb} ${tables.join(', ')}`);
}

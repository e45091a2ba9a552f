import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import sqlite3 from 'sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openConnection } from '../../../../src/storage/dialects/sqlite/connection.ts';
import { createStatementCache } from '../../../../src/storage/dialects/sqlite/statement-cache.ts';

const MOST = 3;
const CALLS = 200;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waverify-statements-'));
  file = join(folder, 'database.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(opened)));
  });
}

const close = (database: sqlite3.Database) =>
  new Promise<Error | null>((resolve) => database.close(resolve));

const read = (statement: sqlite3.Statement, values: readonly number[]) =>
  new Promise<number>((resolve, reject) => {
    statement.all<{ n: number }>(values, (error, [row]) =>
      error ? reject(error) : resolve(row?.n ?? Number.NaN),
    );
  });

it('keeps so many statements, and each call gets its answer, however many are dropped meanwhile', async () => {
  const database = await open();
  const cache = createStatementCache(database, MOST);
  const answers = await Promise.all(
    Array.from({ length: CALLS }, (_, n) =>
      cache.use(`SELECT $1 + ${n % 20} AS "n"`, (statement) => read(statement, [n])),
    ),
  );
  expect(answers).toEqual(Array.from({ length: CALLS }, (_, n) => n + (n % 20)));
  expect(cache.count()).toBe(MOST);
  await cache.close();
  // SQLite refuses to close a database with statements that are not finalized.
  expect(await close(database)).toBeNull();
});

it('keeps a statement usable for a call that takes longer than its place lasts', async () => {
  const database = await open();
  const cache = createStatementCache(database, MOST);
  const slow = cache.use('SELECT $1 AS "n"', async (statement) => {
    await pause(50);
    return read(statement, [7]);
  });
  for (let n = 0; n < 2 * MOST; n += 1) {
    await cache.use(`SELECT $1 + ${n} AS "n"`, (statement) => read(statement, [n]));
  }
  expect(await slow).toBe(7);
  await cache.close();
  await expect.poll(() => close(database)).toBeNull();
});

it('does not keep what cannot be prepared', async () => {
  const database = await open();
  const cache = createStatementCache(database, MOST);
  const ask = () => cache.use('SELECT "nothing" FROM "nowhere"', (one) => read(one, []));
  await expect(ask()).rejects.toThrow('no such table');
  expect(cache.count()).toBe(0);
  await expect(ask()).rejects.toThrow('no such table');
  await cache.close();
  expect(await close(database)).toBeNull();
});

it('lets a connection run more statements than it keeps, and close', async () => {
  const connection = await openConnection(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE);
  await connection.exec('CREATE TABLE "t" ("n" INTEGER)');
  for (let n = 0; n < 1200; n += 1) {
    expect(await connection.run(`INSERT INTO "t" VALUES ($1 + ${n})`, [1])).toBe(1);
  }
  expect(await connection.all('SELECT COUNT(*) AS "rows" FROM "t"', [])).toEqual([{ rows: 1200 }]);
  await connection.close();
});

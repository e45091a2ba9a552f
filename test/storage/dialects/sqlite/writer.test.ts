import { setTimeout as pause } from 'node:timers/promises';
import sqlite3 from 'sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openConnection,
  type SqliteConnection,
} from '../../../../src/storage/dialects/sqlite/connection.ts';
import { createWriter } from '../../../../src/storage/dialects/sqlite/writer.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';

const READ_WRITE = sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE;

describe('the SQLite writer', () => {
  let testDatabase: TestDatabase;
  let file: string;
  let writing: SqliteConnection;
  let reading: SqliteConnection;
  let writer: ReturnType<typeof createWriter>;

  beforeEach(async () => {
    testDatabase = await createTestDatabase('sqlite');
    file = testDatabase.url.slice('sqlite:'.length);
    writing = await openConnection(file, READ_WRITE);
    await writing.exec('PRAGMA journal_mode = WAL');
    await writing.exec('CREATE TABLE "notes" ("id" INTEGER PRIMARY KEY, "text" TEXT UNIQUE)');
    reading = await openConnection(file, sqlite3.OPEN_READONLY);
    writer = createWriter(writing);
  });
  afterEach(async () => {
    await writer.settle();
    await Promise.all([reading.close(), writing.close()]);
    await testDatabase.drop();
  });

  const insert = (text: string) =>
    writer.write((connection) =>
      connection.run('INSERT INTO "notes" ("text") VALUES ($1)', [text]),
    );
  const insertWhole = (texts: readonly string[]) =>
    writer.writeWhole(async (connection) => {
      for (const text of texts) {
        await connection.run('INSERT INTO "notes" ("text") VALUES ($1)', [text]);
      }
    });
  const read = async () =>
    (await reading.all('SELECT "text" FROM "notes" ORDER BY "id"', [])).map((row) => row['text']);
  const insertAll = (texts: readonly string[]) => Promise.allSettled(texts.map(insert));
  const texts = (count: number) => Array.from({ length: count }, (_, index) => `text ${index}`);

  it('C14: loses none of 200 concurrent writes, and refuses none', async () => {
    const results = await insertAll(texts(200));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await read()).toEqual(texts(200));
  });

  it('shows a reader each write that it acknowledged', async () => {
    const seen = texts(150).map(async (text) => {
      await insert(text);
      return (await read()).includes(text);
    });
    expect(new Set(await Promise.all(seen))).toEqual(new Set([true]));
  });

  it('lets a write that breaks a constraint fail alone', async () => {
    await insert('taken');
    const results = await insertAll(['one', 'taken', 'two', 'two', 'three']);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await read()).toEqual(['taken', 'one', 'two', 'three']);
  });

  it.each([
    ['alone', 0],
    ['among others', 3],
  ])('undoes a write of several statements as a whole when one fails, %s', async (_, others) => {
    await insert('taken');
    const neighbours = texts(others);
    const before = neighbours.map(insert);
    const failing = insertWhole(['first', 'second', 'taken', 'third']);
    const after = neighbours.map((text) => insert(`after ${text}`));
    const whole = insertWhole(['whole', 'again']);
    await expect(failing).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' });
    await Promise.all([...before, ...after, whole]);
    const expected = ['taken', ...neighbours, ...neighbours.map((text) => `after ${text}`)];
    expect(await read()).toEqual([...expected, 'whole', 'again']);
  });

  it('shows a reader nothing of a write of several statements before all of it', async () => {
    const seen = new Set<number>();
    const writing = Promise.all(texts(30).map((text) => insertWhole([text, `${text} again`])));
    for (let i = 0; i < 100; i += 1) seen.add((await read()).length % 2);
    await writing;
    expect([...seen]).toEqual([0]);
    expect(await read()).toHaveLength(60);
  });

  it('C13: waits for another process that writes for a moment', async () => {
    const other = await openConnection(file, READ_WRITE);
    await other.exec('BEGIN IMMEDIATE');
    const results = insertAll(texts(20));
    await pause(300);
    await other.exec('COMMIT');
    expect((await results).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await read()).toHaveLength(20);
    await other.close();
  });

  it('C15: acknowledges nothing that a full disk did not take, and goes on when there is room', async () => {
    await insert('before');
    await writing.exec('PRAGMA max_page_count = 6');
    const long = texts(200).map((text) => text.padEnd(1000, '.'));
    const results = await insertAll(long);
    const acknowledged = long.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(acknowledged.length).toBeLessThan(200);
    expect(await read()).toEqual(['before', ...acknowledged]);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'SQLITE_FULL' });
    }
    await writing.exec('PRAGMA max_page_count = 1000000');
    await insert('after');
    expect(await read()).toContain('after');
    expect(await reading.all('PRAGMA integrity_check', [])).toEqual([{ integrity_check: 'ok' }]);
  });

  it('C15: leaves no half of a write of several statements when the disk is full', async () => {
    await insert('before');
    await writing.exec('PRAGMA max_page_count = 20');
    const pairs = texts(60).map((text) =>
      [text, `${text} again`].map((one) => one.padEnd(900, '.')),
    );
    const results = await Promise.allSettled(pairs.map(insertWhole));
    const acknowledged = pairs.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(acknowledged.length).toBeLessThan(60);
    expect(await read()).toEqual(['before', ...acknowledged.flat()]);
    await writing.exec('PRAGMA max_page_count = 1000000');
    await insertWhole(['one', 'two']);
    expect((await read()).slice(-2)).toEqual(['one', 'two']);
    expect(await reading.all('PRAGMA integrity_check', [])).toEqual([{ integrity_check: 'ok' }]);
  });

  it('reports a statement that cannot be prepared, and prepares it anew', {
    timeout: 3000,
  }, async () => {
    const other = await openConnection(file, READ_WRITE);
    const late = () => other.run('INSERT INTO "late" ("id") VALUES (1)', []);
    await expect(late()).rejects.toThrow('no such table');
    await writing.exec('CREATE TABLE "late" ("id" INTEGER)');
    expect(await late()).toBe(1);
    await other.close();
  });

  it('settles when everything that waited is written', async () => {
    const results = insertAll(texts(50));
    await writer.settle();
    expect(await read()).toHaveLength(50);
    await results;
  });
});

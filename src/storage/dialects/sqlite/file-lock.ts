import { hostname } from 'node:os';
import sqlite3 from 'sqlite3';
import { openConnection, type SqliteConnection } from './connection.ts';

/** The process that holds a lock, as stored in the lock file. */
export type Holder = { readonly pid: number; readonly host: string; readonly startedAt: number };

export type FileLock =
  | { readonly isHeld: true; release(): Promise<void> }
  | { readonly isHeld: false; readonly holder: Holder | undefined };

/**
 * Takes a lock that the operating system releases when this process ends for any reason. The lock is
 * an open write transaction on a small SQLite file. Other processes can still read from that file which
 * process holds the lock. Waits at most `waitMs`.
 */
export async function takeFileLock(file: string, waitMs: number): Promise<FileLock> {
  const connection = await openConnection(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE);
  try {
    await connection.exec(`PRAGMA busy_timeout = ${Math.ceil(waitMs)}`);
    await writeHolder(connection);
    // Until this transaction ends, no other process gets this far.
    await connection.exec('BEGIN IMMEDIATE');
    return { isHeld: true, release: () => connection.close() };
  } catch (error) {
    const holder = await readHolder(connection).catch(() => undefined);
    await connection.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    return { isHeld: false, holder };
  }
}

/** Identifies this process by its number, its host and the time of its start. */
export function thisProcess(): Holder {
  return { pid: process.pid, host: hostname(), startedAt: performance.timeOrigin };
}

async function writeHolder(connection: SqliteConnection): Promise<void> {
  await connection.exec('BEGIN IMMEDIATE');
  await connection.exec('CREATE TABLE IF NOT EXISTS holder (pid, host, startedAt)');
  await connection.exec('DELETE FROM holder');
  const { pid, host, startedAt } = thisProcess();
  await connection.run('INSERT INTO holder VALUES ($1, $2, $3)', [pid, host, startedAt]);
  await connection.exec('COMMIT');
}

async function readHolder(connection: SqliteConnection): Promise<Holder | undefined> {
  const [row] = await connection.all('SELECT pid, host, startedAt FROM holder', []);
  return (
    row && {
      pid: Number(row['pid']),
      host: String(row['host']),
      startedAt: Number(row['startedAt']),
    }
  );
}

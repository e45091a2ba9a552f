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
  /** Whether this process has written its name. The holder is then unknown: another process was faster with its lock. */
  let isNamed = false;
  try {
    await connection.exec(`PRAGMA busy_timeout = ${Math.ceil(waitMs)}`);
    do {
      await writeHolder(connection);
      isNamed = true;
      // Until this transaction ends, no other process gets this far.
      await connection.exec('BEGIN IMMEDIATE');
    } while (!(await isStillNamed(connection)));
    return { isHeld: true, release: () => connection.close() };
  } catch (error) {
    const holder = isNamed ? undefined : await readOther(connection).catch(() => undefined);
    await connection.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    return { isHeld: false, holder };
  }
}

/** Reads who holds the lock. What this connection has written and could not commit must not be taken for that. */
async function readOther(connection: SqliteConnection): Promise<Holder | undefined> {
  await connection.exec('ROLLBACK').catch(() => {}); // There may be no transaction.
  return readHolder(connection);
}

/** Whether the file names this process, and not one that wrote its name before the lock was taken. If not, unlocks it. */
async function isStillNamed(connection: SqliteConnection): Promise<boolean> {
  if (isThisProcess(await readHolder(connection))) return true;
  await connection.exec('ROLLBACK');
  return false;
}

export function isThisProcess(holder: Holder | undefined): boolean {
  const { pid, host, startedAt } = thisProcess();
  return holder?.pid === pid && holder.host === host && holder.startedAt === startedAt;
}

/** Identifies this process by its number, its host and the time of its start. */
function thisProcess(): Holder {
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

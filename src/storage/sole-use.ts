import { realpathSync } from 'node:fs';
import type { DatabaseConfig } from '../../config/config.ts';
import { isProcessDead } from '../lib/process-identity.ts';
import { openDatabase } from './database.ts';
import { toNotOpen } from './describe-open-fault.ts';
import { type Holder, takeFileLock, thisProcess } from './dialects/sqlite/file-lock.ts';
import { createDatabaseFile } from './dialects/sqlite/create-database-file.ts';
import { findFaultCode } from './fault-reason.ts';
import { createNodeStore, type Node } from './operations/node-store.ts';

export type SoleUse = { release(): Promise<void> };

/** A process that is being replaced gets this long to let go. */
const WAIT_MS = 2500;

const NOTHING_HELD: SoleUse = { release: async () => {} };

/**
 * Keeps other processes from serving an SQLite file until it is released or this process ends. A
 * database server is for many nodes: there it does nothing.
 * @throws when another process has the file, and names it.
 */
export async function claimSoleUse(config: DatabaseConfig): Promise<SoleUse> {
  if (config.dialect !== 'sqlite') return NOTHING_HELD;
  const { file, first } = await tryLock(config).catch((error: unknown) => {
    throw toNotOpen(config, error);
  });
  if (first.isHeld) return first;
  // Within one process several nodes may share a file: the operating system sees them as one.
  if (isThisProcess(first.holder)) return NOTHING_HELD;
  const lock = await takeFileLock(file, WAIT_MS);
  if (lock.isHeld) return lock;
  const { holder } = lock;
  const who = holder ? `process ${holder.pid} on host ${holder.host}` : 'another process';
  throw new Error(
    `The database ${config.storage} is already in use by ${who}. An SQLite file serves one process ` +
      'at a time: stop that one first, or use MySQL, MariaDB or PostgreSQL for several.',
  );
}

async function tryLock({ storage }: { readonly storage: string }) {
  createDatabaseFile(storage);
  const file = `${realpathSync(storage)}-lock`;
  return { file, first: await takeFileLock(file, 0) };
}

function isThisProcess(holder: Holder | undefined): boolean {
  const { pid, host, startedAt } = thisProcess();
  return holder?.pid === pid && holder.host === host && holder.startedAt === startedAt;
}

/** How long a node that is not seen may still be there: it says so every two seconds. */
const ABSENT_AFTER_MS = 20_000;

/**
 * As `claimSoleUse`, for what must not happen while any node serves the database.
 * @throws when one does, and names it.
 */
export async function claimAlone(config: DatabaseConfig): Promise<SoleUse> {
  if (config.dialect === 'sqlite') return claimSoleUse(config);
  const [node] = await findNodes(config);
  if (!node) return NOTHING_HELD;
  throw new Error(
    `The database ${config.database} is in use by process ${node.processId} on host ${node.host}. ` +
      'Stop every Waverify on it first.',
  );
}

async function findNodes(config: DatabaseConfig): Promise<Node[]> {
  const database = await openDatabase(config);
  try {
    const seen = await createNodeStore(database).findSeen(new Date(Date.now() - ABSENT_AFTER_MS));
    return seen.filter((node) => !isProcessDead(node.process));
  } catch (error) {
    if (NO_SUCH_TABLE.has(findFaultCode(error) ?? '')) return []; // Nothing ever served it.
    throw toNotOpen(config, error);
  } finally {
    await database.close();
  }
}

const NO_SUCH_TABLE = new Set(['42P01', 'ER_NO_SUCH_TABLE']);

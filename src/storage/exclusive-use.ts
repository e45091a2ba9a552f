import { realpathSync } from 'node:fs';
import type { DatabaseConfig } from '../../config/config.ts';
import { isProcessDead } from '../lib/process-identity.ts';
import { openDatabase } from './database.ts';
import { describeOpenFault } from './describe-open-fault.ts';
import { createDatabaseFile } from './dialects/sqlite/create-database-file.ts';
import { isThisProcess, takeFileLock } from './dialects/sqlite/file-lock.ts';
import { findFaultCode } from './fault-reason.ts';
import { createNodeStore, type Node } from './operations/node-store.ts';

export type ExclusiveUse = { release(): Promise<void> };

/** A process that is being replaced has this much time to release the file. */
const WAIT_MS = 2500;

const NOTHING_HELD: ExclusiveUse = { release: async () => {} };

/**
 * Prevents other processes from serving an SQLite file until the use is released or this process ends.
 * On a database server, which many nodes may share, it does nothing.
 * @throws when another process uses the file; the message names that process.
 */
export async function acquireExclusiveUse(config: DatabaseConfig): Promise<ExclusiveUse> {
  if (config.dialect !== 'sqlite') return NOTHING_HELD;
  const { file, first } = await tryLock(config).catch((error: unknown) => {
    throw describeOpenFault(config, error);
  });
  if (first.isHeld) return first;
  // Several nodes in one process can share a file, because the lock belongs to the process.
  if (isThisProcess(first.holder)) return NOTHING_HELD;
  const lock = await takeFileLock(file, WAIT_MS);
  if (lock.isHeld) return lock;
  const { holder } = lock;
  if (isThisProcess(holder)) return NOTHING_HELD;
  const who = holder ? `process ${holder.pid} on host ${holder.host}` : 'another process';
  throw new Error(
    `The database ${config.storage} is already in use by ${who}. An SQLite file serves one process ` +
      'at a time. Stop the other process, or use MySQL, MariaDB or PostgreSQL to run several.',
  );
}

async function tryLock({ storage }: { readonly storage: string }) {
  createDatabaseFile(storage);
  const file = `${realpathSync(storage)}-lock`;
  return { file, first: await takeFileLock(file, 0) };
}

/** A node reports every two seconds. If it has not done so for this long, it is gone. */
const ABSENT_AFTER_MS = 20_000;

/**
 * Like `acquireExclusiveUse`, for work that must not happen while any node serves the database.
 * @throws when a node serves it; the message names that node.
 */
export async function acquireOfflineUse(config: DatabaseConfig): Promise<ExclusiveUse> {
  if (config.dialect === 'sqlite') return acquireExclusiveUse(config);
  const [node] = await findNodes(config);
  if (!node) return NOTHING_HELD;
  throw new Error(
    `The database ${config.database} is in use by process ${node.processId} on host ${node.host}. ` +
      'Stop every Waverify process that uses it first.',
  );
}

async function findNodes(config: DatabaseConfig): Promise<Node[]> {
  const database = await openDatabase(config);
  try {
    const seen = await createNodeStore(database).findSeen(new Date(Date.now() - ABSENT_AFTER_MS));
    return seen.filter((node) => !isProcessDead(node.process));
  } catch (error) {
    if (NO_SUCH_TABLE.has(findFaultCode(error) ?? '')) return []; // No node has ever served it.
    throw describeOpenFault(config, error);
  } finally {
    await database.close();
  }
}

const NO_SUCH_TABLE = new Set(['42P01', 'ER_NO_SUCH_TABLE']);

import { setMaxListeners } from 'node:events';
import type { Database } from '../../storage/database.ts';
import type { WriteProbe } from './write-probe.ts';

type Dependencies = {
  readonly database: Database;
  readonly probe: Pick<WriteProbe, 'isWritable'>;
  /** The names of all migrations that this code knows. */
  readonly migrations: readonly string[];
};

export type HealthService = ReturnType<typeof createHealthService>;

const TIMEOUT_MS = 2000;

export function createHealthService({ database, probe, migrations }: Dependencies) {
  const draining = new AbortController();
  setMaxListeners(0, draining.signal); // Each open event stream adds a listener.

  /** Whether the database responds within two seconds. */
  async function isDatabaseUp(): Promise<boolean> {
    const answer = database.statements.select('SELECT 1 AS one', []).then(
      () => true,
      () => false,
    );
    return Promise.race([answer, afterTimeout()]);
  }

  /** Whether the database can be read and written. */
  async function readDatabase() {
    const isUp = await isDatabaseUp();
    const isWritable = isUp && (await Promise.race([probe.isWritable(), afterTimeout()]));
    return { database: toWord(isUp), writes: toWord(isWritable), isUsable: isWritable };
  }

  /** Whether this node can take requests, and if not, why. */
  async function readReadiness() {
    const { database: readable, writes, isUsable } = await readDatabase();
    const pending = readable === 'up' ? await findPendingMigrations() : [];
    return {
      isReady: isUsable && pending.length === 0 && !isDraining(),
      database: readable,
      writes,
      pendingMigrations: pending,
      isDraining: isDraining(),
    };
  }

  function isDraining(): boolean {
    return draining.signal.aborted;
  }

  async function findPendingMigrations(): Promise<string[]> {
    const rows = await database.statements.select('SELECT "name" FROM "SequelizeMeta"', []);
    const done = new Set(rows.map((row) => row['name']));
    return migrations.filter((name) => !done.has(name));
  }

  return {
    readDatabase,
    readReadiness,
    isDraining,
    /** Aborts when the node starts draining, so that long-running requests end. */
    draining: draining.signal,
    /** Makes the node report that it is not ready, so that load balancers stop sending requests. */
    startDraining() {
      draining.abort();
    },
  };
}

function toWord(isUp: boolean): 'up' | 'down' {
  return isUp ? 'up' : 'down';
}

function afterTimeout(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), TIMEOUT_MS).unref();
  });
}

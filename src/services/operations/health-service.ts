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

const PATIENCE_MS = 2000;

export function createHealthService({ database, probe, migrations }: Dependencies) {
  const draining = new AbortController();
  setMaxListeners(0, draining.signal); // Every open stream of events listens.

  /** Whether the database answers within two seconds. */
  async function isDatabaseUp(): Promise<boolean> {
    const answer = database.statements.select('SELECT 1 AS one', []).then(
      () => true,
      () => false,
    );
    return Promise.race([answer, afterPatience()]);
  }

  /** Whether the database can be read, and written to. */
  async function readDatabase() {
    const isUp = await isDatabaseUp();
    const isWritable = isUp && (await Promise.race([probe.isWritable(), afterPatience()]));
    return { database: toWord(isUp), writes: toWord(isWritable), isUsable: isWritable };
  }

  /** Whether this node should be sent requests, and why not. */
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
    /** Aborts when the node begins to drain: what would go on for long ends then. */
    draining: draining.signal,
    /** From now on the node asks to be left alone. */
    startDraining() {
      draining.abort();
    },
  };
}

function toWord(isUp: boolean): 'up' | 'down' {
  return isUp ? 'up' : 'down';
}

function afterPatience(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MS).unref();
  });
}

import { setMaxListeners } from 'node:events';
import type { Database } from '../../storage/database.ts';

type Dependencies = {
  readonly database: Database;
  /** The names of all migrations that this code knows. */
  readonly migrations: readonly string[];
};

export type HealthService = ReturnType<typeof createHealthService>;

const PATIENCE_MS = 2000;

export function createHealthService({ database, migrations }: Dependencies) {
  const draining = new AbortController();
  setMaxListeners(0, draining.signal); // Every open stream of events listens.

  /** Whether the database answers within two seconds. */
  async function isDatabaseUp(): Promise<boolean> {
    const probe = database.statements.select('SELECT 1 AS one', []).then(
      () => true,
      () => false,
    );
    return Promise.race([probe, afterPatience()]);
  }

  /** Whether this node should be sent requests, and why not. */
  async function readReadiness() {
    const isUp = await isDatabaseUp();
    const pending = isUp ? await findPendingMigrations() : [];
    return {
      isReady: isUp && pending.length === 0 && !isDraining(),
      database: isUp ? ('up' as const) : ('down' as const),
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
    isDatabaseUp,
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

function afterPatience(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MS).unref();
  });
}

import type { Database } from '../../storage/database.ts';

type Dependencies = {
  readonly database: Database;
  /** Names of migrations that this code knows and the database has not run. */
  readonly pendingMigrations: () => Promise<readonly string[]>;
};

export type HealthService = ReturnType<typeof createHealthService>;

const PATIENCE_MS = 2000;

export function createHealthService({ database, pendingMigrations }: Dependencies) {
  let isDraining = false;

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
    const pending = isUp ? await pendingMigrations() : [];
    return {
      isReady: isUp && pending.length === 0 && !isDraining,
      database: isUp ? ('up' as const) : ('down' as const),
      pendingMigrations: pending,
      isDraining,
    };
  }

  return {
    isDatabaseUp,
    readReadiness,
    isDraining: () => isDraining,
    /** From now on the node asks to be left alone. */
    startDraining() {
      isDraining = true;
    },
  };
}

function afterPatience(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MS).unref();
  });
}

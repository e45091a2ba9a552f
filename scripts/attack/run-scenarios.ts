import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withCpuTime } from '../../bench/cpu-time.ts';
import { measureForeignCores } from '../../bench/foreign-load.ts';
import { createServerKeeper, type ServerKeeper } from '../../bench/support/server-keeper.ts';
import { createTestDatabase, type DialectName } from '../../test/support/database/databases.ts';
import { type HonestResult, runHonestLoad } from './honest/honest-load.ts';
import { runAttacker } from './start-attacker.ts';
import type { Spoils } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** The honest load without any attack. */
export const ALONE = 'alone';

export type ScenarioResult = {
  readonly scenario: string;
  readonly honest: HonestResult;
  readonly spoils: Spoils | undefined;
  readonly seconds: number;
  /** Cores that the server used on average. */
  readonly serverCores: number | undefined;
  /** Cores that programs outside this run used meanwhile. */
  readonly foreignCores: number | undefined;
};

export type Plan = {
  readonly scenarios: readonly string[];
  readonly seconds: number;
  readonly dialect: DialectName;
  /** Honest logins per second. */
  readonly rate: number;
  readonly isHashLight: boolean;
};

/** Runs the scenarios one after another, each with its own service and database, and cleans up. */
export async function runScenarios(plan: Plan): Promise<readonly ScenarioResult[]> {
  const directory = await mkdtemp(join(tmpdir(), 'waverify-attack-'));
  const servers = createServerKeeper(directory);
  const drops = new Set<() => Promise<void>>();
  const cleanUp = async () => {
    await servers.stopAll();
    for (const drop of drops) await drop();
    drops.clear();
    await rm(directory, { recursive: true, force: true });
  };
  const onSignal = () => void cleanUp().finally(() => process.exit(1));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const results: ScenarioResult[] = [];
  try {
    for (const scenario of plan.scenarios) {
      console.error(`Running ${scenario} for ${plan.seconds} s ...`);
      const database = await createTestDatabase(plan.dialect);
      drops.add(database.drop);
      results.push(await runOne(servers, { ...plan, scenario, url: database.url }));
      await database.drop();
      drops.delete(database.drop);
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await cleanUp();
  }
  return results;
}

type One = Omit<Plan, 'scenarios'> & { readonly scenario: string; readonly url: string };

async function runOne(servers: ServerKeeper, one: One): Promise<ScenarioResult> {
  const { result, foreignCores } = await measureForeignCores(async () => {
    const world = await startWorld(servers, one);
    const startedAt = performance.now();
    const { result: both, cpuMicros } = await withCpuTime(world.server.pid, () =>
      runBoth(world, one),
    );
    const micros = (performance.now() - startedAt) * 1000;
    // The foreign load counts children as ours only once they have ended.
    await servers.stopAll();
    return { ...both, serverCores: cpuMicros === undefined ? undefined : cpuMicros / micros };
  });
  const { scenario, seconds } = one;
  return { scenario, seconds, ...result, foreignCores };
}

async function runBoth(world: World, { scenario, seconds, rate }: One) {
  const { server, sink, shopKeys, leakedKey, hostileKey, knownEmails } = world;
  const { origin } = server;
  const target = {
    origin,
    seconds,
    honestRate: rate,
    shopKeys,
    leakedKey,
    hostileKey,
    knownEmails,
  };
  const [honest, spoils] = await Promise.all([
    runHonestLoad({ origin, sink, shopKeys, seconds, rate }),
    scenario === ALONE ? undefined : runAttacker({ attack: scenario, target }),
  ]);
  return { honest, spoils };
}

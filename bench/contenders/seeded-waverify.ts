import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { startWaverify } from './waverify.ts';

const SEED = fileURLToPath(new URL('../../scripts/seed-history.ts', import.meta.url));
const LOADER = fileURLToPath(import.meta.resolve('tsx'));

/** The rows to generate, by the options of scripts/seed-history.ts. */
type Amount = {
  readonly activity: number;
  readonly otp: number;
  readonly expiring?: number;
  readonly accounts?: number;
  readonly sessions?: number;
  readonly counters?: number;
  readonly chats?: number;
  readonly messages?: number;
};

/** Starts Waverify on a database that already has this many rows. @throws if seeding fails. */
export async function startSeededWaverify(
  bench: Bench,
  amount: Amount,
  settings: Readonly<Record<string, string>> = {},
) {
  const path = await seedDatabase(bench, amount);
  return startWaverify(bench, { ...settings, DB_SQLITE_PATH: path });
}

/**
 * Creates a database with this many rows, and returns its path. Without `SECRET_KEY` in `env`, what is encrypted in it
 * cannot be read. @throws if seeding fails.
 */
export async function seedDatabase(
  bench: Bench,
  amounts: Amount,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = bench.drawPath();
  const args = Object.entries(amounts).flatMap(([name, count]) => [`--${name}`, String(count)]);
  const child = spawn(process.execPath, ['--import', LOADER, SEED, ...args], {
    // It creates its own secrets in the working directory, which the run deletes.
    cwd: dirname(path),
    env: { PATH: process.env['PATH'], DB_SQLITE_PATH: path, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`seed-history ended with ${code}`);
  return path;
}

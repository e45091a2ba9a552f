import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { startWaverify } from './waverify.ts';

const SEED = fileURLToPath(new URL('../../scripts/seed-history.ts', import.meta.url));
const LOADER = fileURLToPath(import.meta.resolve('tsx'));

type Amount = { readonly activity: number; readonly otp: number; readonly expiring?: number };

/** Starts Waverify on a database that already has this many rows. @throws if seeding fails. */
export async function startSeededWaverify(
  bench: Bench,
  { activity, otp, expiring = 0 }: Amount,
  settings: Readonly<Record<string, string>> = {},
) {
  const path = bench.drawPath();
  const amounts = { activity, otp, expiring };
  const args = Object.entries(amounts).flatMap(([name, count]) => [`--${name}`, String(count)]);
  const child = spawn(process.execPath, ['--import', LOADER, SEED, ...args], {
    // It creates its own secrets in the working directory, which the run deletes.
    cwd: dirname(path),
    env: { PATH: process.env['PATH'], DB_SQLITE_PATH: path },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`seed-history ended with ${code}`);
  return startWaverify(bench, { ...settings, DB_SQLITE_PATH: path });
}

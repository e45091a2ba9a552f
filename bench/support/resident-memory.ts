import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from './server-keeper.ts';

/** V8 returns pages some time after a collection, and some only after a second one. */
const COLLECTIONS = 3;
const GIVE_BACK_MS = 1000;

/** The environment of a program whose garbage collection can be triggered from here. */
export const COLLECTING = {
  NODE_OPTIONS: `--import=${new URL('./collect-garbage.mjs', import.meta.url).href}`,
};

/** The resident memory of a program in megabytes. @throws without /proc. */
export async function readResidentMb({ name, pid }: RunningServer): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes === undefined) throw new Error(`The memory of ${name} is not to be read here`);
  return (Number(kilobytes) * 1024) / 1e6;
}

/** Triggers a garbage collection in a program that was started with `COLLECTING`. */
export async function collectGarbage({ pid }: RunningServer): Promise<void> {
  for (let count = 0; count < COLLECTIONS; count += 1) {
    process.kill(pid, 'SIGUSR2');
    await pause(GIVE_BACK_MS);
  }
}

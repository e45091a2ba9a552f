import { readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** proc_stat(5): idle and iowait are the time in which a core was idle. */
const IDLE = 3;
const IOWAIT = 4;
const STEAL = 7;

/** proc_pid_stat(5), counted from the field after the name: our own time and that of our ended children. */
const OWN_TICKS = [11, 12, 13, 14];

/**
 * Runs a task and measures how many cores other processes, and the host of a virtual machine, used
 * meanwhile. Children of this process must have ended by then, because only then does their time count
 * as ours. `foreignCores` is undefined without /proc.
 */
export async function measureForeignCores<T>(
  task: () => Promise<T>,
): Promise<{ readonly result: T; readonly foreignCores: number | undefined }> {
  const before = await readForeignSeconds();
  const startedAt = performance.now();
  const result = await task();
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await readForeignSeconds();
  if (before === undefined || after === undefined) return { result, foreignCores: undefined };
  return { result, foreignCores: Math.max(0, (after - before) / seconds) };
}

async function readForeignSeconds(): Promise<number | undefined> {
  const machine = await readFields('/proc/stat', (text) =>
    text.split('\n')[0]?.slice('cpu'.length),
  );
  const own = await readFields('/proc/self/stat', (text) => text.slice(text.lastIndexOf(')') + 2));
  if (!machine || !own) return undefined;
  const busy = machine
    .slice(0, STEAL + 1)
    .filter((_, field) => field !== IDLE && field !== IOWAIT)
    .reduce((sum, ticks) => sum + ticks, 0);
  const ours = OWN_TICKS.reduce((sum, field) => sum + (own[field] ?? 0), 0);
  return (busy - ours) / TICKS_PER_SECOND;
}

async function readFields(
  path: string,
  pick: (text: string) => string | undefined,
): Promise<readonly number[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : pick(text)?.trim().split(/\s+/).map(Number);
}

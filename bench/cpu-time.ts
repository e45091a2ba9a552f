import { readFile } from 'node:fs/promises';

/** Linux counts processor time for user space in hundredths of a second, whatever the kernel's HZ. */
const MICROSECONDS_PER_TICK = 10_000;

/** Where proc_pid_stat(5) has utime and stime, counted from the field after the command's name. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/**
 * Processor time that a process with all its threads has used, in microseconds. It is steadier than
 * a rate while others use the machine. `undefined` where there is no /proc.
 */
export async function readCpuMicros(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields) return undefined;
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * MICROSECONDS_PER_TICK;
}

/** Runs a task and tells how much processor time a process used meanwhile. */
export async function withCpuTime<T>(
  pid: number,
  task: () => Promise<T>,
): Promise<{ readonly result: T; readonly cpuMicros: number | undefined }> {
  const before = await readCpuMicros(pid);
  const result = await task();
  const after = await readCpuMicros(pid);
  const isKnown = before !== undefined && after !== undefined;
  return { result, cpuMicros: isKnown ? after - before : undefined };
}

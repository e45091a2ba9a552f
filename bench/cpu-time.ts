import { readFile } from 'node:fs/promises';

/** Linux reports processor time in hundredths of a second, whatever the kernel's HZ is. */
const MICROSECONDS_PER_TICK = 10_000;

/** The positions of utime and stime in proc_pid_stat(5), counted from the field after the command name. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/**
 * The processor time that a process and its threads have used, in microseconds. It varies less than a rate
 * while other programs use the machine. Undefined without /proc.
 */
export async function readCpuMicros(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields) return undefined;
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * MICROSECONDS_PER_TICK;
}

/** Runs a task and measures how much processor time a process uses meanwhile. */
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

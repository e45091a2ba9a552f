import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

const BOOT_HEX_DIGITS = 11;

/**
 * A name for one owner of leases: at most 36 characters, unlike every other. On Linux it also tells
 * the boot, the process namespace, the process and its start, by which `isProcessDead` knows the dead.
 */
export function createOwnerId(): string {
  const machine = readMachine();
  const startedAt = readStart(process.pid);
  if (!machine || !startedAt) return `?.${randomBytes(12).toString('hex')}`;
  return [machine, process.pid.toString(36), startedAt, shorten(randomBytes(3))].join('.');
}

/**
 * Whether the process that drew `owner` is dead for sure: it ran in this very process namespace of
 * this boot, and is there no more. Of another machine or container nothing is known.
 */
export function isProcessDead(owner: string): boolean {
  const [machine, pidText = '', startedAt] = owner.split('.');
  if (machine !== readMachine()) return false;
  const pid = Number.parseInt(pidText, 36);
  if (!(pid > 0)) return false;
  if (!isRunning(pid)) return true;
  // The number may have been given to another process since.
  const start = readStart(pid);
  return start !== undefined && start !== startedAt;
}

/** The kernel knows also of processes that this user may not see or signal (EPERM). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Boot and process namespace; undefined where /proc is not there or shows another namespace. */
function readMachine(): string | undefined {
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').replaceAll('-', '');
    const namespace = Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]);
    return (
      Number.parseInt(boot.slice(0, BOOT_HEX_DIGITS), 16).toString(36) + namespace.toString(36)
    );
  } catch {
    return undefined;
  }
}

/** When a process began, in ticks since the boot; undefined when that cannot be seen. */
function readStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22 of proc_pid_stat(5); the second field is a name in brackets that may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[19]).toString(36);
  } catch {
    return undefined;
  }
}

function shorten(bytes: Buffer): string {
  return bytes.readUIntBE(0, bytes.length).toString(36);
}

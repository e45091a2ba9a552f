import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

const BOOT_HEX_DIGITS = 11;

/**
 * A unique name for an owner of leases, of at most 36 characters. On Linux it includes the boot, the process
 * namespace, the process and its start time, which `isProcessDead` checks.
 */
export function createOwnerId(): string {
  const machine = readMachine();
  const startedAt = readStart(process.pid);
  if (!machine || !startedAt) return `?.${randomBytes(12).toString('hex')}`;
  return [machine, process.pid.toString(36), startedAt, shorten(randomBytes(3))].join('.');
}

/**
 * Whether the process that created `owner` is certainly dead: it ran in this process namespace since this
 * boot, and no longer exists. Nothing is known about other machines or containers.
 */
export function isProcessDead(owner: string): boolean {
  const [machine, pidText = '', startedAt] = owner.split('.');
  if (machine !== readMachine()) return false;
  const pid = Number.parseInt(pidText, 36);
  if (!(pid > 0)) return false;
  if (!isRunning(pid)) return true;
  // The pid may have been reused since.
  const start = readStart(pid);
  return start !== undefined && start !== startedAt;
}

/** The kernel also reports processes that this user may not see or signal (EPERM). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Boot and process namespace; undefined if /proc is missing or shows another namespace. */
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

/** When a process started, in ticks since the boot; undefined if that is not visible. */
function readStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22 of proc_pid_stat(5); the second field is a name in brackets that may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[19]).toString(36);
  } catch {
    return undefined;
  }
}

function shorten(bytes: Buffer): string {
  return bytes.readUIntBE(0, bytes.length).toString(36);
}

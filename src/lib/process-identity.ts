import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** Names this process among all of this machine's boot, so that another can tell when it is gone. */
type Place = { readonly machine: string; readonly pid: number; readonly startedAt: string };

/**
 * A name for one owner of leases: at most 36 characters, unlike every other. On Linux it also tells
 * the boot, the process namespace, the process and its start, by which `isGone` knows the dead.
 */
export function drawOwnerName(): string {
  const place = readPlace(process.pid);
  const random = randomBytes(4).toString('hex');
  if (!place) return `?.${random}.${randomBytes(8).toString('hex')}`;
  return [place.machine, place.pid.toString(36), place.startedAt, random].join('.');
}

/**
 * Whether the process that drew `owner` is dead for sure: it ran in this very process namespace of
 * this boot, and is there no more. Of another machine or container nothing is known.
 */
export function isGone(owner: string): boolean {
  const [machine, pid = '', startedAt] = owner.split('.');
  const here = readPlace(process.pid);
  if (!here || machine !== here.machine) return false;
  return readPlace(Number.parseInt(pid, 36))?.startedAt !== startedAt;
}

/** Undefined when there is no such process, or no /proc that could tell. */
function readPlace(pid: number): Place | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 6);
    const namespace = Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]).toString(36);
    const startedAt = readStartTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return { machine: `${boot}${namespace}`, pid, startedAt };
  } catch {
    return undefined;
  }
}

/** Field 22 of proc_pid_stat(5); the second field is a name in brackets that may hold anything. */
function readStartTicks(stat: string): string {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[19]).toString(36);
}

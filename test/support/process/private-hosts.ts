import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Gives the program that follows its own `/etc/hosts` and `/etc/resolv.conf`, and runs it. */
const SCRIPT =
  'mount --bind "$0" /etc/hosts && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';

/** Whether a process can have host names of its own here: that takes Linux, and its administrator. */
export const hasPrivateHosts =
  spawnSync('unshare', ['--mount', 'true'], { stdio: 'ignore' }).status === 0;

/** One sentence about host names that cannot be changed, or nothing. */
export function describeMissingHosts(): string | undefined {
  return hasPrivateHosts
    ? undefined
    : 'Skipped, because unshare is not allowed here: the tests of DNS that is gone';
}

/** Host names for a process of its own, in files of `folder`. All others are asked of a server that is not there. */
export function createPrivateHosts(folder: string) {
  const [hosts, resolver] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
  // No DNS server listens there.
  writeFileSync(resolver, 'nameserver 127.0.0.53\noptions timeout:1 attempts:1\n');
  /** Makes these names known, with the loopback address, and no others. */
  const know = (...names: readonly string[]) =>
    writeFileSync(hosts, names.map((name) => `127.0.0.1 ${name}\n`).join(''));
  know();
  return { know, under: ['unshare', '--mount', 'sh', '-c', SCRIPT, hosts, resolver] };
}

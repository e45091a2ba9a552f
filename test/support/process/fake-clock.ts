import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's package `faketime` puts it. */
const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** Whether the clock of a process can be set here. */
export const hasFakeClock = library !== undefined;

/** One sentence about clocks that cannot be set, or nothing. */
export function describeMissingClock(): string | undefined {
  return hasFakeClock
    ? undefined
    : 'Skipped, because there is no libfaketime: the tests of clocks that jump';
}

/** A clock for a process of its own, in a file of `folder`. Timers and durations stay those of the machine. */
export function createFakeClock(folder: string) {
  const file = join(folder, 'clock');
  /** Sets the clock to so many seconds after that of the machine, or before it. */
  const set = (seconds: number) =>
    writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
  set(0);
  const env = {
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
  return { env, set };
}

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BLOCK = Buffer.alloc(4096);

/** Mounts a disk of `kib` KiB that a test can fill; undefined where this user may not mount. */
export function mountSmallDisk(kib: number) {
  const folder = mkdtempSync(join(tmpdir(), 'waverify-disk-'));
  const filler = join(folder, 'filler');
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder];
    execFileSync('mount', options, { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  return {
    folder,
    /** Takes every block that is left. */
    fill() {
      const file = openSync(filler, 'w');
      try {
        while (writeSync(file, BLOCK) === BLOCK.length);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    unmount() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whether this user may mount at all. */
export function canMount(): boolean {
  const disk = mountSmallDisk(64);
  disk?.unmount();
  return disk !== undefined;
}

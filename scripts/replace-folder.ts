import { renameSync, rmSync } from 'node:fs';

/** More than builds that end at the same moment. */
const MOST_TRIES = 20;

/**
 * Puts the folder `next` in the place of `folder`, which may exist and is then deleted. A process that opens a file in
 * it finds all of the old or all of the new, and for an instant neither. Several processes may do this at once: the
 * folder of the last one stays.
 */
export function replaceFolder(folder: string, next: string): void {
  const previous = `${next}-previous`;
  for (let attempt = 1; ; attempt += 1) {
    rmSync(previous, { recursive: true, force: true });
    moveIfThere(folder, previous);
    try {
      renameSync(next, folder);
      break;
    } catch (error) {
      // Another process put its folder there in between.
      if (attempt === MOST_TRIES || !isOccupied(error)) throw error;
    }
  }
  rmSync(previous, { recursive: true, force: true });
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function isOccupied(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
}

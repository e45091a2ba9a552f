import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes an empty SQLite file, for its owner alone, where there is none. */
export function createDatabaseFile(storage: string): void {
  makeFolder(dirname(storage));
  // Never opened when it is there: closing a file ends every lock that this process has on it.
  if (existsSync(storage)) return;
  // Phone numbers lie in it. SQLite gives the files beside it the same mode.
  closeSync(openSync(storage, 'a', 0o600));
}

/** One folder at a time: where nothing can be made, `recursive` hides the reason or tries for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // Another process was quicker.
  }
}

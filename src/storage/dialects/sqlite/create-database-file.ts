import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates an empty SQLite file that only its owner can read, unless it exists. */
export function createDatabaseFile(storage: string): void {
  makeFolder(dirname(storage));
  // An existing file must not be opened: closing it would end every lock that this process has on it.
  if (existsSync(storage)) return;
  // It will contain phone numbers. SQLite gives its other files the same mode.
  closeSync(openSync(storage, 'a', 0o600));
}

/** Creates one folder at a time: where that is impossible, `recursive` hides the reason or never ends. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // Another process created it first.
  }
}

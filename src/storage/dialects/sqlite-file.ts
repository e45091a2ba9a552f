import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes an empty SQLite file, for its owner alone, where there is none. */
export function createFile(storage: string): void {
  mkdirSync(dirname(storage), { recursive: true, mode: 0o700 });
  // Never opened when it is there: closing a file ends every lock that this process has on it.
  if (existsSync(storage)) return;
  // Phone numbers lie in it. SQLite gives the files beside it the same mode.
  closeSync(openSync(storage, 'a', 0o600));
}

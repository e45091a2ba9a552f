// A process that takes the use of an SQLite file whenever it is told a file and a time, prints whether it has it, and
// keeps it until it reads the next line.
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { acquireExclusiveUse, type ExclusiveUse } from '../../../src/storage/exclusive-use.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

let use: ExclusiveUse | undefined;

print('ready');
for await (const line of createInterface({ input: process.stdin })) {
  await use?.release();
  const [file = '', at = ''] = line.split(' ');
  use = file === 'release' ? undefined : await acquire(file, Number(at));
  print(use ? 'held' : 'not held');
}

/** Asks for the file at that millisecond, as the other processes do. */
async function acquire(storage: string, at: number): Promise<ExclusiveUse | undefined> {
  await pause(Math.max(0, at - Date.now() - 5));
  while (Date.now() < at);
  return acquireExclusiveUse({ dialect: 'sqlite', storage }).catch(() => undefined);
}

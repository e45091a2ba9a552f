// A process that takes the use of an SQLite file in each round, at the same moment as others, and prints whether it has it.
import { setTimeout as pause } from 'node:timers/promises';
import { acquireExclusiveUse } from '../../../src/storage/exclusive-use.ts';

const [, , storage = '', firstAt = '', rounds = ''] = process.argv;

/** Much longer than a process waits for one that is letting go. */
const ROUND_MS = 4500;

for (let round = 0; round < Number(rounds); round += 1) {
  const file = `${storage}-${round}`;
  const at = Number(firstAt) + round * ROUND_MS;
  await pause(at - Date.now() - 5);
  while (Date.now() < at);
  const use = await acquireExclusiveUse({ dialect: 'sqlite', storage: file }).catch(
    () => undefined,
  );
  process.stdout.write(`${round} ${use ? 'held' : 'refused'}\n`);
  await pause(at + ROUND_MS - 100 - Date.now());
  await use?.release();
}

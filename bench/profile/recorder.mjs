/**
 * Preloaded into a measured program. The first SIGUSR2 begins a recording; the second ends it and writes the CPU
 * profile of the main thread and the number of calls of each `sqlite3` function, each of which is one trip to the
 * thread pool, to the files PROFILE_FILE and COUNTS_FILE.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';

const { PROFILE_FILE, COUNTS_FILE } = process.env;
const { Database, Statement } = createRequire(import.meta.url)('sqlite3');
const session = new Session();
let counts;

for (const { name, prototype } of [Database, Statement]) {
  for (const method of ['run', 'all', 'exec'].filter((one) => one in prototype)) {
    const called = prototype[method];
    prototype[method] = function (...given) {
      if (counts) counts[`${name}.${method}`] = (counts[`${name}.${method}`] ?? 0) + 1;
      return called.apply(this, given);
    };
  }
}

async function begin() {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  counts = {};
}

async function end() {
  write(COUNTS_FILE, counts);
  counts = undefined;
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  write(PROFILE_FILE, profile);
}

/** Renamed when it is complete, so that a reader never finds half of a file. */
function write(file, content) {
  writeFileSync(`${file}.part`, JSON.stringify(content));
  renameSync(`${file}.part`, file);
}

process.on('SIGUSR2', () => void (counts ? end() : begin()));

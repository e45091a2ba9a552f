import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figure } from './bench.ts';
import { startCodeSink } from './code-sink.ts';
import { pairsOverBetterAuth } from './figures/pairs-over-better-auth.ts';
import { refusedGuessOverVerify } from './figures/refused-guess-over-verify.ts';
import { verifyOverRawHash } from './figures/verify-over-raw-hash.ts';
import { measureForeignCores } from './foreign-load.ts';
import { createPhoneNumbers } from './phone-numbers.ts';
import { formatRows, type Row } from './report.ts';
import { createServerKeeper, type ServerKeeper } from './server-keeper.ts';

/** In the order of the table. A new figure is a file in figures/ and a line here. */
const FIGURES: readonly Figure[] = [verifyOverRawHash, pairsOverBetterAuth, refusedGuessOverVerify];

const USAGE = `npm run bench [-- FIGURE...]
  measures all figures, or those named: ${FIGURES.map(({ name }) => name).join(', ')}.
  Ends with 0 whether or not a goal is met, and with 1 when a server answers wrongly.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  if (values.help) return console.log(USAGE);
  const chosen = chooseFigures(positionals);
  if (!existsSync(new URL('../../dist/src/main.js', import.meta.url))) {
    throw new Error('There is no dist/: run npm run build first');
  }
  const directory = await mkdtemp(join(tmpdir(), 'waverify-bench-'));
  const servers = createServerKeeper(directory);
  const cleanUp = async () => {
    await servers.stopAll();
    await rm(directory, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
  }
  try {
    const rows = await measureFigures(chosen, servers, directory);
    console.log(
      `\nNode ${process.version}, ${availableParallelism()} cores, medians of the rounds\n`,
    );
    console.log(formatRows(rows));
  } finally {
    await cleanUp();
  }
}

function chooseFigures(names: readonly string[]): readonly Figure[] {
  const unknown = names.filter((name) => !FIGURES.some((figure) => figure.name === name));
  if (unknown.length > 0) throw new Error(`There is no figure ${unknown.join(', ')}\n${USAGE}`);
  return names.length === 0 ? FIGURES : FIGURES.filter(({ name }) => names.includes(name));
}

/** One figure after the other; what one has started is gone before the next begins. */
async function measureFigures(
  figures: readonly Figure[],
  servers: ServerKeeper,
  directory: string,
): Promise<readonly Row[]> {
  const phoneNumbers = createPhoneNumbers();
  const rows: Row[] = [];
  let databases = 0;
  const drawDatabasePath = () => {
    databases += 1;
    return join(directory, `${databases}.db`);
  };
  for (const { name, measure } of figures) {
    console.error(`${name} ...`);
    const { result, foreignCores } = await measureForeignCores(async () => {
      const sink = await startCodeSink(servers);
      const measured = await measure({ servers, sink, phoneNumbers, drawDatabasePath });
      await servers.stopAll();
      return measured;
    });
    console.error(`${name}: others used ${foreignCores} cores meanwhile`);
    rows.push(...result);
  }
  return rows;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

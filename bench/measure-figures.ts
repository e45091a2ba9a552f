import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Figure } from './bench.ts';
import { measureForeignCores } from './foreign-load.ts';
import type { MeasuredRow } from './report.ts';
import { startCodeSink } from './support/code-sink.ts';
import { createPhoneNumbers } from './support/phone-numbers.ts';
import { createServerKeeper } from './support/server-keeper.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs a task in a new bench. Stops each process that it started, and deletes each file. */
export async function withBench<T>(
  task: (bench: Bench) => Promise<T>,
  { mostRounds = Number.POSITIVE_INFINITY } = {},
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'waverify-bench-'));
  const servers = createServerKeeper(directory);
  const cleanUp = async () => {
    await servers.stopAll();
    await rm(directory, { recursive: true, force: true });
  };
  const end = () => void cleanUp().finally(() => process.exit(1));
  for (const signal of SIGNALS) process.once(signal, end);
  let paths = 0;
  const drawPath = () => {
    paths += 1;
    return join(directory, String(paths));
  };
  try {
    const sink = await startCodeSink(servers);
    return await task({ servers, sink, phoneNumbers: createPhoneNumbers(), mostRounds, drawPath });
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    await cleanUp();
  }
}

export type Measured = {
  readonly rows: readonly MeasuredRow[];
  /** One message for each figure that could not be measured. */
  readonly failures: readonly string[];
};

/**
 * Measures the figures one after another. Everything that one started is stopped before the next begins. A figure that
 * fails does not end the run: the others took minutes.
 */
export async function measureFigures(
  figures: readonly Figure[],
  options?: Parameters<typeof withBench>[1],
): Promise<Measured> {
  const rows: MeasuredRow[] = [];
  const failures: string[] = [];
  for (const { name, measure } of figures) {
    console.error(`Measuring ${name} ...`);
    try {
      const { result, foreignCores } = await measureForeignCores(() => withBench(measure, options));
      rows.push(...result.map((row) => ({ ...row, foreignCores })));
    } catch (error) {
      failures.push(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { rows, failures };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './bench.ts';
import { measureForeignCores } from './foreign-load.ts';
import type { MeasuredRow } from './report.ts';
import { startCodeSink } from './support/code-sink.ts';
import { createPhoneNumbers } from './support/phone-numbers.ts';
import { createServerKeeper, type ServerKeeper } from './support/server-keeper.ts';

type Place = { readonly servers: ServerKeeper; drawPath(): string };

/** Measures the figures one after another, and leaves no process and no file behind. */
export async function measureFigures(figures: readonly Figure[]): Promise<readonly MeasuredRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'waverify-bench-'));
  const servers = createServerKeeper(directory);
  const cleanUp = async () => {
    await servers.stopAll();
    await rm(directory, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
  }
  let paths = 0;
  const drawPath = () => {
    paths += 1;
    return join(directory, String(paths));
  };
  try {
    return await measureInTurn(figures, { servers, drawPath });
  } finally {
    await cleanUp();
  }
}

/** Stops everything that a figure started before the next one begins. */
async function measureInTurn(
  figures: readonly Figure[],
  place: Place,
): Promise<readonly MeasuredRow[]> {
  const phoneNumbers = createPhoneNumbers();
  const rows: MeasuredRow[] = [];
  for (const { name, measure } of figures) {
    console.error(`Measuring ${name} ...`);
    const { result, foreignCores } = await measureForeignCores(async () => {
      const sink = await startCodeSink(place.servers);
      const measured = await measure({ ...place, sink, phoneNumbers });
      await place.servers.stopAll();
      return measured;
    });
    rows.push(...result.map((row) => ({ ...row, foreignCores })));
  }
  return rows;
}

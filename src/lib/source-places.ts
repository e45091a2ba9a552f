import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/** A place in a stack trace: a file of the built program, a line and a column. */
const PLACE = /(file:[^\s()]+\.js):(\d+):(\d+)/g;

/** The folder with the files of the built program. Only these have source maps. */
const PROGRAM = new URL('../', import.meta.url).href;

/**
 * Returns a function that translates the places in a stack trace of the built program to its source. The
 * source maps are read for the first trace: `node --enable-source-maps` would keep 80 MB of them in memory.
 */
export function createSourcePlaces(program = PROGRAM): (stack: string) => string {
  const maps = new Map<string, SourceMap | undefined>();

  function readMap(file: string): SourceMap | undefined {
    if (!maps.has(file)) maps.set(file, loadMap(new URL(`${file}.map`)));
    return maps.get(file);
  }

  return (stack) =>
    stack.replaceAll(PLACE, (place, file: string, line: string, column: string) => {
      const map = file.startsWith(program) ? readMap(file) : undefined;
      const entry = map?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!entry || !('originalSource' in entry)) return place;
      const source = new URL(entry.originalSource, file);
      return `${source.href}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
}

function loadMap(file: URL): SourceMap | undefined {
  return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

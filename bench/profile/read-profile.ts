import { readFileSync } from 'node:fs';

/** The parts of a V8 CPU profile (`--cpu-prof`) that are read. Times are in microseconds. */
type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

export type Share = { readonly name: string; readonly micros: number };

const IDLE = new Set(['(idle)', '(root)']);
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)/;
const SOURCE = /dist\/src\/([^?]+)\.js/;

/** Reads how long the main thread was busy in each package or source file, and in each function. */
export function readProfile(path: string) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFile = new Map<string, number>();
  const byFunction = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const { functionName = '', url = '' } = frames.get(id) ?? {};
    if (IDLE.has(functionName)) continue;
    const micros = timeDeltas[index] ?? 0;
    const file = nameFile(functionName, url);
    add(byFile, file, micros);
    add(byFunction, `${functionName || '(anonymous)'} ${file}`, micros);
  }
  return { byFile: sortShares(byFile), byFunction: sortShares(byFunction) };
}

function nameFile(functionName: string, url: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  const [, source] = SOURCE.exec(url) ?? [];
  const [, ofPackage] = PACKAGE.exec(url) ?? [];
  return source ?? ofPackage ?? url;
}

function add(times: Map<string, number>, name: string, micros: number): void {
  times.set(name, (times.get(name) ?? 0) + micros);
}

function sortShares(times: ReadonlyMap<string, number>): readonly Share[] {
  return [...times].map(([name, micros]) => ({ name, micros })).sort((a, b) => b.micros - a.micros);
}

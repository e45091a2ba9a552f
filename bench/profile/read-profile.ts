import { readFileSync } from 'node:fs';
import { createSourcePlaces } from '../../src/lib/source-places.ts';

/** The parts of a V8 CPU profile (`--cpu-prof`) that are read. Times are in microseconds. */
type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

/** A function, with its place counted from zero. */
type CallFrame = {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
};

export type Share = { readonly name: string; readonly micros: number };

const IDLE = new Set(['(idle)', '(root)']);
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)/;
const SOURCE = /\/src\/([^?]+)\.ts:/;

const PROGRAM = new URL('../../dist/', import.meta.url).href;

/** Reads how long the main thread was busy in each package or source file, and in each function. */
export function readProfile(path: string) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const toSource = createSourcePlaces(PROGRAM);
  const byFile = new Map<string, number>();
  const byFunction = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (!frame || IDLE.has(frame.functionName)) continue;
    const { functionName } = frame;
    const micros = timeDeltas[index] ?? 0;
    const file = nameFile(frame, toSource);
    add(byFile, file, micros);
    add(byFunction, `${functionName || '(anonymous)'} ${file}`, micros);
  }
  return { byFile: sortShares(byFile), byFunction: sortShares(byFunction) };
}

function nameFile(frame: CallFrame, toSource: (place: string) => string): string {
  const { functionName, url, lineNumber, columnNumber } = frame;
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  const place = toSource(`${url}:${lineNumber + 1}:${columnNumber + 1}`);
  const [, ofPackage] = PACKAGE.exec(place) ?? [];
  const [, source] = SOURCE.exec(place) ?? [];
  return ofPackage ?? source ?? url;
}

function add(times: Map<string, number>, name: string, micros: number): void {
  times.set(name, (times.get(name) ?? 0) + micros);
}

function sortShares(times: ReadonlyMap<string, number>): readonly Share[] {
  return [...times].map(([name, micros]) => ({ name, micros })).sort((a, b) => b.micros - a.micros);
}

import { formatTable } from '../format-table.ts';
import { median } from '../statistics.ts';
import type { SoakOptions } from './options.ts';
import type { Sample } from './sampler.ts';
import { type CallKind, type Interval, latencyOf } from './soak-log.ts';

export type Counts = ReadonlyMap<string, number>;

export type SoakResult = {
  readonly options: SoakOptions;
  readonly capacity: number | undefined;
  readonly perSecond: number;
  readonly users: number;
  readonly samples: readonly Sample[];
  /** One for each sample. */
  readonly intervals: readonly Interval[];
  readonly errors: ReadonlyMap<string, number>;
  readonly webhooksLeft: number;
  /** At the start, before each step of the clock, and at the end. */
  readonly rows: readonly Counts[];
  /** The end of what the service wrote. */
  readonly serverOutput: string;
};

type Verdict = { readonly text: string; readonly isMet: boolean };

const MOST_HEAP_GROWTH_PERCENT = 5;

/** The tables of what is kept for a day. As many rows come before each step, but for chance. */
const PRUNED_TABLES = ['otp_logs', 'deliveries', 'activity_logs', 'events', 'webhook_deliveries'];
const MOST_PRUNED_GROWTH = 1.5;

/** Caches and compiled code still grow in the first ten minutes, or in the first third of a shorter run. */
const WARM_UP_SECONDS = 600;

type Goal = readonly [
  name: string,
  before: string,
  after: string,
  goal: string,
  isMet: boolean | undefined,
];

/** Formats the result, and says whether all goals are met. */
export function judgeSoak(result: SoakResult): Verdict {
  const goals = [
    ...[...judgeMemory(result), ...judgeCalls(result)],
    ...[...judgeErrors(result), ...judgePruning(result)],
  ];
  const isMet = goals.every(([, , , , met]) => met !== false);
  const lines = goals.map(([name, before, after, goal, met]) => [
    ...[name, before, after, goal],
    met === undefined ? '-' : formatMet(met),
  ]);
  const { options, users, perSecond, capacity } = result;
  const rate = `${perSecond.toFixed(1)} per second`;
  const share = capacity === undefined ? '' : `, of ${capacity.toFixed(1)} that were measured`;
  const text = [
    `\n${options.minutes} minutes on ${options.dialect}: ${users} users, ${rate}${share}.\n`,
    ...formatTable([['', 'before', 'after', 'goal', ''], ...lines]),
    '',
    ...formatTable([headRows(result), ...listRows(result)]),
    ...[...result.errors].map(([what, count]) => `${count} x ${what}`),
    ...listLoggedErrors(result),
  ].join('\n');
  return { text, isMet };
}

function formatMet(isMet: boolean): string {
  return isMet ? 'met' : 'NOT MET';
}

/** Compares the first quarter after the warm-up with the last quarter. */
function judgeMemory({ samples, options }: SoakResult): Goal[] {
  const total = options.minutes * 60;
  const warmUp = Math.min(WARM_UP_SECONDS, total / 3);
  const quarter = (total - warmUp) / 4;
  const early = samples.filter(({ seconds }) => seconds > warmUp && seconds <= warmUp + quarter);
  const late = samples.filter(({ seconds }) => seconds > total - quarter);
  const compare = (name: string, read: (sample: Sample) => number | undefined): Goal => {
    const [before, after] = [medianOf(early, read), medianOf(late, read)];
    const growth = (after / before - 1) * 100;
    const isHeap = name.startsWith('heap');
    return [
      name,
      before.toFixed(1),
      `${after.toFixed(1)} (${growth.toFixed(1)} %)`,
      isHeap ? `<= +${MOST_HEAP_GROWTH_PERCENT} %` : '-',
      // A comparison with NaN is false: without a sample, the goal is missed.
      isHeap ? growth <= MOST_HEAP_GROWTH_PERCENT : undefined,
    ];
  };
  return [
    compare('heap after a collection, MB', ({ heapMb }) => heapMb),
    compare('resident memory, MB', ({ residentMb }) => residentMb),
    compare('file descriptors', ({ descriptors }) => descriptors),
    compare('active resources of Node.js', ({ resources }) => resources),
    compare('event loop delay, p99, ms', ({ eventLoopP99Ms }) => eventLoopP99Ms),
  ];
}

function medianOf(samples: readonly Sample[], read: (sample: Sample) => number | undefined) {
  const values = samples.flatMap((sample) => read(sample) ?? []);
  return values.length === 0 ? Number.NaN : median(values);
}

/** Compares the first third with the last. */
function judgeCalls({ intervals }: SoakResult): Goal[] {
  const third = Math.max(1, Math.floor(intervals.length / 3));
  const [first, last] = [intervals.slice(0, third), intervals.slice(-third)];
  const describe = (part: readonly Interval[], kind: CallKind) => {
    const { count, p50Ms = Number.NaN, p99Ms = Number.NaN } = latencyOf(part, kind);
    return `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)} (${count})`;
  };
  return (['send', 'verify', 'console'] as const).map((kind) => [
    `${kind}, p50 / p99, ms (calls)`,
    ...([describe(first, kind), describe(last, kind), '-'] as const),
    undefined,
  ]);
}

/** Lines of the log with the level `error` or `fatal`. */
const LOGGED_ERROR = /^\{"level":[56]0,/;

function listLoggedErrors({ serverOutput }: SoakResult): readonly string[] {
  return serverOutput.split('\n').filter((line) => LOGGED_ERROR.test(line));
}

function judgeErrors(result: SoakResult): Goal[] {
  const { errors, samples, webhooksLeft } = result;
  const logged = listLoggedErrors(result).length;
  const count = [...errors.values()].reduce((sum, each) => sum + each, 0);
  const arrived = samples.reduce((sum, { webhooksArrived }) => sum + webhooksArrived, 0);
  return [
    ['unexpected responses', '-', String(count), '0', count === 0],
    ['errors at the end of the log', '-', String(logged), '0', logged === 0],
    ['events that the webhook got', '-', String(arrived), '> 0', arrived > 0],
    ['events that wait at the end', '-', String(webhooksLeft), '0', webhooksLeft === 0],
  ];
}

/** Compares the rows before the first step of the clock with those at the end, which are all rows without pruning. */
function judgePruning({ options, rows }: SoakResult): Goal[] {
  if (options.steps === 0) return [];
  const [, before, ...others] = rows;
  const after = others.at(-1);
  return PRUNED_TABLES.map((table) => {
    const [earlier, later] = [before?.get(table) ?? 0, after?.get(table) ?? 0];
    const isMet = later > 0 && later <= earlier * MOST_PRUNED_GROWTH;
    const most = `<= x ${MOST_PRUNED_GROWTH}`;
    return [`rows of ${table}`, String(earlier), String(later), most, isMet];
  });
}

function headRows({ rows }: SoakResult): string[] {
  const steps = rows.slice(1, -1).map((_, index) => `before step ${index + 1}`);
  return ['rows of', 'start', ...steps, 'end'];
}

function listRows({ rows }: SoakResult): string[][] {
  const tables = [...(rows.at(-1)?.keys() ?? [])];
  return tables
    .map((table) => ({ table, counts: rows.map((counts) => counts.get(table) ?? 0) }))
    .filter(({ counts }) => counts.some((count) => count > 0))
    .map(({ table, counts }) => [table, ...counts.map(String)]);
}

import { median } from './statistics.ts';

/** What one side of a comparison showed: one value a round. */
export type Reading = {
  readonly of: string;
  readonly values: readonly number[];
  /** Processor time of that side's process for one request (or one hash), one value a round. */
  readonly cpuMicros: readonly (number | undefined)[];
};

type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** A line of the table. The goal is for the ratio, or for our own value where there is no other. */
export type Row = {
  readonly figure: string;
  readonly unit: string;
  readonly ours: Reading;
  readonly other?: Reading;
  /** Left out where the row is there to be fair and promises nothing. */
  readonly goal?: Goal;
};

const HEADINGS = ['figure', 'ours', 'the other', 'ratio (rounds)', 'goal', '', 'CPU us/request'];

/** The table that people read; every number is the median of its rounds. */
export function formatRows(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(formatRow)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const pad = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = '', ...body] = lines.map(pad);
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [head, rule, ...body, '', ...rows.map(explainRow)].join('\n');
}

function formatRow(row: Row): string[] {
  const { figure, unit, ours, other, goal } = row;
  return [
    figure,
    `${formatNumber(median(ours.values))} ${unit}`,
    other ? `${formatNumber(median(other.values))} ${unit}` : '-',
    formatRatio(row),
    goal ? formatGoal(goal) : '-',
    goal ? judge(goal, findDecidingValue(row)) : '-',
    [ours, other].map(formatCpu).join(' | '),
  ];
}

function explainRow({ figure, ours, other }: Row): string {
  return `${figure}: ${ours.of}${other ? `, against ${other.of}` : ''}.`;
}

function findDecidingValue({ ours, other }: Row): number {
  return other ? median(ours.values) / median(other.values) : median(ours.values);
}

/** The ratio of the medians, and between what it lay in the single rounds. */
function formatRatio(row: Row): string {
  const { ours, other } = row;
  if (!other) return '-';
  const perRound = ours.values.map((value, round) => value / (other.values[round] ?? Number.NaN));
  const span = [Math.min(...perRound), Math.max(...perRound)].map(formatNumber).join('-');
  return `${formatNumber(findDecidingValue(row))} (${span})`;
}

function formatGoal(goal: Goal): string {
  return 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
}

function judge(goal: Goal, value: number): string {
  const isMet = 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
  return isMet ? 'met' : 'NOT MET';
}

function formatCpu(reading: Reading | undefined): string {
  const known = reading?.cpuMicros.filter((micros) => micros !== undefined) ?? [];
  return known.length > 0 ? formatNumber(median(known)) : '-';
}

/** Three digits are what such a measurement carries. */
function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

import { availableParallelism } from 'node:os';
import { formatTable } from './format-table.ts';
import { median } from './statistics.ts';

/** The measurements of one side of a comparison: one value per round. */
export type Reading = {
  readonly of: string;
  readonly values: readonly number[];
  /** The processor time of that side's process per request (or hash), one value per round. */
  readonly cpuMicros: readonly (number | undefined)[];
};

type Goal = { readonly atLeast: number } | { readonly atMost: number };

/**
 * A line of the table. The goal applies to the ratio or the difference, or to our own value if there is no other side.
 */
export type Row = {
  readonly figure: string;
  readonly unit: string;
  readonly ours: Reading;
  readonly other?: Reading;
  /** How our value is compared with the other: as a ratio unless stated. */
  readonly comparison?: 'ratio' | 'difference';
  /** Omitted for rows that are included for fairness only. */
  readonly goal?: Goal;
};

/** A row, and how many cores the rest of the machine used during the measurement. */
export type MeasuredRow = Row & { readonly foreignCores: number | undefined };

/** From here on, other programs have affected the numbers. */
const DISTURBING_CORES = 0.1;

const HEADINGS = [
  'figure',
  'ours',
  'the other',
  'ratio or difference (rounds)',
  'goal',
  '',
  'CPU us/request',
  'others',
];

/** Formats the table, what its rows compare, and whether the machine was quiet. */
export function formatReport(rows: readonly MeasuredRow[]): string {
  return [
    `\nNode ${process.version}, ${availableParallelism()} cores. Medians of the rounds.\n`,
    ...formatTable([HEADINGS, ...rows.map(formatRow)]),
    '',
    ...rows.map(explainRow),
    "CPU: of the measured process, ours | the other's. Others: cores used by the rest meanwhile.",
    ...(rows.some(isDisturbed)
      ? [
          `Measured with more than ${DISTURBING_CORES} cores used by others: repeat on a quiet machine.`,
        ]
      : []),
  ].join('\n');
}

function formatRow(row: MeasuredRow): string[] {
  const { figure, unit, ours, other, goal } = row;
  return [
    figure,
    `${formatNumber(median(ours.values))} ${unit}`,
    other ? `${formatNumber(median(other.values))} ${unit}` : '-',
    formatComparison(row),
    goal ? formatGoal(goal) : '-',
    goal ? judge(goal, findDecidingValue(row)) : '-',
    [ours, other].map(formatCpu).join(' | '),
    row.foreignCores?.toFixed(2) ?? '-',
  ];
}

function explainRow({ figure, ours, other }: Row): string {
  return `${figure}: ${ours.of}${other ? `, against ${other.of}` : ''}.`;
}

/** The value that the goal applies to. Sides are compared per round, where conditions were the same. */
function findDecidingValue(row: Row): number {
  return median(row.other ? compareRounds(row) : row.ours.values);
}

function compareRounds({ ours, other, comparison }: Row): readonly number[] {
  return ours.values.map((value, round) => {
    const against = other?.values[round] ?? Number.NaN;
    return comparison === 'difference' ? value - against : value / against;
  });
}

/** The median and the range of the ratios or differences; without another side, the range of our own values. */
function formatComparison(row: Row): string {
  if (!row.other) return `(${formatSpan(row.ours.values)})`;
  const unit = row.comparison === 'difference' ? ` ${row.unit}` : '';
  return `${formatNumber(findDecidingValue(row))}${unit} (${formatSpan(compareRounds(row))})`;
}

function formatSpan(values: readonly number[]): string {
  return [Math.min(...values), Math.max(...values)].map(formatNumber).join('-');
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

function isDisturbed({ foreignCores = 0 }: MeasuredRow): boolean {
  return foreignCores > DISTURBING_CORES;
}

/** Three digits, the precision of such a measurement. */
function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

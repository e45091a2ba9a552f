import { createHash } from 'node:crypto';
import {
  activityCounters,
  type FunnelCounts,
  HISTOGRAM_BUCKETS,
  type Histogram,
  verificationCounters,
} from '../../domain/analytics/funnel-stats.ts';
import type { RollupRef, RollupSource } from '../../domain/analytics/rollup.ts';
import type { Row, Value } from '../statement.ts';

const ranges = Array.from({ length: HISTOGRAM_BUCKETS }, (_, range) =>
  String(range).padStart(2, '0'),
);

/** The columns that count, by the log that they are counted from. */
const verificationColumns: readonly string[] = [
  ...verificationCounters,
  ...ranges.map((range) => `deliveredIn${range}`),
  ...ranges.map((range) => `verifiedIn${range}`),
];
export const columnsOf: Readonly<Record<RollupSource, readonly string[]>> = {
  otp_logs: verificationColumns,
  activity_logs: activityCounters,
};
export const countColumns: readonly string[] = [...verificationColumns, ...activityCounters];

/** One value for what one row is about: MySQL could not index all of it. */
export function keyOf({ level, span, startsAt, ...scope }: RollupRef): string {
  const { accountId, channel, sessionId, region } = scope;
  const about = [level, span, startsAt.toISOString(), accountId, channel, sessionId, region];
  return createHash('sha256').update(JSON.stringify(about)).digest('hex');
}

/** The columns of an empty row. */
export function toNewRow(ref: RollupRef, now: Date): readonly (readonly [string, Value])[] {
  const { level, span, startsAt, accountId, channel, sessionId, region } = ref;
  const about = { level, span, startsAt, accountId, channel, sessionId, region };
  return Object.entries({ rollupKey: keyOf(ref), ...about, createdAt: now, updatedAt: now });
}

/** What of `figures` is not zero, by column. */
export function toCounts(
  figures: FunnelCounts,
): readonly (readonly [column: string, count: number])[] {
  const { deliveredIn, verifiedIn, ...counts } = figures;
  const all: [string, number][] = [
    ...Object.entries(counts),
    ...toEntries('deliveredIn', deliveredIn),
    ...toEntries('verifiedIn', verifiedIn),
  ];
  return all.filter(([, count]) => count !== 0);
}

function toEntries(name: string, times: Histogram): [string, number][] {
  return times.map((count, range) => [`${name}${ranges[range]}`, count]);
}

/** Reads sums or rows as any driver returns them. */
export function toFigures(row: Row): FunnelCounts {
  const count = (column: string) => Number(row[column] ?? 0);
  const counts = [...verificationCounters, ...activityCounters].map((name) => [name, count(name)]);
  return {
    ...(Object.fromEntries(counts) as Omit<FunnelCounts, 'deliveredIn' | 'verifiedIn'>),
    deliveredIn: ranges.map((range) => count(`deliveredIn${range}`)),
    verifiedIn: ranges.map((range) => count(`verifiedIn${range}`)),
  };
}

import { createHash } from 'node:crypto';
import {
  activityCounters,
  type FunnelCounts,
  type Histogram,
  verificationCounters,
} from '../../domain/analytics/funnel-stats.ts';
import type { RollupRef } from '../../domain/analytics/rollup.ts';
import { buckets, type Rollup } from '../models/analytics/rollup.ts';
import type { Row } from '../statement.ts';
import type { NewRowOf } from '../table.ts';

/** The unique key of a row as one value, because MySQL cannot index all of its columns together. */
export function keyOf({ level, span, startsAt, ...scope }: RollupRef): string {
  const { accountId, channel, sessionId, region } = scope;
  const about = [level, span, startsAt.toISOString(), accountId, channel, sessionId, region];
  return createHash('sha256').update(JSON.stringify(about)).digest('hex');
}

/** A row without counts. */
export function toNewRow(ref: RollupRef, now: Date): NewRowOf<typeof Rollup> {
  const { level, span, startsAt, accountId, channel, sessionId, region } = ref;
  const about = { level, span, startsAt, accountId, channel, sessionId, region };
  return { rollupKey: keyOf(ref), ...about, createdAt: now, updatedAt: now };
}

/** The figures that are not zero, by column. */
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
  return times.map((count, range) => [`${name}${buckets[range]}`, count]);
}

/** Decodes a row or a row of sums that any of the drivers returned. */
export function toFigures(row: Row): FunnelCounts {
  const count = (column: string) => Number(row[column] ?? 0);
  const counts = [...verificationCounters, ...activityCounters].map((name) => [name, count(name)]);
  return {
    ...(Object.fromEntries(counts) as Omit<FunnelCounts, 'deliveredIn' | 'verifiedIn'>),
    deliveredIn: buckets.map((bucket) => count(`deliveredIn${bucket}`)),
    verifiedIn: buckets.map((bucket) => count(`verifiedIn${bucket}`)),
  };
}

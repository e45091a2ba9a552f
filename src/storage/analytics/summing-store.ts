import type { FunnelCounts } from '../../domain/analytics/funnel-stats.ts';
import { type RollupRef, rollupLevels } from '../../domain/analytics/rollup.ts';
import type { Database } from '../database.ts';
import { countColumns, Rollup } from '../models/analytics/rollup.ts';
import type { Step } from '../statement.ts';
import { toCounts, toFigures } from './rollup-row.ts';

const quarterRow = Rollup.pick(
  ...(['id', 'level', 'span', 'startsAt', 'accountId', 'channel', 'sessionId', 'region'] as const),
);
const beginning = Rollup.pick('startsAt');

const COUNTS = [...countColumns.otp_logs, ...countColumns.activity_logs].map((name) => `"${name}"`);

/** A row that does not change is the sum of the same counts: they only grow. */
const TOTAL = COUNTS.join(' + ');

/** A row of a quarter of an hour. */
export type StoredQuarter = {
  readonly id: number;
  readonly ref: RollupRef;
  readonly figures: FunnelCounts;
};

export type SummingStore = ReturnType<typeof createSummingStore>;

/** Finds and removes the quarters of an hour that are summed up by day. */
export function createSummingStore({ statements: { select } }: Database) {
  /** Lists up to `limit` quarters that start before a time; of each level, the oldest first. */
  async function listQuarters(before: Date, limit: number): Promise<StoredQuarter[]> {
    const found: StoredQuarter[] = [];
    // One level after another, because the index is by level.
    for (const level of rollupLevels) {
      const most = limit - found.length;
      if (most <= 0) break;
      const rows = await select(
        `SELECT ${quarterRow.columns}, ${COUNTS.join(', ')} FROM "rollups"
         WHERE "level" = $1 AND "span" = 'quarter' AND "startsAt" < $2
         ORDER BY "startsAt" LIMIT ${most}`,
        [level, before],
      );
      for (const row of rows) {
        const { id, ...ref } = quarterRow.decode(row);
        found.push({ id, ref, figures: toFigures(row) });
      }
    }
    return found;
  }

  /** Returns the steps that delete quarters. A step fails if its quarter has changed since it was read, or is gone. */
  function toRemovals(quarters: readonly StoredQuarter[]): Step[] {
    return quarters.map(({ id, figures }) => ({
      sql: `DELETE FROM "rollups" WHERE "id" = $1 AND "span" = 'quarter' AND ${TOTAL} = $2`,
      values: [id, toCounts(figures).reduce((sum, [, count]) => sum + count, 0)],
      expectedRows: 1,
    }));
  }

  /** Finds the middle of the latest day that was summed up; undefined if there is none. */
  async function findLatestDay(): Promise<Date | undefined> {
    const found = await Promise.all(rollupLevels.map(findLatestOf));
    return found.reduce((one, other) => (one && other && one > other ? one : (other ?? one)));
  }

  async function findLatestOf(level: RollupRef['level']): Promise<Date | undefined> {
    const [row] = await select(
      `SELECT ${beginning.columns} FROM "rollups" WHERE "level" = $1 AND "span" = 'day'
       ORDER BY "startsAt" DESC LIMIT 1`,
      [level],
    );
    return row && beginning.decode(row).startsAt;
  }

  return { listQuarters, toRemovals, findLatestDay };
}

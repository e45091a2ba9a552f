import type { FunnelCounts } from '../../domain/analytics/funnel-stats.ts';
import {
  everOf,
  type Increment,
  type RollupRef,
  type RollupScope,
  type RollupSource,
} from '../../domain/analytics/rollup.ts';
import type { Database } from '../database.ts';
import { countColumns, Rollup } from '../models/analytics/rollup.ts';
import { type Row, type Step, whereAll } from '../statement.ts';
import { keyOf, toCounts, toFigures, toNewRow } from './rollup-row.ts';

/** Which quarters are meant; what is missing restricts nothing. */
export type RollupFilter = {
  readonly level: RollupScope['level'];
  readonly accountId?: string | undefined;
  readonly channel?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly region?: string | undefined;
  /** Quarters that began then or later. */
  readonly from: Date;
  /** Quarters that began before. */
  readonly to: Date;
};

/** One log, counted anew. */
export type Recount = {
  readonly source: RollupSource;
  /** Everything from then on is in `increments`. */
  readonly since: Date;
  readonly increments: readonly Increment[];
};

export type RollupStore = ReturnType<typeof createRollupStore>;

const beginning = Rollup.pick('startsAt');

const SUMS = [...countColumns.otp_logs, ...countColumns.activity_logs]
  .map((name) => `SUM("${name}") AS "${name}"`)
  .join(', ');

/** Keeps what was counted, by time and dimension, so that no figure has to read the logs. */
export function createRollupStore({ statements }: Database) {
  const { select, insert, transact } = statements;

  /**
   * Adds increments and takes the steps that mark their sources as counted: all of it, or nothing, and
   * then false: somebody else counted or deleted one of the sources meanwhile.
   */
  async function add(
    increments: readonly Increment[],
    marks: readonly Step[],
    now: Date,
  ): Promise<boolean> {
    // An empty row says nothing wrong, so it need not be part of the transaction.
    for (const { ref } of increments) await insertRow(ref, now);
    return transact([...increments.map((increment) => toStep(increment, now)), ...marks]);
  }

  function insertRow(ref: RollupRef, now: Date): Promise<boolean> {
    const { sql, values } = Rollup.insertion(toNewRow(ref, now));
    return insert(sql, values);
  }

  /** The figures of the quarters that `filter` means. */
  async function sum(filter: RollupFilter): Promise<FunnelCounts> {
    const { where, values } = toWhere(filter);
    const [row = {}] = await select(`SELECT ${SUMS} FROM "rollups" ${where}`, values);
    return toFigures(row);
  }

  /** The same, apart for each value of one dimension. */
  async function sumBy(
    dimension: 'channel' | 'sessionId' | 'region',
    filter: RollupFilter,
  ): Promise<{ readonly value: string; readonly figures: FunnelCounts }[]> {
    const rows = await selectSums(dimension, filter);
    return rows.map((row) => ({ value: String(row[dimension]), figures: toFigures(row) }));
  }

  /** The same, apart for each quarter that anything was counted in, in order. */
  async function sumByQuarter(
    filter: RollupFilter,
  ): Promise<{ readonly startsAt: Date; readonly figures: FunnelCounts }[]> {
    const rows = await selectSums('startsAt', filter);
    return rows.map((row) => ({ ...beginning.decode(row), figures: toFigures(row) }));
  }

  function selectSums(column: string, filter: RollupFilter): Promise<Row[]> {
    const { where, values } = toWhere(filter);
    return select(
      `SELECT "${column}", ${SUMS} FROM "rollups" ${where} GROUP BY "${column}" ORDER BY "${column}"`,
      values,
    );
  }

  /** All that was ever counted: of one account or of all, or of one session. */
  async function sumEver(
    scope: { readonly accountId: string | undefined } & { readonly sessionId?: string },
  ): Promise<FunnelCounts> {
    const { accountId, sessionId } = scope;
    const { where, values } = whereAll([
      ['"level" =', sessionId === undefined ? 'account' : 'session'],
      ['"span" =', 'ever'],
      ['"accountId" =', accountId],
      ['"sessionId" =', sessionId],
    ]);
    const [row = {}] = await select(`SELECT ${SUMS} FROM "rollups" ${where}`, values);
    return toFigures(row);
  }

  /**
   * Counts anew: what `sources` say replaces what was counted of each from its moment on, and all time is
   * what was counted before, and what they say. Undone, and then false, unless the step that `fence` is
   * touches its row.
   */
  async function replace(sources: readonly Recount[], fence: Step, now: Date): Promise<boolean> {
    const increments = sources.flatMap((source) => source.increments);
    for (const { ref } of increments) await insertRow(ref, now);
    return transact([
      fence,
      ...sources.flatMap(toClearing),
      ...increments.map((increment) => toStep(increment, now)),
    ]);
  }

  /** What was counted before a moment, for each account and for each session. */
  async function sumBefore(before: Date): Promise<Increment[]> {
    const rows = await select(
      `SELECT "level", "accountId", "sessionId", ${SUMS} FROM
         (SELECT * FROM "rollups" WHERE "level" IN ('account', 'session') AND "span" = 'quarter'
            AND "startsAt" < $1) AS "kept"
       GROUP BY "level", "accountId", "sessionId"`,
      [before],
    );
    return rows
      .map((row) => {
        const [accountId, sessionId] = [String(row['accountId']), String(row['sessionId'])];
        return { level: String(row['level']), accountId, sessionId, figures: toFigures(row) };
      })
      .filter(({ level, sessionId }) => level === 'account' || sessionId !== '')
      .map(({ level, accountId, sessionId, figures }) => ({
        ref: level === 'account' ? everOf(accountId) : everOf(accountId, sessionId),
        figures,
      }));
  }

  return { add, replace, sumBefore, sum, sumBy, sumByQuarter, sumEver };
}

function toClearing({ source, since }: Recount): Step[] {
  const zeros = countColumns[source].map((column) => `"${column}" = 0`).join(', ');
  return [
    {
      sql: `UPDATE "rollups" SET ${zeros} WHERE "span" = 'quarter' AND "startsAt" >= $1`,
      values: [since],
    },
    { sql: `UPDATE "rollups" SET ${zeros} WHERE "span" = 'ever'`, values: [] },
  ];
}

function toStep({ ref, figures }: Increment, now: Date): Step {
  const counts = toCounts(figures);
  const sets = counts.map(([column], index) => `"${column}" = "${column}" + $${index + 3}`);
  return {
    sql: `UPDATE "rollups" SET ${['"updatedAt" = $2', ...sets].join(', ')} WHERE "rollupKey" = $1`,
    values: [keyOf(ref), now, ...counts.map(([, count]) => count)],
    touching: 1,
  };
}

function toWhere({ level, accountId, channel, sessionId, region, from, to }: RollupFilter) {
  return whereAll([
    ['"level" =', level],
    ['"span" =', 'quarter'],
    ['"accountId" =', accountId],
    ['"channel" =', channel],
    ['"sessionId" =', sessionId],
    ['"region" =', region],
    ['"startsAt" >=', from],
    ['"startsAt" <', to],
  ]);
}

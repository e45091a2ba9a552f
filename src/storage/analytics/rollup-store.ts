import type { FunnelCounts } from '../../domain/analytics/funnel-stats.ts';
import {
  everOf,
  type Increment,
  type RollupScope,
  type RollupSource,
} from '../../domain/analytics/rollup.ts';
import type { Database } from '../database.ts';
import { countColumns, Rollup } from '../models/analytics/rollup.ts';
import { chunk, placeholders, type Row, type Step, whereAll } from '../statement.ts';
import { keyOf, toCounts, toFigures, toNewRow } from './rollup-row.ts';

/** Selects quarters of an hour, and days. A missing field is no restriction. */
export type RollupFilter = {
  readonly level: RollupScope['level'];
  readonly accountId?: string | undefined;
  readonly channel?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly region?: string | undefined;
  /** Only quarters that start at this time or later, and days whose middle is at this time or later. */
  readonly from: Date;
  /** Only quarters that start before this time, and days whose middle is before it. */
  readonly to: Date;
};

/** The new counts of one log. */
export type Recount = {
  readonly source: RollupSource;
  /** `increments` has everything from this time on. */
  readonly since: Date;
  readonly increments: readonly Increment[];
};

export type RollupStore = ReturnType<typeof createRollupStore>;

const beginning = Rollup.pick('startsAt');
const keyColumn = Rollup.pick('rollupKey');

/** All rows but those of all time. */
const IN_TIME = `"span" IN ('quarter', 'day')`;

/** The maximum number of rows that one statement looks up. */
const KEYS_AT_ONCE = 100;

const SUMS = [...countColumns.otp_logs, ...countColumns.activity_logs]
  .map((name) => `SUM("${name}") AS "${name}"`)
  .join(', ');

/** Stores counts by time and dimension, so that figures do not need the logs. */
export function createRollupStore({ statements, models }: Database) {
  const { select, transact } = statements;

  /**
   * Adds increments and runs the steps that mark their sources as counted, in one transaction; false,
   * without a change, if one of the sources was counted or deleted in the meantime.
   */
  async function add(
    increments: readonly Increment[],
    marks: readonly Step[],
    now: Date,
  ): Promise<boolean> {
    await insertMissing(increments, now);
    return transact([...increments.map((increment) => toStep(increment, now)), ...marks]);
  }

  /** Inserts the rows that do not exist. An empty row changes no figure, so it need not be part of a transaction. */
  async function insertMissing(increments: readonly Increment[], now: Date): Promise<void> {
    const rows = new Map(increments.map(({ ref }) => [keyOf(ref), ref]));
    const found = chunk([...rows.keys()], KEYS_AT_ONCE).map((keys) =>
      select(
        `SELECT ${keyColumn.columns} FROM "rollups" WHERE "rollupKey" IN (${placeholders(keys.length)})`,
        keys,
      ),
    );
    for (const row of (await Promise.all(found)).flat())
      rows.delete(keyColumn.decode(row).rollupKey);
    for (const ref of rows.values()) await models.Rollup.insertRow(toNewRow(ref, now));
  }

  /** The sums over the selected quarters. */
  async function sum(filter: RollupFilter): Promise<FunnelCounts> {
    const { where, values } = toWhere(filter);
    const [row = {}] = await select(`SELECT ${SUMS} FROM "rollups" ${where}`, values);
    return toFigures(row);
  }

  /** The sums for each value of one dimension. */
  async function sumBy(
    dimension: 'channel' | 'sessionId' | 'region',
    filter: RollupFilter,
  ): Promise<{ readonly value: string; readonly figures: FunnelCounts }[]> {
    const rows = await selectSums(dimension, filter);
    return rows.map((row) => ({ value: String(row[dimension]), figures: toFigures(row) }));
  }

  /** The sums for each quarter or day that has any, in order. */
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

  /** The sums over all time, of one account, of all accounts, or of one session. */
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
   * Replaces the counts of each source from its time on, and the counts over all time, by the given
   * increments. False, without a change, if one of the `fences` fails.
   */
  async function replace(
    sources: readonly Recount[],
    fences: readonly Step[],
    now: Date,
  ): Promise<boolean> {
    const increments = sources.flatMap((source) => source.increments);
    await insertMissing(increments, now);
    return transact([
      ...fences,
      ...sources.flatMap(toClearing),
      ...increments.map((increment) => toStep(increment, now)),
    ]);
  }

  /** The sums before a time, for each account and each session. */
  async function sumBefore(before: Date): Promise<Increment[]> {
    const rows = await select(
      `SELECT "level", "accountId", "sessionId", ${SUMS} FROM
         (SELECT * FROM "rollups" WHERE "level" IN ('account', 'session') AND ${IN_TIME}
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
    expectedRows: 1,
  };
}

function toWhere({ level, accountId, channel, sessionId, region, from, to }: RollupFilter) {
  const { where, values } = whereAll([
    ['"level" =', level],
    ['"accountId" =', accountId],
    ['"channel" =', channel],
    ['"sessionId" =', sessionId],
    ['"region" =', region],
    ['"startsAt" >=', from],
    ['"startsAt" <', to],
  ]);
  return { where: `${where} AND ${IN_TIME}`, values };
}

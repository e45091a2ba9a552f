import { createHash } from 'node:crypto';
import { type Page, type PageRequest, toPage } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { ApiUsage } from '../models/analytics/api-usage.ts';
import { placeholders, type Row, readIds, whereAll } from '../statement.ts';
import type { Selected } from '../table.ts';

const usageRow = ApiUsage.pick(
  ...(['id', 'hour', 'accountId', 'principal', 'method', 'route', 'statusCode'] as const),
  ...(['requests', 'durationSum', 'durationMax'] as const),
);

type StoredUsage = Selected<typeof usageRow>;

/**
 * How often a caller called a route with one outcome in one hour. `route` is the pattern of the route,
 * never a path. Durations are whole milliseconds: the sum of all requests, and the slowest one.
 */
export type Usage = Omit<StoredUsage, 'id'>;

/** Selects rows. A missing field is no restriction. */
export type UsageFilter = {
  /** The account to which the reader is restricted. */
  readonly visibleAccountId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly principal?: string | undefined;
  readonly method?: string | undefined;
  readonly route?: string | undefined;
  readonly statusCode?: number | undefined;
  /** Only hours that start at this time or later. */
  readonly from?: Date | undefined;
  /** Only hours that start before this time. */
  readonly to?: Date | undefined;
};

export type UsageTotals = {
  readonly requests: number;
  /** Requests with a status code of 400 or above. */
  readonly failures: number;
  /** Those of them with a status code of 500 or above. */
  readonly serverErrors: number;
  readonly durationSum: number;
};

/** A column by which requests are summed. */
export type UsageGrouping = 'hour' | 'route' | 'principal';

/** The sums of the rows with the same value. */
export type UsageGroup = UsageTotals & {
  readonly value: string | Date;
  readonly durationMax: number;
};

export type UsageStore = ReturnType<typeof createUsageStore>;

const HOUR_MS = 3_600_000;

/** Summing more rows than this would delay other statements for too long. */
const MAX_SUMMED_ROWS = 50_000;

/** Stores the usage of the API by hour. */
export function createUsageStore({ statements, models }: Database) {
  const { select, change } = statements;

  /**
   * Adds to the row of this hour, caller, route and outcome. Any number of nodes can add at the same
   * time. Each request is counted once, or perhaps twice if the answer of the database was lost.
   */
  async function add(usage: Usage, now: Date): Promise<void> {
    const usageKey = keyOf(usage);
    if (await increase(usageKey, usage, now)) return;
    if (await insertRow(usageKey, usage, now)) return;
    // Another caller created the row in between.
    if (await increase(usageKey, usage, now)) return;
    throw new Error('The usage row was deleted during the update');
  }

  async function increase(usageKey: string, usage: Usage, now: Date): Promise<boolean> {
    const { requests, durationSum, durationMax } = usage;
    const changed = await change(
      `UPDATE "api_usage" SET "requests" = "requests" + $2, "durationSum" = "durationSum" + $3,
         "durationMax" = CASE WHEN "durationMax" < $4 THEN $4 ELSE "durationMax" END,
         "updatedAt" = $5
       WHERE "usageKey" = $1`,
      [usageKey, requests, durationSum, durationMax, now],
    );
    return changed === 1;
  }

  function insertRow(usageKey: string, usage: Usage, now: Date): Promise<boolean> {
    return models.ApiUsage.insertRow({ usageKey, ...usage, createdAt: now, updatedAt: now });
  }

  /** Lists a page of the selected rows. */
  async function list(filter: UsageFilter, { limit, before }: PageRequest): Promise<Page<Usage>> {
    const { where, values } = toWhere(filter, before);
    const rows = await select(
      `SELECT ${usageRow.columns}
       FROM "api_usage" ${where} ORDER BY "id" DESC LIMIT ${limit + 1}`,
      values,
    );
    return toPage(rows.map(usageRow.decode), limit, ({ id }) => id);
  }

  /** The sums over the selected rows; undefined if there are too many. */
  async function sum(filter: UsageFilter): Promise<UsageTotals | undefined> {
    const { where, values } = toWhere(filter);
    const [row] = await select(
      `SELECT COUNT(*) AS "rows", ${SUMS} FROM ${toSummed(where)}`,
      values,
    );
    if (!row || Number(row['rows']) > MAX_SUMMED_ROWS) return undefined;
    return toTotals(row);
  }

  /** The sums for each value of a column; undefined if there are too many rows. */
  async function sumBy(
    column: UsageGrouping,
    filter: UsageFilter,
  ): Promise<readonly UsageGroup[] | undefined> {
    const { where, values } = toWhere(filter);
    const rows = await select(
      `SELECT "${column}", COUNT(*) AS "rows", MAX("durationMax") AS "durationMax", ${SUMS}
       FROM ${toSummed(where)} GROUP BY "${column}" ORDER BY "${column}"`,
      values,
    );
    const count = rows.reduce((sum, row) => sum + Number(row['rows']), 0);
    if (count > MAX_SUMMED_ROWS) return undefined;
    const readValue = ApiUsage.pick(column).decode;
    return rows.map((row) => ({
      ...toTotals(row),
      value: readValue(row)[column],
      durationMax: Number(row['durationMax']),
    }));
  }

  /** Deletes up to `batch` rows of hours that ended at `before` or earlier; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "api_usage" WHERE "hour" <= $1 ORDER BY "hour" LIMIT ${batch}`,
      [new Date(before.getTime() - HOUR_MS)],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "api_usage" WHERE "id" IN (${placeholders(old.length)})`,
      readIds(old),
    );
  }

  return { add, list, sum, sumBy, prune };
}

const SUMS = `COALESCE(SUM("requests"), 0) AS "requests",
  COALESCE(SUM("durationSum"), 0) AS "durationSum",
  COALESCE(SUM(CASE WHEN "statusCode" >= 400 THEN "requests" ELSE 0 END), 0) AS "failures",
  COALESCE(SUM(CASE WHEN "statusCode" >= 500 THEN "requests" ELSE 0 END), 0) AS "serverErrors"`;

/** The selected rows, newest first, and one more than are summed. */
function toSummed(where: string): string {
  return `(SELECT "hour", "principal", "route", "requests", "durationSum", "durationMax", "statusCode"
    FROM "api_usage" ${where} ORDER BY "id" DESC LIMIT ${MAX_SUMMED_ROWS + 1}) AS "selected"`;
}

function toTotals(row: Row): UsageTotals {
  return {
    requests: Number(row['requests']),
    failures: Number(row['failures']),
    serverErrors: Number(row['serverErrors']),
    durationSum: Number(row['durationSum']),
  };
}

/** The unique key of a row as one value, because MySQL cannot index all of its columns together. */
function keyOf({ hour, accountId, principal, method, route, statusCode }: Usage): string {
  const about = [hour.toISOString(), accountId, principal, method, route, statusCode];
  return createHash('sha256').update(JSON.stringify(about)).digest('hex');
}

function toWhere(filter: UsageFilter, before?: number) {
  return whereAll([
    ['"accountId" =', filter.visibleAccountId],
    ['"accountId" =', filter.accountId],
    ['"principal" =', filter.principal],
    ['"method" =', filter.method],
    ['"route" =', filter.route],
    ['"statusCode" =', filter.statusCode],
    ['"hour" >=', filter.from],
    ['"hour" <', filter.to],
    ['"id" <', before],
  ]);
}

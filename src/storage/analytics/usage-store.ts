import { createHash } from 'node:crypto';
import { type Page, type PageRequest, toPage } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { ApiUsage } from '../models/analytics/api-usage.ts';
import { placeholders, whereAll } from '../statement.ts';
import type { Selected } from '../table.ts';

const usageRow = ApiUsage.pick(
  ...(['id', 'hour', 'accountId', 'principal', 'method', 'route', 'statusCode'] as const),
  ...(['requests', 'durationSum', 'durationMax'] as const),
);

type StoredUsage = Selected<typeof usageRow>;

/**
 * How often one caller called one route with one outcome in one hour. The route is its pattern, never the
 * path; durations are whole milliseconds, of all requests together and of the slowest.
 */
export type Usage = Omit<StoredUsage, 'id'>;

/** Which rows are meant; what is missing restricts nothing. */
export type UsageFilter = {
  /** The account that the reader is held to. */
  readonly visibleAccountId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly principal?: string | undefined;
  readonly method?: string | undefined;
  readonly route?: string | undefined;
  readonly statusCode?: number | undefined;
  /** Hours that began at this moment or later. */
  readonly from?: Date | undefined;
  /** Hours that began before this moment. */
  readonly to?: Date | undefined;
};

export type UsageTotals = {
  readonly requests: number;
  /** Requests that were answered 400 or above. */
  readonly failures: number;
  readonly durationSum: number;
};

export type UsageStore = ReturnType<typeof createUsageStore>;

const HOUR_MS = 3_600_000;

/** Adding up more rows than this would hold others up. */
const MOST_TOTALLED = 10_000;

/** Keeps how much the API is used, by the hour. */
export function createUsageStore({ statements }: Database) {
  const { select, change, insert } = statements;

  /**
   * Adds to the row of this hour, caller, route and outcome. Any number of nodes may add at once and
   * every request counts once, but where the answer of the database was lost: then it may count twice.
   */
  async function add(usage: Usage, now: Date): Promise<void> {
    const usageKey = keyOf(usage);
    if (await increase(usageKey, usage, now)) return;
    if (await insertRow(usageKey, usage, now)) return;
    // Another caller made the row in between.
    if (await increase(usageKey, usage, now)) return;
    throw new Error('The usage row was deleted while it was added to');
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
    const row = ApiUsage.insertion({ usageKey, ...usage, createdAt: now, updatedAt: now });
    return insert(row.sql, row.values);
  }

  /** A page of the rows that `filter` means. */
  async function list(filter: UsageFilter, { limit, before }: PageRequest): Promise<Page<Usage>> {
    const { where, values } = toWhere(filter, before);
    const rows = await select(
      `SELECT ${usageRow.columns}
       FROM "api_usage" ${where} ORDER BY "id" DESC LIMIT ${limit + 1}`,
      values,
    );
    return toPage(rows.map(usageRow.decode), limit, ({ id }) => id);
  }

  /** The sums over the rows that `filter` means; undefined when there are too many to be read at once. */
  async function sum(filter: UsageFilter): Promise<UsageTotals | undefined> {
    const { where, values } = toWhere(filter);
    const [row] = await select(
      `SELECT COUNT(*) AS "rows", COALESCE(SUM("requests"), 0) AS "requests",
         COALESCE(SUM("durationSum"), 0) AS "durationSum",
         COALESCE(SUM(CASE WHEN "statusCode" >= 400 THEN "requests" ELSE 0 END), 0) AS "failures"
       FROM (SELECT "requests", "durationSum", "statusCode" FROM "api_usage" ${where}
             ORDER BY "id" DESC LIMIT ${MOST_TOTALLED + 1}) AS "meant"`,
      values,
    );
    if (!row || Number(row['rows']) > MOST_TOTALLED) return undefined;
    return {
      requests: Number(row['requests']),
      failures: Number(row['failures']),
      durationSum: Number(row['durationSum']),
    };
  }

  /** Deletes up to `batch` rows of hours that were over at `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "api_usage" WHERE "hour" <= $1 ORDER BY "hour" LIMIT ${batch}`,
      [new Date(before.getTime() - HOUR_MS)],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "api_usage" WHERE "id" IN (${placeholders(old.length)})`,
      old.map((row) => Number(row['id'])),
    );
  }

  return { add, list, sum, prune };
}

/** One value for what one row is about: MySQL could not index all of it. */
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

import pLimit from 'p-limit';
import { type Caller, formatPrincipal, type Principal } from '../../domain/access/caller.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { createBufferedWriter } from '../../lib/concurrency/buffered-writer.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type {
  Usage,
  UsageFilter,
  UsageGroup,
  UsageGrouping,
  UsageStore,
  UsageTotals,
} from '../../storage/analytics/usage-store.ts';

export type { Usage, UsageGroup, UsageGrouping, UsageTotals };

/** The usage that a caller asks for: sums by a column only if it names one. */
export type UsageReport = Page<Usage> & {
  /** Undefined if too many rows match. */
  readonly totals: UsageTotals | undefined;
  /** In the order of their values. Undefined without a column, or if too many rows match. */
  readonly groups: readonly UsageGroup[] | undefined;
  /** How many groups are left out: those with the fewest requests, or the earliest hours. */
  readonly groupsLeftOut: number;
};

type Dependencies = {
  readonly usages: UsageStore;
  readonly logger: Logger;
  readonly now: Clock;
};

/** A completed request. */
type AnsweredCall = {
  readonly accountId: string;
  readonly principal: Principal;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
};

export type UsageService = ReturnType<typeof createUsageService>;

/** What is counted but not written yet. */
type Waiting = { -readonly [Field in keyof Usage]: Usage[Field] };

const HOUR_MS = 3_600_000;
const FLUSH_MS = 5000;

/** Once this many different rows are buffered, they are written immediately. */
const MANY_ROWS = 1000;

/** How many rows are kept while the database does not respond. */
const MOST_ROWS = 10_000;

/** How many groups a report has at most. */
const MOST_GROUPS = 1000;

/** Few, so that requests find a free connection in the pool. */
const AT_ONCE = 4;

/**
 * Counts how the API is used. Counts are kept in memory, so that no request waits, and written every five
 * seconds and on stop. A crash loses the counts of the last seconds, and nothing else: verifications,
 * deliveries and limits are not counted here.
 */
export function createUsageService({ usages, logger, now }: Dependencies) {
  let waiting = new Map<string, Waiting>();
  const writer = createBufferedWriter({
    ...{ delayMs: FLUSH_MS, writeWaiting, subject: 'usage', unit: 'requests', logger },
  });

  /** Counts a request in memory. */
  function note(call: AnsweredCall): void {
    const time = now().getTime();
    const duration = Math.round(call.milliseconds);
    const isNew = add({
      hour: new Date(time - (time % HOUR_MS)),
      accountId: call.accountId,
      principal: formatPrincipal(call.principal),
      method: call.method,
      route: call.route,
      statusCode: call.status,
      ...{ requests: 1, durationSum: duration, durationMax: duration },
    });
    if (isNew && waiting.size === MANY_ROWS) void writer.flush();
  }

  /** Adds to the buffer. Returns true if that added a row. */
  function add(usage: Usage): boolean {
    const { hour, accountId, principal, method, route, statusCode } = usage;
    // None of them contains a line break.
    const key = `${hour.getTime()}\n${accountId}\n${principal}\n${method}\n${route}\n${statusCode}`;
    writer.schedule();
    const known = waiting.get(key);
    if (known) {
      known.requests += usage.requests;
      known.durationSum += usage.durationSum;
      known.durationMax = Math.max(known.durationMax, usage.durationMax);
      return false;
    }
    if (waiting.size >= MOST_ROWS) {
      writer.countDropped(usage.requests);
      return false;
    }
    waiting.set(key, usage);
    return true;
  }

  /** Writes the buffered counts. What cannot be written is kept for the next time. */
  async function writeWaiting(): Promise<unknown> {
    const rows = [...waiting.values()];
    waiting = new Map();
    const { left, fault } = await write(rows);
    for (const usage of left) add(usage);
    return fault;
  }

  async function write(rows: readonly Usage[]) {
    const untried: Usage[] = [];
    const failed: Usage[] = [];
    let fault: unknown;
    const limit = pLimit(AT_ONCE);
    await limit.map(rows, async (usage) => {
      // After a failure, the rest would fail, too.
      if (failed.length > 0) return void untried.push(usage);
      await usages.add(usage, now()).catch((error: unknown) => {
        fault = error;
        failed.push(usage);
      });
    });
    // Failed rows go last, so that a row that can never be written does not block the others.
    return { left: [...untried, ...failed], fault };
  }

  /** Writes what is left. Do not call `note` afterwards. */
  function close(): Promise<void> {
    return writer.close(() =>
      [...waiting.values()].reduce((sum, { requests }) => sum + requests, 0),
    );
  }

  /**
   * Lists how the API was used in the caller's account or, for an operator, in all accounts. Another
   * account looks like one without any use.
   */
  async function list(
    caller: Caller,
    {
      by,
      ...filter
    }: Omit<UsageFilter, 'visibleAccountId'> & { readonly by?: UsageGrouping | undefined },
    page: PageRequest,
  ): Promise<UsageReport> {
    const visibleAccountId = caller.seesAllAccounts ? undefined : caller.accountId;
    const meant = { ...filter, visibleAccountId };
    const [entries, sums] = await Promise.all([usages.list(meant, page), sumUp(meant, by)]);
    return { ...entries, ...sums };
  }

  /** The totals are those of the groups, if there are any: the rows are read once. */
  async function sumUp(
    filter: UsageFilter,
    by: UsageGrouping | undefined,
  ): Promise<Omit<UsageReport, keyof Page<Usage>>> {
    const none = { groups: undefined, groupsLeftOut: 0 };
    if (!by) return { totals: await usages.sum(filter), ...none };
    const groups = await usages.sumBy(by, filter);
    if (!groups) return { totals: undefined, ...none };
    const kept = keepMost(groups, by);
    const groupsLeftOut = groups.length - kept.length;
    return { totals: addUp(groups), groups: kept, groupsLeftOut };
  }

  return { note, flush: writer.flush, close, list };
}

/** Keeps the latest hours, or the routes or callers with the most requests, in the order of their values. */
function keepMost(groups: readonly UsageGroup[], by: UsageGrouping): readonly UsageGroup[] {
  if (by === 'hour') return groups.slice(-MOST_GROUPS);
  const ranked = groups.toSorted((a, b) => b.requests - a.requests);
  const kept = new Set(ranked.slice(0, MOST_GROUPS));
  return groups.filter((group) => kept.has(group));
}

function addUp(groups: readonly UsageGroup[]): UsageTotals {
  const sumOf = (name: keyof UsageTotals) => groups.reduce((sum, group) => sum + group[name], 0);
  return {
    requests: sumOf('requests'),
    failures: sumOf('failures'),
    serverErrors: sumOf('serverErrors'),
    durationSum: sumOf('durationSum'),
  };
}

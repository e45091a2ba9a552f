import type { UsageGroup } from '../../lib/types.ts';

type Counts = Pick<UsageGroup, 'requests' | 'clientErrors' | 'serverErrors'>;

/** Requests over time, with an entry for each hour or day, also for those without any. */
export type Series = {
  readonly times: readonly string[];
  readonly requests: readonly number[];
  readonly clientErrors: readonly number[];
  readonly serverErrors: readonly number[];
};

const NONE: Counts = { requests: 0, clientErrors: 0, serverErrors: 0 };

/** Sums hours into the hours or days of the browser's time zone, from `from` to `now`. */
export function toSeries(
  hours: readonly UsageGroup[],
  { from, now, isByDay }: { readonly from: Date; readonly now: Date; readonly isByDay: boolean },
): Series {
  const starts = listStarts(from, now, isByDay);
  const sums = starts.map(() => NONE);
  for (const hour of hours) {
    const at = new Date(hour.value);
    // The first hour may begin before midnight where the offset of the zone is not in whole hours.
    const index = Math.max(
      0,
      starts.findLastIndex((start) => start <= at),
    );
    sums[index] = add(sums[index] ?? NONE, hour);
  }
  return {
    times: starts.map((start) => start.toISOString()),
    requests: sums.map(({ requests }) => requests),
    clientErrors: sums.map(({ clientErrors }) => clientErrors),
    serverErrors: sums.map(({ serverErrors }) => serverErrors),
  };
}

function listStarts(from: Date, now: Date, isByDay: boolean): Date[] {
  const starts: Date[] = [];
  for (let at = new Date(from); at <= now; at = next(at, isByDay)) starts.push(at);
  return starts;
}

function next(at: Date, isByDay: boolean): Date {
  const later = new Date(at);
  if (isByDay) later.setDate(later.getDate() + 1);
  else later.setTime(later.getTime() + 3_600_000);
  return later;
}

function add(a: Counts, b: Counts): Counts {
  return {
    requests: a.requests + b.requests,
    clientErrors: a.clientErrors + b.clientErrors,
    serverErrors: a.serverErrors + b.serverErrors,
  };
}

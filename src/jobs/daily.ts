import { addDays, startOfHour, toLocalText } from '../lib/time/time-zone.ts';

export type DailyTime = {
  /** The full hour in `timeZone`. */
  readonly hour: number;
  readonly timeZone: string;
};

const HOUR_MS = 3_600_000;

/** A zone that moves across the date line skips a day. */
const MOST_DAYS = 4;

/**
 * When a daily job is due next after `now`: when the clocks first show the hour on a day, or a later time
 * if they skip it. Every day of the zone has exactly one run, whatever its clocks do.
 */
export function nextDailyRun(now: Date, { hour, timeZone }: DailyTime): Date {
  const today = dateOf(now, timeZone);
  for (let days = 0; days < MOST_DAYS; days += 1) {
    const date = new Date(Date.parse(today) + days * 24 * HOUR_MS).toISOString().slice(0, 10);
    const run = startOfHour(date, hour, timeZone);
    if (run > now && dateOf(run, timeZone) === date) return run;
  }
  return addDays(now, 1, timeZone);
}

function dateOf(time: Date, timeZone: string): string {
  return toLocalText(time, timeZone).slice(0, 10);
}

/**
 * Returns a function that answers true once per day, when the run is due, starting with the first run after
 * `start`. Setting the clock back does not repeat a day.
 */
export function createDailyTimer(at: DailyTime, start: Date) {
  let next = nextDailyRun(start, at);
  // The next run is never this far away, unless the clock of the machine was set back a lot.
  const isOutOfReach = (now: Date) => next.getTime() - now.getTime() > MOST_DAYS * 24 * HOUR_MS;

  return function isDue(now: Date): boolean {
    if (isOutOfReach(now)) next = nextDailyRun(now, at);
    if (now < next) return false;
    next = nextDailyRun(now, at);
    return true;
  };
}

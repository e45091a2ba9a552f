import { addDays, startOfHour, toLocalText } from '../lib/time/time-zone.ts';

export type DailyTime = {
  /** The full hour, by the clocks of `timeZone`. */
  readonly hour: number;
  readonly timeZone: string;
};

const HOUR_MS = 3_600_000;

/** A zone that moves across the date line skips one day. */
const MOST_DAYS = 4;

/**
 * When a job that runs once a day is due next after `now`: when the clocks first show the hour on a day, or a
 * later time, where they skip the hour. Each day that a zone has is in it once, whatever its clocks do.
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
 * Tells of each day once that its time has come, as often as it is asked; the first time is the next one
 * after it was made. A clock that was set back is no new day.
 */
export function createDailyTimer(at: DailyTime, start: Date) {
  let next = nextDailyRun(start, at);
  // From one run to the next it is never so long: the clock of the machine was set back far.
  const isOutOfReach = (now: Date) => next.getTime() - now.getTime() > MOST_DAYS * 24 * HOUR_MS;

  return function isDue(now: Date): boolean {
    if (isOutOfReach(now)) next = nextDailyRun(now, at);
    if (now < next) return false;
    next = nextDailyRun(now, at);
    return true;
  };
}

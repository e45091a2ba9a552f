const LONGEST_SECONDS = 86_400;

const SECONDS = /^\d+$/;

/** All three forms that RFC 9110 has receivers accept begin with a day and have a time. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d\d:\d\d:\d\d/i;
const LONGEST_DATE = 40;

/**
 * Reads a `Retry-After` header: seconds, or a date of HTTP as seconds from `now`. At most a day, 0 if the date has
 * passed, undefined if there is no valid value.
 */
export function readRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  const seconds = SECONDS.test(text) ? Number(text) : secondsUntilDate(text, now);
  return seconds === undefined ? undefined : Math.min(Math.max(seconds, 0), LONGEST_SECONDS);
}

function secondsUntilDate(text: string, now: Date): number | undefined {
  if (text.length > LONGEST_DATE || !HTTP_DATE.test(text)) return undefined;
  // The form of asctime does not name its zone, which is GMT.
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : Math.ceil((time - now.getTime()) / 1000);
}

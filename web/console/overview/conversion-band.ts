/** The part of a figure of the funnel that a conversion needs. */
export type Conversion = {
  /** The channel or region. */
  readonly value: string;
  readonly sent: number;
  readonly verified: number;
};

/** A channel or region of which fewer codes are verified than usual. */
export type Fall = { readonly value: string; readonly now: number; readonly usual: number };

/** Fewer say nothing. */
const FEWEST_SENT = 30;
const FEWEST_SENT_BEFORE = 100;

/** How far chance leads from the usual conversion: three standard deviations are exceeded once in 700 times. */
const DEVIATIONS = 3;

/** A smaller fall is not worth an alarm, however sure it is. */
const LEAST_FALL = 0.2;

/**
 * Finds where the conversion of an hour is below the band of the days before: lower than chance explains (three standard
 * deviations of a share of so many sends), and by a fifth or more.
 */
export function findFalls(hour: readonly Conversion[], before: readonly Conversion[]): Fall[] {
  return hour.flatMap(({ value, sent, verified }) => {
    const past = before.find((one) => one.value === value);
    if (!past || sent < FEWEST_SENT || past.sent < FEWEST_SENT_BEFORE) return [];
    const usual = past.verified / past.sent;
    const spread = DEVIATIONS * Math.sqrt((usual * (1 - usual)) / sent);
    const now = verified / sent;
    return now < usual - spread && now <= usual * (1 - LEAST_FALL) ? [{ value, now, usual }] : [];
  });
}

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The hour to look at, and the seven days before it, in whole quarters. The last quarter of an hour is left out, because
 * its codes can still be verified.
 */
export function bandPeriods(now: number) {
  const to = Math.floor(now / QUARTER_MS) * QUARTER_MS - QUARTER_MS;
  const from = to - 4 * QUARTER_MS;
  const time = (at: number) => new Date(at).toISOString();
  return {
    hour: { from: time(from), to: time(to) },
    before: { from: time(from - 7 * DAY_MS), to: time(from) },
  };
}

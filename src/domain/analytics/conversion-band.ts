/** What the conversion is watched by. */
export const conversionDimensions = ['channel', 'region'] as const;
export type ConversionDimension = (typeof conversionDimensions)[number];

/** A channel or region of an account. */
export type ConversionOf = {
  readonly accountId: string;
  readonly dimension: ConversionDimension;
  readonly value: string;
};

/** A text that is the same for the same channel or region of an account. */
export function dropKey({ accountId, dimension, value }: ConversionOf): string {
  return `${accountId}|${dimension}|${value}`;
}

/** How many codes were sent, and how many of them were verified. */
export type Conversion = { readonly sent: number; readonly verified: number };

/**
 * The conversion of an hour, compared with the days before; both shares are 0 to 1. `low`: below the band. `normal`: near
 * the usual share. `between`: neither, so that what is low stays so, and what is not does not become low.
 */
export type ConversionJudgement = {
  readonly kind: 'low' | 'between' | 'normal';
  readonly share: number;
  readonly expectedShare: number;
};

/** A period of time. */
export type Period = { readonly from: Date; readonly to: Date };

/** Fewer say nothing. */
export const FEWEST_SENT = 30;
const FEWEST_SENT_BEFORE = 100;

/** How far chance leads from the usual conversion: three standard deviations are exceeded once in 700 times. */
const DEVIATIONS = 3;

/** A smaller fall, in percent of the usual share, is not worth an alarm, however sure it is. */
const LEAST_FALL = 20;

/** A fall of this many percent, or a smaller one, is none. */
const NORMAL_FALL = 10;

/**
 * Compares the conversion of an hour with that of the days before. It is low if it is lower than chance explains (three
 * standard deviations of a share of so many sends), and by a fifth or more. Undefined if too few codes were sent.
 */
export function judgeConversion(
  hour: Conversion,
  before: Conversion,
): ConversionJudgement | undefined {
  if (hour.sent < FEWEST_SENT || before.sent < FEWEST_SENT_BEFORE) return undefined;
  const expectedShare = before.verified / before.sent;
  const share = hour.verified / hour.sent;
  const spread = DEVIATIONS * Math.sqrt((expectedShare * (1 - expectedShare)) / hour.sent);
  // In whole numbers: 0.8 * 0.9 is more than 0.72.
  const percent = 100 * hour.verified * before.sent;
  const usual = before.verified * hour.sent;
  const isLow = share < expectedShare - spread && percent <= usual * (100 - LEAST_FALL);
  const isNormal = percent >= usual * (100 - NORMAL_FALL);
  if (isLow) return { kind: 'low', share, expectedShare };
  return { kind: isNormal ? 'normal' : 'between', share, expectedShare };
}

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The hour to look at, and the seven days before it, in whole quarters. The last quarter of an hour is left out, because
 * its codes can still be verified.
 */
export function bandPeriods(now: Date): { readonly hour: Period; readonly before: Period } {
  const to = Math.floor(now.getTime() / QUARTER_MS) * QUARTER_MS - QUARTER_MS;
  const from = to - 4 * QUARTER_MS;
  return {
    hour: { from: new Date(from), to: new Date(to) },
    before: { from: new Date(from - 7 * DAY_MS), to: new Date(from) },
  };
}

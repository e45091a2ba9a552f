/** The events of a code. Each is counted once per code. */
export const verificationCounters = [
  'asked',
  'sent',
  'delivered',
  'read',
  'verified',
  'failed',
  'expired',
] as const;
export type VerificationCounter = (typeof verificationCounters)[number];

/** `limitHits` counts refused subjects, each once per window. */
export const activityCounters = ['messages', 'messageFailures', 'limitHits'] as const;
type ActivityFigure = (typeof activityCounters)[number];

/**
 * The number of histogram buckets. The first ends at 250 ms, each other at √2 times the end of the one
 * before; the last is open-ended and covers the longest code lifetime.
 */
export const HISTOGRAM_BUCKETS = 24;
const FIRST_END_MS = 250;

/** How long codes took: one count per bucket. */
export type Histogram = readonly number[];

/** The counts of a period. */
export type FunnelCounts = Readonly<Record<VerificationCounter | ActivityFigure, number>> & {
  /** From the request to the receipt. */
  readonly deliveredIn: Histogram;
  /** From the request to the correct code. */
  readonly verifiedIn: Histogram;
};

/** The events of a code as a bit set, as stored with the verification. */
export const eventBits: Readonly<Record<VerificationCounter, number>> = {
  asked: 1,
  sent: 2,
  delivered: 4,
  read: 8,
  verified: 16,
  failed: 32,
  expired: 64,
};

/** The bucket that a time falls into. */
export function bucketOf(milliseconds: number): number {
  if (milliseconds <= FIRST_END_MS) return 0;
  return Math.min(
    HISTOGRAM_BUCKETS - 1,
    Math.ceil(2 * Math.log2(milliseconds / FIRST_END_MS) - 1e-9),
  );
}

/**
 * The time that `share` (0 to 1) of the codes did not exceed, in whole milliseconds; undefined if there
 * were none. Times are assumed to be spread evenly within a bucket, so the error is less than a factor of √2.
 */
export function quantile(times: Histogram, share: number): number | undefined {
  const total = times.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const wanted = Math.max(1, share * total);
  let below = 0;
  for (const [range, count] of times.entries()) {
    if (below + count >= wanted) {
      const start = range === 0 ? 0 : endOf(range - 1);
      return Math.round(start + ((wanted - below) / count) * (endOf(range) - start));
    }
    below += count;
  }
  return undefined;
}

function endOf(range: number): number {
  return FIRST_END_MS * 2 ** (range / 2);
}

const noTimes: Histogram = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0);

export const emptyCounts: FunnelCounts = {
  ...{ asked: 0, sent: 0, delivered: 0, read: 0, verified: 0, failed: 0, expired: 0 },
  ...{ messages: 0, messageFailures: 0, limitHits: 0 },
  deliveredIn: noTimes,
  verifiedIn: noTimes,
};

export function addCounts(a: FunnelCounts, b: FunnelCounts): FunnelCounts {
  const counts = [...verificationCounters, ...activityCounters].map((name) => [
    name,
    a[name] + b[name],
  ]);
  return {
    ...(Object.fromEntries(counts) as Record<VerificationCounter | ActivityFigure, number>),
    deliveredIn: addTimes(a.deliveredIn, b.deliveredIn),
    verifiedIn: addTimes(a.verifiedIn, b.verifiedIn),
  };
}

function addTimes(a: Histogram, b: Histogram): Histogram {
  return a.map((count, range) => count + (b[range] ?? 0));
}

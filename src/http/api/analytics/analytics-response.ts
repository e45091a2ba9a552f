import {
  type FunnelCounts,
  type Histogram,
  quantile,
  verificationCounters,
} from '../../../domain/analytics/funnel-stats.ts';
import { INBOUND } from '../../../domain/analytics/rollup.ts';
import type { Drop } from '../../../services/analytics/read-drops.ts';

/**
 * Presents the funnel of codes, from the request to the verification; of one channel, if it is given. For verifications
 * by an incoming message, nothing is sent.
 */
export function presentFunnel(figures: FunnelCounts, channel?: string) {
  const { asked, sent, delivered, read, verified, deliveredIn, verifiedIn } = figures;
  const counts = Object.fromEntries(verificationCounters.map((name) => [name, figures[name]]));
  return {
    ...(counts as Pick<FunnelCounts, (typeof verificationCounters)[number]>),
    deliveryRate: toRate(delivered, sent),
    readRate: toRate(read, sent),
    conversionRate: toRate(verified, channel === INBOUND ? asked : sent),
    deliveryMs: presentTimes(deliveredIn),
    verificationMs: presentTimes(verifiedIn),
  };
}

/** Presents a drop of the conversion. */
export function presentDrop(drop: Drop) {
  const { accountId, dimension, value, share, expectedShare, windowFrom, windowTo } = drop;
  return {
    ...{ accountId, dimension, value, share: round(share), expectedShare: round(expectedShare) },
    from: windowFrom.toISOString(),
    to: windowTo.toISOString(),
    since: drop.createdAt.toISOString(),
  };
}

function presentTimes(times: Histogram) {
  return { p50: quantile(times, 0.5) ?? null, p95: quantile(times, 0.95) ?? null };
}

/** Rounds to four decimal places. At most 1, even while one count is ahead of the other. */
function toRate(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(1, round(part / whole));
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}

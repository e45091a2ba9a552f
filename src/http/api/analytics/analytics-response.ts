import {
  type FunnelCounts,
  type Histogram,
  quantile,
  verificationCounters,
} from '../../../domain/analytics/funnel-stats.ts';

/** The way of codes, from the request to the correct code. */
export function presentFunnel(figures: FunnelCounts) {
  const { sent, delivered, read, verified, deliveredIn, verifiedIn } = figures;
  const counts = Object.fromEntries(verificationCounters.map((name) => [name, figures[name]]));
  return {
    ...(counts as Pick<FunnelCounts, (typeof verificationCounters)[number]>),
    deliveryRate: toRate(delivered, sent),
    readRate: toRate(read, sent),
    conversionRate: toRate(verified, sent),
    deliveryMs: presentTimes(deliveredIn),
    verificationMs: presentTimes(verifiedIn),
  };
}

function presentTimes(times: Histogram) {
  return { p50: quantile(times, 0.5) ?? null, p95: quantile(times, 0.95) ?? null };
}

/** With four digits behind the point; at most 1, also while a count is ahead of another. */
function toRate(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(1, Math.round((part / whole) * 10_000) / 10_000);
}

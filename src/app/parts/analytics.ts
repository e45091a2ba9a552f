import { channelKinds, hasSessions } from '../../channels/registry.ts';
import type { AnalyticsContext, ConversionWatchContext } from '../../services/analytics/context.ts';
import type { Infrastructure } from '../infrastructure.ts';

type Analytics = {
  readonly analytics: AnalyticsContext;
  readonly conversionWatch: ConversionWatchContext;
};

export function buildAnalytics(
  { stores, changes, platform: { logger, now } }: Infrastructure,
  pumping: NonNullable<AnalyticsContext['pumping']>,
): Analytics {
  const { rollups, rollupSources, summing, sessions, leases } = stores;
  const messageChannel = channelKinds.find(hasSessions) ?? '';
  return {
    analytics: { rollups, rollupSources, summing, sessions, leases, pumping, messageChannel, now },
    conversionWatch: { drops: stores.drops, changes, logger, now },
  };
}

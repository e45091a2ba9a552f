import type { CallbackUrls } from './callback-urls.ts';
import type { DeliveryContext } from './context.ts';

export type ChannelListContext = Pick<DeliveryContext, 'channels' | 'circuits'> & {
  readonly callbackUrls: Pick<CallbackUrls, 'urlOf'>;
};

/** Lists the enabled channels in order of preference, with the URLs to which their providers report. */
export function listChannels({ channels, circuits, callbackUrls }: ChannelListContext) {
  return channels.map(({ name, reportsDelivery = false, readCallback }) => ({
    name,
    reportsDelivery,
    callbackUrl: readCallback && callbackUrls.urlOf(name),
    isSkipped: circuits.isSkipped(name),
  }));
}

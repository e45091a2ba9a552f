import type { Channel } from '../../channels/contract.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { Metrics } from '../operations/metrics-service.ts';
import type { TextContext } from './templates/message-text.ts';

/** What delivering a message needs. */
export type DeliveryContext = {
  readonly deliveries: DeliveryStore;
  readonly texts: TextContext;
  /** In the order in which they are tried. */
  readonly channels: readonly Channel[];
  /** The time limit for all channels together. */
  readonly timeoutSeconds: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: Clock;
};

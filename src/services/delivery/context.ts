import type { Channel } from '../../channels/contract.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { Metrics } from '../operations/metrics-service.ts';

/** What bringing a message to its recipient needs. */
export type DeliveryContext = {
  readonly deliveries: DeliveryStore;
  /** In the order in which they are tried. */
  readonly channels: readonly Channel[];
  /** For all channels together. */
  readonly timeoutSeconds: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: Clock;
};

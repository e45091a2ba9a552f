import type { Sealer } from '../../lib/crypto/encryption.ts';
import type { GuardedClient } from '../../lib/guarded-http/guarded-client.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { EventStore } from '../../storage/webhooks/event-store.ts';
import type { WebhookDeliveryStore } from '../../storage/webhooks/webhook-delivery-store.ts';
import type { WebhookStore } from '../../storage/webhooks/webhook-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { KnownEndpoints } from './known-endpoints.ts';

export type { ChangeFeed } from './change-feed.ts';

/** What managing endpoints and reading events needs. Built once, by the composition root. */
export type WebhookContext = {
  readonly webhooks: WebhookStore;
  readonly pushes: WebhookDeliveryStore;
  readonly events: EventStore;
  readonly endpoints: Pick<KnownEndpoints, 'refresh'>;
  readonly client: Pick<GuardedClient, 'checkUrl'>;
  readonly sealer: Sealer;
  /** Pushes what is due. */
  readonly wake: () => void;
  readonly activity: ActivityService;
  readonly now: Clock;
};

/** What recording events needs. */
export type RecorderContext = {
  readonly events: EventStore;
  readonly endpoints: KnownEndpoints;
  /** Called when there is something to push. */
  readonly onRecorded: () => void;
  readonly logger: Logger;
  readonly now: Clock;
};

import type { Sealer } from '../../../lib/crypto/encryption.ts';
import type { GuardedClient } from '../../../lib/guarded-http/guarded-client.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { EventStore } from '../../../storage/webhooks/event-store.ts';
import type {
  PushOutcome,
  WebhookDeliveryStore,
} from '../../../storage/webhooks/webhook-delivery-store.ts';
import type { WebhookStore } from '../../../storage/webhooks/webhook-store.ts';
import type { KnownEndpoints } from '../known-endpoints.ts';

/** What pushing events needs. Built once, by the composition root. */
export type PushContext = {
  readonly webhooks: WebhookStore;
  readonly pushes: WebhookDeliveryStore;
  readonly events: Pick<EventStore, 'findNumbers'>;
  readonly client: Pick<GuardedClient, 'post'>;
  readonly sealer: Sealer;
  readonly endpoints: Pick<KnownEndpoints, 'find' | 'address' | 'noteHealth'>;
  /** Called when an event about an endpoint was recorded, so that there is something to push. */
  readonly onRecorded: () => void;
  readonly onPushed: (outcome: PushOutcome['status']) => void;
  /** Called when an endpoint was disabled. */
  readonly onDisabled: () => void;
  /** How long a receiver may take. */
  readonly timeoutMs?: number | undefined;
  readonly logger: Logger;
  readonly random: () => number;
  readonly now: Clock;
};

import { createSealer } from '../lib/crypto/encryption.ts';
import type { IngestContext } from '../services/conversations/context.ts';
import { createIngest } from '../services/conversations/inbound/ingest.ts';
import { createKnownSettings } from '../services/conversations/settings/known-settings.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { buildWebhooks } from './webhooks.ts';

/** Stores the conversations of sessions that want it, and reports them to webhooks. */
export function buildConversations(
  infrastructure: Infrastructure,
  webhooks: Pick<ReturnType<typeof buildWebhooks>, 'recording'>,
) {
  const { platform, stores, secretKeys, metrics, messages } = infrastructure;
  const { endpoints, onRecorded } = webhooks.recording;
  const context: IngestContext = {
    ingest: stores.ingest,
    changes: stores.messageChanges,
    receipts: stores.receipts,
    lids: stores.lids,
    events: stores.events,
    knownSettings: createKnownSettings(stores.sessions),
    sealer: createSealer(secretKeys, 'conversation'),
    isWatched: endpoints.isWatched,
    address: (event) => ({
      event,
      webhookIds: endpoints.findFor(event).map(({ webhookId }) => webhookId),
    }),
    onRecorded,
    onLost: (count) => metrics.messagesLost.inc(count),
    logger: platform.logger,
    now: platform.now,
  };
  const ingest = createIngest(context);
  messages.listen(ingest);
  return { context, ingest };
}

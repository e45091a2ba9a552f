import { createSealer } from '../../lib/crypto/encryption.ts';
import { drawFraction } from '../../lib/crypto/secrets.ts';
import { createGuardedClient } from '../../lib/guarded-http/guarded-client.ts';
import type { RecorderContext, WebhookContext } from '../../services/webhooks/context.ts';
import { createKnownEndpoints } from '../../services/webhooks/known-endpoints.ts';
import { createPushQueue } from '../../services/webhooks/pushing/push-queue.ts';
import { createEventRecorder } from '../../services/webhooks/recording/event-recorder.ts';
import { recordDueEvents } from '../../services/webhooks/recording/record-due-events.ts';
import type { Infrastructure } from '../infrastructure.ts';

/** Records what happens in accounts that have an endpoint, and pushes it to them. */
export function buildWebhooks(infrastructure: Infrastructure) {
  const { config, platform, stores, activity, changes, metrics, secretKeys } = infrastructure;
  const { logger, now, webhookTimeoutMs: timeoutMs } = platform;
  const { events, webhooks, webhookDeliveries: pushes } = stores;
  const sealer = createSealer(secretKeys, 'webhook');
  const client = createGuardedClient(config.webhooks);
  const endpoints = createKnownEndpoints(webhooks);
  const refreshSoon = () => {
    endpoints
      .refresh()
      .catch((err: unknown) => logger.error({ err }, 'webhooks could not be read'));
  };
  const queue = createPushQueue({
    ...{ webhooks, pushes, events, endpoints, client, sealer, timeoutMs, logger, now },
    onRecorded: () => queue.wake(),
    onPushed: (status) => metrics.webhookDeliveries.inc({ status }),
    onDisabled: refreshSoon,
    random: drawFraction,
  });
  const recording: RecorderContext = { events, endpoints, onRecorded: queue.wake, logger, now };
  const recorder = createEventRecorder(recording);
  changes.listen(recorder);
  const context: WebhookContext = {
    ...{ webhooks, pushes, events, endpoints, client, sealer, activity, now },
    wake: queue.wake,
  };
  return {
    context,
    recording,
    jobs: {
      refreshWebhooks: endpoints.refresh,
      async pushEvents() {
        if (endpoints.isAnyKnown()) queue.wake();
      },
      async recordDueEvents() {
        if (endpoints.isAnyKnown()) await recordDueEvents(recording);
      },
    },
    async close(): Promise<void> {
      await recorder.close().catch((err: unknown) => {
        logger.error({ err }, 'events could not be recorded; they are found after the next start');
      });
      await queue.close().catch((err: unknown) => {
        logger.error({ err }, 'could not release webhook deliveries; their claims expire soon');
      });
      await client.close();
    },
  };
}

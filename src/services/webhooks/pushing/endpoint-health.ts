import { toEventId } from '../../../domain/webhooks/event-id.ts';
import { GONE, type PushDisabledReason } from '../../../domain/webhooks/webhook.ts';
import type { PushOutcome } from '../../../storage/webhooks/webhook-delivery-store.ts';
import type { StoredWebhook } from '../../../storage/webhooks/webhook-store.ts';
import type { PushContext } from './push-context.ts';

type HealthContext = Pick<
  PushContext,
  'webhooks' | 'endpoints' | 'logger' | 'onDisabled' | 'onRecorded' | 'now'
>;

/** Keeps account of how the endpoint is doing, and disables one that is gone, or has failed for days. */
export async function noteHealth(
  ctx: HealthContext,
  endpoint: StoredWebhook,
  { status, responseStatus, error = '' }: PushOutcome,
): Promise<void> {
  const { webhooks, endpoints, now } = ctx;
  const { webhookId } = endpoint;
  const present = endpoints.find(webhookId) ?? endpoint;
  if (status === 'SUCCESS') {
    if (!isWorthNoting(present, now())) return;
    endpoints.noteHealth(webhookId, { failures: 0, lastSuccessAt: now() });
    await webhooks.noteSuccess(webhookId, now());
    return;
  }
  endpoints.noteHealth(webhookId, { failures: present.failures + 1 });
  await webhooks.noteFailure(webhookId, error, now());
  await reportIfFailing(ctx, endpoint);
  await disableIfUseless(ctx, endpoint, responseStatus === GONE ? 'gone' : 'failing');
}

/** How often a success is stored while nothing fails. */
const NOTE_SUCCESS_MS = 10_000;

function isWorthNoting({ failures, lastSuccessAt }: StoredWebhook, now: Date): boolean {
  const isOld = !lastSuccessAt || now.getTime() - lastSuccessAt.getTime() > NOTE_SUCCESS_MS;
  return failures > 0 || isOld;
}

/** Each change and its event are one transaction, so that no event is lost if the node dies. */
async function reportIfFailing(
  { webhooks, endpoints, logger, onRecorded, now }: HealthContext,
  { accountId, webhookId }: StoredWebhook,
): Promise<void> {
  const present = await webhooks.findUnreported(webhookId, now());
  if (!present?.failingSince) return;
  const { failures, failingSince, url } = present;
  const since = failingSince.toISOString();
  const event = endpoints.address({
    ...{ accountId, type: 'webhook.failing', subject: webhookId, occurredAt: now() },
    eventId: toEventId('webhook.failing', webhookId, since),
    data: { webhookId, host: new URL(url).host, consecutiveFailures: failures, since },
  });
  const isReported = await webhooks.reportFailing(webhookId, now(), event);
  if (!isReported) return;
  logger.warn({ webhookId, account: accountId, failures }, 'a webhook endpoint is failing');
  onRecorded();
}

async function disableIfUseless(
  { webhooks, endpoints, logger, onDisabled, onRecorded, now }: HealthContext,
  { accountId, webhookId, url }: StoredWebhook,
  reason: PushDisabledReason,
): Promise<void> {
  const occurredAt = now();
  const event = endpoints.address({
    ...{ accountId, type: 'webhook.disabled', subject: webhookId, occurredAt },
    eventId: toEventId('webhook.disabled', webhookId, occurredAt.toISOString()),
    data: { webhookId, host: new URL(url).host, reason },
  });
  const isDisabled = await webhooks.disable(webhookId, reason, { now: occurredAt, event });
  if (!isDisabled) return;
  logger.warn({ webhookId, account: accountId, reason }, 'a webhook endpoint was disabled');
  onDisabled();
  onRecorded();
}

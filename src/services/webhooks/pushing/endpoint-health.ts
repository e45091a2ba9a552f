import { GONE, type WebhookDisabledReason } from '../../../domain/webhooks/webhook.ts';
import type { PushOutcome } from '../../../storage/webhooks/webhook-delivery-store.ts';
import type { StoredWebhook } from '../../../storage/webhooks/webhook-store.ts';
import type { PushContext } from './push-context.ts';

/** Keeps account of how the endpoint is doing, and disables one that is gone, or has failed for days. */
export async function noteHealth(
  ctx: PushContext,
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
  if (await webhooks.reportFailing(webhookId, now())) await tellFailing(ctx, endpoint);
  const isDisabled =
    responseStatus === GONE
      ? await webhooks.disableGone(webhookId, now())
      : await webhooks.disableFailing(webhookId, now());
  const reason: WebhookDisabledReason = responseStatus === GONE ? 'gone' : 'failing';
  if (isDisabled) tellDisabled(ctx, endpoint, reason);
}

/** How often a success is stored while nothing fails. */
const NOTE_SUCCESS_MS = 10_000;

function isWorthNoting({ failures, lastSuccessAt }: StoredWebhook, now: Date): boolean {
  const isOld = !lastSuccessAt || now.getTime() - lastSuccessAt.getTime() > NOTE_SUCCESS_MS;
  return failures > 0 || isOld;
}

function tellDisabled(
  { changes, logger, onDisabled }: PushContext,
  { accountId, webhookId, url }: StoredWebhook,
  reason: WebhookDisabledReason,
): void {
  logger.warn({ webhookId, account: accountId, reason }, 'a webhook endpoint was disabled');
  const data = { webhookId, host: new URL(url).host, reason };
  changes.noteOccurrence({ accountId, type: 'webhook.disabled', subject: webhookId, data });
  onDisabled();
}

async function tellFailing(
  { webhooks, changes, logger }: PushContext,
  { accountId, webhookId }: StoredWebhook,
): Promise<void> {
  const present = await webhooks.find({ accountId, webhookId });
  if (!present?.failingSince) return;
  const { failures, failingSince, url } = present;
  logger.warn({ webhookId, account: accountId, failures }, 'a webhook endpoint fails');
  const data = {
    ...{ webhookId, host: new URL(url).host },
    ...{ consecutiveFailures: failures, since: failingSince.toISOString() },
  };
  changes.noteOccurrence({ accountId, type: 'webhook.failing', subject: webhookId, data });
}

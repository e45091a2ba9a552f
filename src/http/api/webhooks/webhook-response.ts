import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { WebhookDetails } from '../../../services/webhooks/manage-webhooks.ts';
import type { PushDetails } from '../../../services/webhooks/read-events.ts';

export function presentWebhook(webhook: WebhookDetails) {
  const { webhookId: id, url, events, isActive, failures, seesNumbers } = webhook;
  const { description = null, sessionId, sessions, purposes = null } = webhook;
  const { disabledReason = null, failingSince, lastError = null, lastSuccessAt } = webhook;
  return {
    ...{ id, url, events: [...events], description },
    sessionId: sessionId === undefined ? null : toSessionName(sessionId),
    sessions: sessions?.map(toSessionName) ?? null,
    purposes: purposes && [...purposes],
    fullNumbers: seesNumbers,
    ...{ isActive, disabledReason, failures, lastError },
    failingSince: failingSince?.toISOString() ?? null,
    lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
  };
}

export function presentDelivery(push: PushDetails) {
  const { id, webhookId, eventId, type, status, attempts, nextAttemptAt } = push;
  const { responseStatus = null, response = null, lastError = null, durationMs = null } = push;
  return {
    ...{ id: String(id), webhookId, eventId, type, status, attempts },
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    ...{ responseStatus, response, lastError, durationMs },
    occurredAt: push.occurredAt.toISOString(),
    createdAt: push.createdAt.toISOString(),
    updatedAt: push.updatedAt.toISOString(),
  };
}

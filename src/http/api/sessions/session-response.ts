import type { Caller } from '../../../domain/access/caller.ts';
import type { SessionSettings } from '../../../domain/conversations/session-settings.ts';
import type { SessionWebhook } from '../../../services/webhooks/session-webhook.ts';
import type { LinkingSecret } from '../../../services/whatsapp/pairing-secret.ts';
import type { SessionDetails } from '../../../services/whatsapp/session-details.ts';
import { presentSessionId } from '../session-names.ts';

/** Characters in external texts that could break a line or change its direction. */
const STEERING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The short form of a session, for frequent requests. */
export function presentStanding(caller: Caller, details: SessionDetails) {
  const { sessionId, accountId } = details;
  return {
    sessionId: presentSessionId(caller, sessionId),
    ...(caller.seesAllAccounts && { accountId }),
    status: details.status,
    state: details.state,
    reason: details.reason ?? null,
    errorMessage: details.errorMessage?.replaceAll(STEERING, '') ?? null,
    attempt: details.attempt,
    nextTryAt: details.nextTryAt?.toISOString() ?? null,
    isConnected: details.isConnected,
  };
}

/** Presents a session field by field, so that no other field can leak. */
export function presentSession(caller: Caller, details: SessionDetails) {
  const { waiting, oldestSeconds } = details.queue;
  return {
    ...presentStanding(caller, details),
    phoneNumber: details.phoneNumber ?? null,
    name: details.name?.replaceAll(STEERING, '') ?? null,
    userId: details.userId ?? null,
    deviceInfo: details.device
      ? { platform: details.device.platform ?? null, version: details.device.version }
      : null,
    connectedAt: details.connectedAt?.toISOString() ?? null,
    disconnectedAt: details.disconnectedAt?.toISOString() ?? null,
    createdAt: details.createdAt.toISOString(),
    ...presentSettings(details.settings),
    keptHere: details.keptHere,
    contactsBlockedUntil: details.contactsBlockedUntil?.toISOString() ?? null,
    contactsBlockedBy: details.contactsBlockedBy ?? null,
    queue: { waiting, oldestSeconds },
  };
}

export function presentSettings({ store, use, ignore, autoReply, metadata }: SessionSettings) {
  const shown = autoReply && { text: autoReply.text ?? null };
  return { store, use, ignore: [...ignore], autoReply: shown, metadata };
}

/** Until when a QR code or pairing code is valid. */
export function presentExpiry({ expiresAt, expiresInSeconds }: LinkingSecret) {
  return { expiresAt: expiresAt.toISOString(), expiresIn: expiresInSeconds };
}

export function presentSessionWebhook({ webhook, secret }: SessionWebhook) {
  return {
    webhookUrl: webhook?.url ?? null,
    webhookEvents: webhook ? [...webhook.events] : null,
    webhookSecret: secret ?? null,
  };
}

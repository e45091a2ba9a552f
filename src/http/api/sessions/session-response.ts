import type { Caller } from '../../../domain/access/caller.ts';
import type { LinkingSecret } from '../../../services/whatsapp/pairing-secret.ts';
import type { SessionDetails } from '../../../services/whatsapp/session-details.ts';
import { presentSessionId } from '../session-names.ts';

/** What could break a line or turn the direction of a text around, in a text that came from outside. */
const STEERING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The short answer, for those who ask often. */
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

/** What the owner may know of a session: field by field, so that nothing else slips out. */
export function presentSession(caller: Caller, details: SessionDetails) {
  const { waiting, oldestSeconds } = details.queue;
  return {
    ...presentStanding(caller, details),
    phoneNumber: details.phoneNumber ?? null,
    name: details.name?.replaceAll(STEERING, '') ?? null,
    connectedAt: details.connectedAt?.toISOString() ?? null,
    disconnectedAt: details.disconnectedAt?.toISOString() ?? null,
    createdAt: details.createdAt.toISOString(),
    keptHere: details.keptHere,
    contactsBlockedUntil: details.contactsBlockedUntil?.toISOString() ?? null,
    contactsBlockedBy: details.contactsBlockedBy ?? null,
    queue: { waiting, oldestSeconds },
  };
}

/** Until when a QR or a code is good. */
export function presentExpiry({ expiresAt, expiresInSeconds }: LinkingSecret) {
  return { expiresAt: expiresAt.toISOString(), expiresIn: expiresInSeconds };
}

import type { SessionReason } from '../../../domain/whatsapp/session-reason.ts';

/** How a connection ended, and what to do next. */
export type DisconnectReason = {
  readonly kind:
    | 'restart' // Reconnect immediately. WhatsApp asked for it; nothing is wrong.
    | 'retry' // Reconnect after a wait.
    | 'linking_over' // No phone linked the device in time.
    | 'logged_out'
    | 'replaced'
    | 'banned'
    | 'outdated'
    | 'failed';
  readonly reason: SessionReason;
  /** Details for users, in addition to the reason. */
  readonly errorMessage?: string;
};

type Closing = { readonly statusCode: number | undefined; readonly message: string };

/**
 * The status codes of Baileys 7.0.0-rc14 and their observed meanings. 402, 405 and 406 are missing from
 * its enum `DisconnectReason` but known from other clients of the protocol.
 */
const ENDINGS: Readonly<Record<number, DisconnectReason>> = {
  515: { kind: 'restart', reason: 'restart_required' },
  428: { kind: 'retry', reason: 'connection_closed' },
  408: { kind: 'retry', reason: 'connection_lost' },
  503: { kind: 'retry', reason: 'service_unavailable' },
  500: { kind: 'retry', reason: 'bad_session' },
  401: { kind: 'logged_out', reason: 'device_unlinked' },
  440: { kind: 'replaced', reason: 'replaced_by_other_client' },
  402: { kind: 'banned', reason: 'banned_temporarily' },
  403: { kind: 'banned', reason: 'banned' },
  406: { kind: 'banned', reason: 'banned' },
  405: { kind: 'outdated', reason: 'client_outdated' },
  411: { kind: 'failed', reason: 'linked_devices_not_allowed' },
};

/** The error message with which the watchdog closes a connection without events. */
export const NO_ANSWER = 'no_answer' satisfies SessionReason;

export function toEnding({ statusCode, message }: Closing): DisconnectReason {
  // The expiry of the last QR code has the status 408, too.
  if (message.includes('QR refs')) return { kind: 'linking_over', reason: 'qr_expired' };
  if (message === NO_ANSWER) return { kind: 'retry', reason: NO_ANSWER };
  if (statusCode === undefined) {
    return { kind: 'retry', reason: 'connection_failed', errorMessage: message };
  }
  const unknown = { reason: 'unexpected_status', errorMessage: String(statusCode) } as const;
  return ENDINGS[statusCode] ?? { kind: 'retry', ...unknown };
}

/** The ending when WhatsApp could not be reached: the network, a name server or a proxy failed. */
export function toUnreachable(host: string, cause: string): DisconnectReason {
  return { kind: 'retry', reason: 'unreachable', errorMessage: `${host}: ${cause}` };
}

/**
 * The error code when WhatsApp refuses a message of a restricted number to a new contact. What follows is
 * in sending/new-contact-guard.ts and sending/messenger.ts. Sending it
 * again counts as another attempt and extends the restriction (comment on this code in
 * Baileys 7.0.0-rc14; https://github.com/WhiskeySockets/Baileys/issues/2441).
 */
export const RESTRICTED = '463';

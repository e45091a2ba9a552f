import type { SessionReason } from '../../../domain/whatsapp/session-reason.ts';

/** How a connection ended, and what that asks for. */
export type DisconnectReason = {
  readonly kind:
    | 'restart' // Connect again at once: WhatsApp asked for it, nothing is wrong.
    | 'retry' // Connect again after a wait.
    | 'linking_over' // The phone did not come in time.
    | 'logged_out'
    | 'replaced'
    | 'banned'
    | 'outdated'
    | 'failed';
  readonly reason: SessionReason;
  /** What was said beyond the reason, for people. */
  readonly errorMessage?: string;
};

type Closing = { readonly statusCode: number | undefined; readonly message: string };

/**
 * The status codes of Baileys 7.0.0-rc14 (`DisconnectReason`, and 402, 405 and 406, which are in no
 * enum: other clients of the protocol know them), with what each has been seen to mean.
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

/** As the watchdog of a session ends a connection that says nothing; it comes back as the message of its end. */
export const NO_ANSWER = 'no_answer' satisfies SessionReason;

export function toEnding({ statusCode, message }: Closing): DisconnectReason {
  // 408 is also how the last QR ends.
  if (message.includes('QR refs')) return { kind: 'linking_over', reason: 'qr_expired' };
  if (message === NO_ANSWER) return { kind: 'retry', reason: NO_ANSWER };
  if (statusCode === undefined) {
    return { kind: 'retry', reason: 'connection_failed', errorMessage: message };
  }
  const unknown = { reason: 'unexpected_status', errorMessage: String(statusCode) } as const;
  return ENDINGS[statusCode] ?? { kind: 'retry', ...unknown };
}

/** Nothing was heard from WhatsApp at all: the network, a name server or something in between refused. */
export function toUnreachable(host: string, cause: string): DisconnectReason {
  return { kind: 'retry', reason: 'unreachable', errorMessage: `${host}: ${cause}` };
}

/**
 * The error of a message to a stranger that WhatsApp will not take from a restricted number. Sending
 * it again counts as another attempt and makes the restriction longer (comment on this code in
 * Baileys 7.0.0-rc14; https://github.com/WhiskeySockets/Baileys/issues/2441).
 */
export const RESTRICTED = '463';

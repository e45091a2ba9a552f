/**
 * Why a session came to its state: a closed list for programs. A text from outside, such as the
 * message of an operating system, stands beside the code as `errorMessage` and is never compared.
 */
export const sessionReasons = [
  // Linking.
  'linking',
  'qr_expired',
  'code_expired',
  // What this program did itself.
  'restart',
  'stopped',
  'logged_out',
  'lease_lost',
  'not_kept',
  // It connects again by itself.
  'restart_required',
  'connection_closed',
  'connection_lost',
  'connection_failed',
  'no_answer',
  'unreachable',
  'service_unavailable',
  'bad_session',
  'unexpected_status',
  'database_unavailable',
  // A person must act.
  'device_unlinked',
  'replaced_by_other_client',
  'banned_temporarily',
  'banned',
  'client_outdated',
  'linked_devices_not_allowed',
  'credentials_unreadable',
  // A row that another version of this program wrote.
  'unknown',
] as const;
export type SessionReason = (typeof sessionReasons)[number];

const sentences: Readonly<Record<SessionReason, string>> = {
  linking: 'a number is being linked',
  qr_expired: 'nobody scanned the QR code in time',
  code_expired: 'nobody entered the pairing code in time',
  restart: 'the session was restarted',
  stopped: 'this node stopped keeping the session',
  logged_out: 'the session was logged out',
  lease_lost: 'another node may have taken the session over',
  not_kept: 'no node keeps the session at the moment',
  restart_required: 'WhatsApp asked to connect again',
  connection_closed: 'the connection was closed',
  connection_lost: 'the connection was lost',
  connection_failed: 'the connection failed',
  no_answer: 'WhatsApp did not answer in time',
  unreachable: 'WhatsApp cannot be reached',
  service_unavailable: 'WhatsApp is unavailable',
  bad_session: 'WhatsApp did not accept the session',
  unexpected_status: 'WhatsApp ended the connection with an unexpected status',
  database_unavailable: 'the database did not answer',
  device_unlinked: 'the device was unlinked: link it again',
  replaced_by_other_client:
    'another program took this session over: stop it, then restart the session',
  banned_temporarily: 'WhatsApp has banned this number for a while',
  banned: 'WhatsApp has banned this number',
  client_outdated:
    'WhatsApp refuses this client version: raise WHATSAPP_VERSION or update Waverify',
  linked_devices_not_allowed: 'the account does not allow linked devices',
  credentials_unreadable: 'the credentials cannot be read',
  unknown: 'the reason is unknown',
};

/** A reason with the text from outside that belongs to it. */
export type ReasonWithText = {
  readonly reason: SessionReason | undefined;
  readonly errorMessage: string | undefined;
};

/** A reason in words, for the operator at the terminal and in the log; `undefined` when there is none. */
export function explainSessionReason({ reason, errorMessage }: ReasonWithText): string | undefined {
  if (reason === undefined) return undefined;
  return [sentences[reason], errorMessage].filter((part) => part !== undefined).join(': ');
}

/** A reason as a row holds it. One that is not on the list is kept as the text beside `unknown`. */
export function readSessionReason(
  stored: string | undefined,
  errorMessage: string | undefined,
): ReasonWithText {
  if (stored === undefined) return { reason: undefined, errorMessage };
  const reason = sessionReasons.find((one) => one === stored);
  if (reason === undefined) return { reason: 'unknown', errorMessage: errorMessage ?? stored };
  return { reason, errorMessage };
}

/** Why a session may not write to new contacts for a while. */
export const contactBlockReasons = ['time_locked', 'contact_refused', 'unknown'] as const;
export type ContactBlockReason = (typeof contactBlockReasons)[number];

const blockSentences: Readonly<Record<ContactBlockReason, string>> = {
  time_locked: 'WhatsApp restricts this number to people who know it',
  contact_refused: 'WhatsApp refused a new contact (463)',
  unknown: 'the reason is unknown',
};

export function explainContactBlock(reason: ContactBlockReason): string {
  return blockSentences[reason];
}

export function readContactBlockReason(stored: string): ContactBlockReason {
  return contactBlockReasons.find((one) => one === stored) ?? 'unknown';
}

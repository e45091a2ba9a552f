/**
 * Why a session is in its state: a closed list for programs. External text, such as a message of the
 * operating system, is kept separately as `errorMessage` and is never compared.
 */
export const sessionReasons = [
  // Linking.
  'linking',
  'qr_expired',
  'code_expired',
  // Caused by this program.
  'restart',
  'stop_requested',
  'stopped',
  'logged_out',
  'lease_lost',
  'not_kept',
  // Reconnects automatically.
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
  // Needs an operator.
  'device_unlinked',
  'replaced_by_other_client',
  'restored_from_backup',
  'banned_temporarily',
  'banned',
  'client_outdated',
  'linked_devices_not_allowed',
  'credentials_unreadable',
  // Written by another version of this program.
  'unknown',
] as const;
export type SessionReason = (typeof sessionReasons)[number];

/** Ends of a connection that someone asked for, or that are part of linking: nothing has failed. */
const ORDERLY: readonly (SessionReason | undefined)[] = [
  ...(['restart', 'stop_requested', 'stopped', 'logged_out', 'restart_required'] as const),
];

/** Whether a connection was closed on purpose. */
export function isOrderlyClose(reason: SessionReason | undefined): boolean {
  return ORDERLY.includes(reason);
}

const sentences: Readonly<Record<SessionReason, string>> = {
  linking: 'a number is being linked',
  qr_expired: 'the QR code was not scanned in time',
  code_expired: 'the pairing code was not entered in time',
  restart: 'the session was restarted',
  stop_requested: 'someone stopped the session: restart it to use it again',
  stopped: 'this node stopped hosting the session',
  logged_out: 'the session was logged out',
  lease_lost: 'another node may have taken the session over',
  not_kept: 'no node hosts the session at the moment',
  restart_required: 'WhatsApp requested a reconnect',
  connection_closed: 'the connection was closed',
  connection_lost: 'the connection was lost',
  connection_failed: 'the connection failed',
  no_answer: 'WhatsApp did not answer in time',
  unreachable: 'WhatsApp cannot be reached',
  service_unavailable: 'WhatsApp is unavailable',
  bad_session: 'WhatsApp did not accept the session',
  unexpected_status: 'WhatsApp ended the connection with an unexpected status',
  database_unavailable: 'the database did not answer',
  device_unlinked: 'the device was unlinked on the phone: link it again',
  replaced_by_other_client:
    'another client took over this session: stop that client, then restart the session',
  restored_from_backup:
    'the database was restored from a backup: make sure that no other copy of it is in use, then restart the session',
  banned_temporarily: 'WhatsApp has banned this number temporarily',
  banned: 'WhatsApp has banned this number',
  client_outdated:
    'WhatsApp rejects this client version: raise WHATSAPP_VERSION or update Waverify',
  linked_devices_not_allowed: 'the WhatsApp account does not allow linked devices',
  credentials_unreadable: 'the credentials cannot be read',
  unknown: 'unknown reason',
};

/** A reason with its external text. */
export type ReasonWithText = {
  readonly reason: SessionReason | undefined;
  readonly errorMessage: string | undefined;
};

/** Describes a reason for the operator, in the terminal and the log; undefined without a reason. */
export function explainSessionReason({ reason, errorMessage }: ReasonWithText): string | undefined {
  if (reason === undefined) return undefined;
  return [sentences[reason], errorMessage].filter((part) => part !== undefined).join(': ');
}

/** Parses a stored reason. One that is not on the list becomes `unknown` with the stored text. */
export function readSessionReason(
  stored: string | undefined,
  errorMessage: string | undefined,
): ReasonWithText {
  if (stored === undefined) return { reason: undefined, errorMessage };
  const reason = sessionReasons.find((one) => one === stored);
  if (reason === undefined) return { reason: 'unknown', errorMessage: errorMessage ?? stored };
  return { reason, errorMessage };
}

/** Why a session must not write to new contacts for a while. */
export const contactBlockReasons = ['time_locked', 'contact_refused', 'unknown'] as const;
export type ContactBlockReason = (typeof contactBlockReasons)[number];

const blockSentences: Readonly<Record<ContactBlockReason, string>> = {
  time_locked: 'WhatsApp restricts this number to existing contacts',
  contact_refused: 'WhatsApp refused a new contact (463)',
  unknown: 'unknown reason',
};

export function explainContactBlock(reason: ContactBlockReason): string {
  return blockSentences[reason];
}

export function readContactBlockReason(stored: string): ContactBlockReason {
  return contactBlockReasons.find((one) => one === stored) ?? 'unknown';
}

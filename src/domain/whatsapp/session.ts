import { AppError } from '../errors.ts';
import type { SessionReason } from './session-reason.ts';

/** The states of a session. The last six are final: nothing happens automatically after them. */
export const sessionStates = [
  'unlinked',
  'qr',
  'code',
  'linking',
  'connecting',
  'open',
  'backoff',
  'stopped',
  'replaced',
  'logged_out',
  'banned',
  'outdated',
  'failed',
] as const;
export type SessionState = (typeof sessionStates)[number];

/** The states as the `sessions` table has them. */
export const sessionStatuses = ['active', 'inactive', 'error', 'connecting'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

const statusOf: Record<SessionState, SessionStatus> = {
  unlinked: 'inactive',
  qr: 'connecting',
  code: 'connecting',
  linking: 'connecting',
  connecting: 'connecting',
  open: 'active',
  backoff: 'connecting',
  stopped: 'inactive',
  replaced: 'error',
  logged_out: 'error',
  banned: 'error',
  outdated: 'error',
  failed: 'error',
};

export function toSessionStatus(state: SessionState): SessionStatus {
  return statusOf[state];
}

/** Whether an operator must act before this session can work again. */
export function isEnded(state: SessionState): boolean {
  return statusOf[state] === 'error';
}

/** Whether there is no connection, and none is made before someone asks for it. */
export function isAtRest(state: SessionState): boolean {
  return statusOf[state] === 'inactive' || isEnded(state);
}

/**
 * Whether a new connection cannot help until an operator has acted. Two programs that use the same
 * credentials, for example, would replace each other forever.
 */
export function needsOperator(state: SessionState): boolean {
  return UNTIL_SOMEONE_ACTS.has(state);
}

const UNTIL_SOMEONE_ACTS: ReadonlySet<SessionState> = new Set([
  'stopped',
  'replaced',
  'logged_out',
  'banned',
]);

/** The states in which a session that no node hosts is connected by any of them. */
export const connectedStates: readonly SessionState[] = sessionStates.filter(
  (state) => state !== 'unlinked' && !needsOperator(state),
);

/** The states in which a connection is being opened. */
const openingStates: readonly SessionState[] = ['connecting', 'linking'];

export function isOpening(state: SessionState): boolean {
  return openingStates.includes(state);
}

/** The states of a session that can send, or will be able to in a moment. */
export const usableStates: readonly SessionState[] = ['open', ...openingStates];

/** Whether no phone is linked, so that linking may begin. */
export function isLinkable(state: SessionState): boolean {
  return state === 'unlinked' || state === 'logged_out';
}

/** The text of a QR code for the operator's phone, and when WhatsApp stops accepting it. */
export type LinkingQr = { readonly text: string; readonly expiresAt: Date };

/** The state of a session at one moment, as its host reports it. */
export type SessionSnapshot = {
  readonly sessionId: string;
  readonly state: SessionState;
  /** Why it is in this state, if there is a reason. */
  readonly reason: SessionReason | undefined;
  /** External text that belongs to the reason, for people. */
  readonly errorMessage: string | undefined;
  /** Consecutive failed attempts to connect. */
  readonly attempt: number;
  /** When the next automatic attempt to connect is made. */
  readonly nextTryAt: Date | undefined;
  readonly qr: LinkingQr | undefined;
  /** The linked number in E.164. */
  readonly phoneNumber: string | undefined;
  readonly name: string | undefined;
  /** WhatsApp's own ID of the account, `…@lid`, or `…@s.whatsapp.net` if it has no hidden ID. */
  readonly userId?: string | undefined;
  readonly device?: DeviceInfo | undefined;
};

/** What a session is linked to, and what it reports itself to be. */
export type DeviceInfo = {
  /** What WhatsApp calls the phone, such as `android`, `iphone` or `smba`, if it has said so. */
  readonly platform?: string | undefined;
  /** The version of WhatsApp Web. */
  readonly version: string;
};

/** The beginning of the name of a session's lease. */
export const SESSION_LEASE_PREFIX = 'wa:';

/** The name of the lease that a node holds while it hosts a session. */
export function sessionLeaseName(sessionId: string): string {
  return `${SESSION_LEASE_PREFIX}${sessionId}`;
}

/** The same error for a session that does not exist and for one of another account. */
export function noSuchSession(): AppError {
  return new AppError('session_not_found', 'There is no session with this name');
}

import { ChannelError } from '../../channels/contract.ts';
import type { Caller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import { refuse } from '../../domain/refusal.ts';
import {
  isEnded,
  isLinkable,
  type LinkingQr,
  type SessionSnapshot,
} from '../../domain/whatsapp/session.ts';
import { explainSessionReason, type SessionReason } from '../../domain/whatsapp/session-reason.ts';
import type { SessionContext } from './context.ts';
import { type HeldSession, takeUpSession, toAppError, unavailable } from './find-session.ts';
import { type LinkingSecret, toLinkingSecret } from './pairing-secret.ts';

const QR_TIMEOUT_MS = 10_000;

/** The reason of a session whose QR code was not scanned in time. */
const QR_EXPIRED: SessionReason = 'qr_expired';

/** The number of the account to link, in E.164 and as a WhatsApp user. */
type OwnNumber = { readonly phoneNumber: string; readonly whatsAppUser: string };

/** How a wait for a QR code may end. */
type Outcome =
  | { readonly kind: 'qr'; readonly qr: LinkingQr }
  | { readonly kind: 'linked' }
  | { readonly kind: 'over'; readonly why: string };

/**
 * Returns the QR code to scan, and starts to link the session if that has not begun.
 * @throws {AppError} `session_not_found`, `session_exists` when it is already linked,
 * `session_not_connected` when the node that keeps it does not respond, `request_in_progress` while a pairing code
 * is valid, and `provider_unavailable` when WhatsApp sends no QR code within 10 seconds, or before
 * `signal` ends the wait.
 */
export async function readQr(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
  signal: AbortSignal,
): Promise<LinkingSecret> {
  const held = await takeUpUnlinked(ctx, caller, sessionId);
  if (held.state === 'code') throw linkingByCode();
  const present = freshQr(held, ctx.now());
  const outcome: Outcome = present
    ? { kind: 'qr', qr: present }
    : await waitForQr(ctx, sessionId, signal);
  if (outcome.kind === 'qr') return toLinkingSecret(outcome.qr, ctx.now());
  if (outcome.kind === 'linked') throw linkedAlready();
  throw unavailable(`No QR code is available: ${outcome.why}`);
}

/** Listens before it starts to link, so that no change is missed. */
async function waitForQr(
  { keeper, now }: SessionContext,
  sessionId: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const { promise, resolve, reject } = createDeferred<Outcome>();
  const giveUp = () => resolve({ kind: 'over', why: 'WhatsApp does not respond' });
  const timer = setTimeout(giveUp, QR_TIMEOUT_MS);
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  const begin = () =>
    keeper.startLinking(sessionId).catch((error: unknown) => reject(toAppError(error)));
  const stop = keeper.watch(sessionId, (snapshot) => {
    const outcome = outcomeOf(snapshot, now());
    if (outcome) resolve(outcome);
    // The previous attempt to link has just ended.
    else if (snapshot.state === 'unlinked') void begin();
  });
  void begin();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    stop();
  });
}

function outcomeOf(snapshot: SessionSnapshot, now: Date): Outcome | undefined {
  const qr = freshQr(snapshot, now);
  if (qr) return { kind: 'qr', qr };
  if (snapshot.state === 'open') return { kind: 'linked' };
  const { state } = snapshot;
  // Without a reason, the session has just been started and nothing has failed.
  const hasFailed = state === 'unlinked' && ![undefined, QR_EXPIRED].includes(snapshot.reason);
  return hasFailed || isEnded(state) ? { kind: 'over', why: toWords(snapshot) } : undefined;
}

function freshQr({ qr }: Pick<SessionSnapshot, 'qr'>, now: Date): LinkingQr | undefined {
  return qr && qr.expiresAt > now ? qr : undefined;
}

/**
 * Requests a code to type on the phone of `phoneNumber` (E.164), which becomes the session's account. Only
 * the caller gets the code; the activity log only says that there was one.
 * @throws {AppError} as `readQr` except for `request_in_progress`; `delivery_failed`; `rate_limited` after
 * three per hour.
 */
export async function requestPairingCode(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
  { phoneNumber, whatsAppUser }: OwnNumber,
): Promise<LinkingSecret> {
  const { activity, limiter } = ctx;
  await takeUpUnlinked(ctx, caller, sessionId);
  const hit = { limit: ctx.limits.pairingCodesPerSessionHour, subject: sessionId };
  const consumed = await limiter.consume(caller, [hit]);
  if (!consumed.granted) {
    throw refuse('rate_limited', 'Too many pairing codes were requested', consumed.refusal);
  }
  const line = {
    action: 'qr_generate',
    messageType: 'pairing_code',
    sessionId,
    phoneNumber,
  } as const;
  const { code, expiresAt } = await ctx.keeper
    .requestPairingCode(sessionId, whatsAppUser)
    .catch(async (error: unknown) => {
      const errorMessage = error instanceof ChannelError ? error.message : 'it failed';
      await activity.audit(caller, { ...line, status: 'error', errorMessage });
      // WhatsApp was not reached, so it did not count the request either.
      if (isUnavailable(error)) await limiter.refund(caller, [hit]);
      throw toAppError(error);
    });
  await activity.audit(caller, { ...line, status: 'success' });
  return toLinkingSecret({ text: code, expiresAt }, ctx.now());
}

async function takeUpUnlinked(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<HeldSession> {
  const held = await takeUpSession(ctx, caller, sessionId);
  if (isLinked(held)) throw linkedAlready();
  if (isEnded(held.state) && !isLinkable(held.state)) {
    throw unavailable(`${toWords(held)}. Restart the session to link it.`);
  }
  return held;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function createDeferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}

/** Why a session cannot be linked now, for people. */
function toWords(snapshot: Pick<SessionSnapshot, 'state' | 'reason' | 'errorMessage'>): string {
  return explainSessionReason(snapshot) ?? `the session is ${snapshot.state}`;
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ChannelError && error.reason === 'unavailable';
}

/** Whether the session has an account, which it would lose if it were linked again. */
function isLinked({ row, state }: HeldSession): boolean {
  return state === 'open' || (row.isLinked && !isLinkable(state));
}

function linkingByCode(): AppError {
  return new AppError(
    'request_in_progress',
    'This session is waiting for its pairing code. Restart it to link it by QR code.',
  );
}

function linkedAlready(): AppError {
  return new AppError(
    'session_exists',
    'This session is already linked. Restart it, or delete it to link another account.',
  );
}

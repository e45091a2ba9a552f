import { isEnded, type SessionState } from '../../../domain/whatsapp/session.ts';
import {
  explainSessionReason,
  type SessionReason,
} from '../../../domain/whatsapp/session-reason.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { SessionIdentity } from '../../session-contract.ts';
import { type DisconnectReason, RESTRICTED } from '../protocol/disconnect-reason.ts';
import type { Socket, SocketEvents, TimeLock } from '../protocol/socket.ts';
import { backoffMs, type Timing } from '../protocol/timing.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import { createConnection } from './connection.ts';
import type { Device, Devices } from './device.ts';
import { LeaseLostError } from './lease-lost-error.ts';
import { createPairing } from './pairing.ts';
import { createSendQueue } from './send-queue.ts';
import { createSessionState, describe, FRESH, type Publish } from './session-state.ts';

type Options = {
  readonly identity: SessionIdentity;
  readonly timing: Timing;
  readonly devices: Devices;
  /** Told that a phone has linked its number, or, without one, that no number is linked any more. */
  readonly noteLinked: (phoneNumber: string | undefined) => Promise<void>;
  readonly sending: { readonly spacingMs: number; readonly ackMs: number };
  /** Told of every change, in order. */
  readonly publish: Publish;
  readonly onReceipt: SocketEvents['onReceipt'];
  readonly onInbound: SocketEvents['onInbound'];
  readonly onTimeLock: SocketEvents['onTimeLock'];
  /** WhatsApp refused a new contact; called before anything else is sent. */
  readonly onRestricted: (readTimeLock: () => Promise<TimeLock>) => void;
  /** This node must let the session go: another one has it. */
  readonly onLeaseLost: () => void;
  readonly now: Clock;
  readonly random: () => number;
  readonly logger: Logger;
};

export type Session = ReturnType<typeof createSession>;

type Why = Pick<DisconnectReason, 'reason' | 'errorMessage'>;

const toWords = ({ reason, errorMessage }: Why) => explainSessionReason({ reason, errorMessage });

/** From here a linked session opens without anybody's help. */
const COMES_BACK: ReadonlySet<SessionState> = new Set(['connecting', 'linking', 'backoff']);

/** On the way to an open connection. */
const OPENS: ReadonlySet<SessionState> = new Set(['connecting', 'linking']);

/** How often senders may ask for another try, and how long each waits for it. */
const HURRY_EVERY_MS = 5000;
const HURRY_MS = 2000;

const soon = (deadline: AbortSignal) => AbortSignal.any([deadline, AbortSignal.timeout(HURRY_MS)]);

/** After so many restarts without being open once, a restart is treated as a failure. */
const MOST_RESTARTS = 3;

/** How many failures in a row are worth an alarm in the log. */
const ALARM_AT = 5;

/**
 * One WhatsApp number: from a QR code or pairing code to an open connection that comes back by itself.
 */
export function createSession(options: Options) {
  const { identity, timing, devices, now, logger } = options;
  const { sessionId } = identity;
  const sessionState = createSessionState({ sessionId, publish: options.publish });
  const { transition, waitUntil, snapshot } = sessionState;
  const connection = createConnection(timing.connectMs);
  let restarts = 0;
  let hurryAgainAt = 0;
  let retryTimer: NodeJS.Timeout | undefined;
  let stableTimer: NodeJS.Timeout | undefined;
  const sendQueue = createSendQueue({ whenOpen, ...options.sending });
  const linking = createPairing({
    ...{ sessionState, connection, timing, closeConnection, now },
    draft: () => devices.createUnpairedDevice(onFault),
    connect: (device) => connect(device, 'connecting'),
  });

  /** Waits for a connection that is about to be there; a session that needs a person fails at once. */
  async function whenOpen(deadline: AbortSignal): Promise<Socket> {
    const comesBack = () => COMES_BACK.has(sessionState.state());
    await waitUntil(() => sessionState.state() === 'open' || !comesBack(), deadline);
    const socket = connection.socket();
    if (socket && sessionState.state() === 'open') return socket;
    throw new NotSentError(describe(snapshot()));
  }

  /** Connects with the credentials on record; without any, the session waits to be linked. */
  async function start(state: 'connecting' | 'linking' = 'connecting'): Promise<void> {
    const isUndisturbed = closeConnection('restart');
    try {
      // What the last connection wrote must be on record before it is read.
      await connection.whenLeft();
      const device = await devices.load(onFault);
      if (device) await options.noteLinked(device.auth.phoneNumber()).catch(onUnrecorded);
      if (isUndisturbed()) takeUp(device, state);
    } catch (error) {
      if (isUndisturbed()) onUnreadable(error as Error);
    }
  }

  function takeUp(device: Device | undefined, state: 'connecting' | 'linking'): void {
    if (device) connect(device, state);
    else transition('unlinked', FRESH);
  }

  function onUnreadable(error: Error): void {
    logger.error({ err: error, sessionId }, 'credentials cannot be read');
    if (error.name === 'SealError')
      transition('failed', { reason: 'credentials_unreadable', errorMessage: error.message });
    else retry({ reason: 'database_unavailable' });
  }

  function connect(device: Device, state: 'connecting' | 'linking'): void {
    transition(state);
    connection.open(
      device,
      { ...linking.listen(), onOpen, onEnd: (ending) => void onEnd(ending) },
      (socket) => ({
        onAck(messageId, errorCode) {
          if (errorCode === RESTRICTED) options.onRestricted(() => socket().readTimeLock());
          sendQueue.answered(messageId, errorCode);
        },
        onReceipt(messageId, status) {
          sendQueue.answered(messageId);
          options.onReceipt(messageId, status);
        },
        onInbound: options.onInbound,
        onTimeLock: options.onTimeLock,
      }),
    );
  }

  function onOpen({ phoneNumber, name }: { readonly phoneNumber: string; readonly name?: string }) {
    connection.expectNothing();
    restarts = 0;
    transition('open', { phoneNumber, name: name ?? snapshot().name }, 'open');
    stableTimer = setTimeout(() => {
      if (snapshot().attempt > 0) transition('open', { attempt: 0 });
    }, timing.stableMs);
    stableTimer.unref();
  }

  async function onEnd(ending: DisconnectReason): Promise<void> {
    const device = connection.device();
    const wasLinking = sessionState.state() === 'linking';
    const isUndisturbed = closeConnection(ending.reason, ending.errorMessage);
    if (!device?.auth.isLinked()) return linking.onOver(ending);
    await connection.whenLeft();
    if (isUndisturbed()) await onLineOver(ending, wasLinking ? 'linking' : 'connecting');
  }

  function onUnrecorded(err: unknown): void {
    logger.error({ err, sessionId }, 'a change of a session is not on record');
  }

  async function onLineOver(
    { kind, ...why }: DisconnectReason,
    next: 'linking' | 'connecting',
  ): Promise<void> {
    switch (kind) {
      case 'restart':
        restarts += 1;
        return restarts > MOST_RESTARTS ? retry(why) : start(next);
      case 'retry':
      case 'linking_over':
        return retry(why);
      default:
        logger.error({ sessionId, ...why }, `a session needs an operator: ${toWords(why)}`);
        if (kind !== 'logged_out') return transition(kind, { ...why, attempt: 0 });
        await forget().catch(onUnrecorded);
        return transition('logged_out', { ...FRESH, ...why });
    }
  }

  function retry(why: Why): void {
    const attempt = snapshot().attempt + 1;
    const waitMs = backoffMs(attempt, timing, options.random);
    transition('backoff', { ...why, attempt, nextTryAt: new Date(now().getTime() + waitMs) });
    if (attempt % ALARM_AT === 0)
      logger.error({ sessionId, ...why, attempt }, `a session does not come back: ${toWords(why)}`);
    retryTimer = setTimeout(() => void start(), waitMs);
    retryTimer.unref();
  }

  /**
   * Tries at once what waits for its next try, because somebody wants to send, but not more often
   * than every few seconds; resolves when the connection is open, or does not open soon.
   */
  async function hurry(deadline: AbortSignal): Promise<void> {
    if (sessionState.state() === 'backoff') {
      if (performance.now() < hurryAgainAt) return;
      hurryAgainAt = performance.now() + HURRY_EVERY_MS;
      void start();
      await waitUntil(() => sessionState.state() !== 'backoff', soon(deadline)).catch(() => {});
    }
    if (snapshot().attempt === 0) return; // Nothing failed: whoever sends waits as long as they may.
    await waitUntil(() => !OPENS.has(sessionState.state()), soon(deadline)).catch(() => {});
  }

  async function forget(): Promise<void> {
    await devices.wipe();
    await options.noteLinked(undefined);
  }

  function onFault(error: Error): void {
    const isLeaseLost = error instanceof LeaseLostError;
    closeConnection(isLeaseLost ? 'lease_lost' : 'credentials_unreadable');
    if (isLeaseLost) options.onLeaseLost();
    else onUnreadable(error);
  }

  function closeConnection(reason: SessionReason, errorMessage?: string): () => boolean {
    clearTimeout(retryTimer);
    clearTimeout(stableTimer);
    const isUndisturbed = connection.leave();
    sendQueue.onDisconnect();
    if (sessionState.state() === 'open')
      transition('connecting', { reason, errorMessage }, 'close');
    return isUndisturbed;
  }

  async function stop(): Promise<void> {
    const auth = connection.device()?.auth;
    closeConnection('stopped');
    await connection.whenLeft();
    const isAtRest = sessionState.state() === 'unlinked' || isEnded(sessionState.state());
    if (isAtRest) return;
    const isDraft = auth !== undefined && !auth.isLinked();
    transition(isDraft ? 'unlinked' : 'connecting', { reason: 'not_kept' });
  }

  async function logOut(): Promise<void> {
    const socket = sessionState.state() === 'open' ? connection.socket() : undefined;
    connection.stopListening();
    const telling = socket?.logOut() ?? Promise.reject(new Error('the connection is not open'));
    await telling.catch((err: unknown) => {
      logger.warn({ err, sessionId }, 'WhatsApp was not told: unlink the device on the phone');
    });
    closeConnection('logged_out');
    await connection.whenLeft();
    await forget();
    transition('unlinked', FRESH);
  }

  return {
    identity,
    snapshot,
    start,
    startLinking: linking.start,
    requestPairingCode: linking.requestPairingCode,
    stop,
    logOut,
    whenOpen,
    hurry,
    sendQueue,
  };
}

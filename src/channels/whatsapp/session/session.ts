import { isAtRest, type SessionState } from '../../../domain/whatsapp/session.ts';
import type { SessionReason } from '../../../domain/whatsapp/session-reason.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { SessionIdentity } from '../../session-contract.ts';
import type { OpenAccount } from '../protocol/account/read-account.ts';
import { type DisconnectReason, RESTRICTED } from '../protocol/disconnect-reason.ts';
import type { SocketEvents, TimeLock } from '../protocol/socket.ts';
import type { Timing } from '../protocol/timing.ts';
import { createBackoff, toWords } from './backoff.ts';
import { createConnection } from './connection.ts';
import type { Device, Devices } from './device.ts';
import { LeaseLostError } from './lease-lost-error.ts';
import { createOpenWaiter } from './open-waiter.ts';
import { createPairingAttempts } from './pairing-attempts.ts';
import { createSendQueue } from './send-queue.ts';
import { createSessionState, FRESH, type Publish } from './session-state.ts';

type Options = {
  readonly identity: SessionIdentity;
  readonly timing: Timing;
  readonly devices: Devices;
  /** Called with the number that was linked, or with undefined when none is linked. */
  readonly noteLinked: (phoneNumber: string | undefined) => Promise<void>;
  readonly sending: { readonly spacingMs: number; readonly ackMs: number };
  /** Called with every change, in order. */
  readonly publish: Publish;
  readonly onReceipt: SocketEvents['onReceipt'];
  readonly onInbound: SocketEvents['onInbound'];
  readonly onMessage: SocketEvents['onMessage'];
  readonly onMessageReceipt: SocketEvents['onMessageReceipt'];
  readonly onLidMapping: SocketEvents['onLidMapping'];
  readonly onTimeLock: SocketEvents['onTimeLock'];
  readonly onAccountNews: SocketEvents['onAccountNews'];
  /** Called when WhatsApp refused a message with 463, before anything else is sent. */
  readonly onRestricted: (readTimeLock: () => Promise<TimeLock>) => void;
  /** Called when this node must release the session because another node has it. */
  readonly onLeaseLost: () => void;
  /** Whether this node still holds the session's lease. Stops the session if it does not. */
  readonly confirmLease: () => Promise<boolean>;
  readonly now: Clock;
  readonly random: () => number;
  readonly logger: Logger;
};

export type Session = ReturnType<typeof createSession>;

/**
 * One WhatsApp number, from linking it by a QR code or pairing code to a connection that reconnects
 * automatically.
 */
export function createSession(options: Options) {
  const { identity, timing, devices, now, logger } = options;
  const { sessionId } = identity;
  const sessionState = createSessionState({ sessionId, publish: options.publish });
  const { transition, snapshot } = sessionState;
  const connection = createConnection(timing.connectMs);
  const backoff = createBackoff({ ...options, sessionId, sessionState, start });
  let isStarted = false;
  let noteStarted = () => {};
  const started = new Promise<void>((resolve) => {
    noteStarted = () => {
      isStarted = true;
      resolve();
    };
  });
  const { whenOpen, hurry } = createOpenWaiter({ sessionState, connection, start, started });
  const sendQueue = createSendQueue({ whenOpen, ...options.sending });
  const linking = createPairingAttempts({
    ...{ sessionState, connection, timing, closeConnection, now },
    draft: () => devices.createUnpairedDevice(onFault),
    connect: (device) => connect(device, 'connecting'),
  });

  /** Connects with the stored credentials. Without any, the session waits to be linked. */
  async function start(state: 'connecting' | 'linking' = 'connecting'): Promise<void> {
    await loadAndConnect(state).finally(() => noteStarted());
  }

  async function loadAndConnect(state: 'connecting' | 'linking'): Promise<void> {
    const isUndisturbed = closeConnection('restart');
    try {
      // The changes of the last connection must be stored before they are read.
      await connection.whenLeft();
      const device = await devices.load(onFault);
      if (device) await options.noteLinked(device.auth.phoneNumber()).catch(onUnrecorded);
      if (!isUndisturbed()) return;
      if (device) connect(device, state);
      else transition('unlinked', FRESH);
    } catch (error) {
      if (isUndisturbed()) onUnreadable(error as Error);
    }
  }

  function onUnreadable(error: Error): void {
    logger.error({ err: error, sessionId }, 'could not read the credentials of a session');
    if (error.name === 'SealError')
      transition('failed', { reason: 'credentials_unreadable', errorMessage: error.message });
    else backoff.retry({ reason: 'database_unavailable' });
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
        onMessage: options.onMessage,
        onMessageReceipt: options.onMessageReceipt,
        onLidMapping: options.onLidMapping,
        onTimeLock: options.onTimeLock,
        onAccountNews: options.onAccountNews,
      }),
    );
  }

  function onOpen({ phoneNumber, name = snapshot().name, userId, device }: OpenAccount) {
    connection.expectNothing();
    transition('open', { phoneNumber, name, userId, device }, 'open');
    backoff.onOpen();
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
    logger.error({ err, sessionId }, 'could not save a change of a session');
  }

  async function onLineOver(
    { kind, ...why }: DisconnectReason,
    next: 'linking' | 'connecting',
  ): Promise<void> {
    switch (kind) {
      case 'restart':
        return backoff.restart(why, next);
      case 'retry':
      case 'linking_over':
        return backoff.retry(why);
      default:
        // The other client is the node that has taken over the session from this one.
        if (kind === 'replaced' && !(await options.confirmLease())) return;
        logger.error({ sessionId, ...why }, `a session needs an operator: ${toWords(why)}`);
        if (kind !== 'logged_out') return transition(kind, { ...why, attempt: 0 });
        await forget().catch(onUnrecorded);
        return transition('logged_out', { ...FRESH, ...why });
    }
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
    backoff.cancel();
    const isUndisturbed = connection.leave();
    sendQueue.onDisconnect();
    if (sessionState.state() === 'open')
      transition('connecting', { reason, errorMessage }, 'close');
    return isUndisturbed;
  }

  /** Ends what this node does for the session, because it stops or another node hosts it. */
  async function stop(): Promise<void> {
    await disconnect('stopped', 'connecting', 'not_kept');
  }

  /** Closes the connection until the session is restarted. The device stays linked. */
  async function pause(): Promise<void> {
    await disconnect('stop_requested', 'stopped', 'stop_requested');
  }

  async function disconnect(why: SessionReason, next: SessionState, reason: SessionReason) {
    const auth = connection.device()?.auth;
    // Linking may have begun without a device yet.
    const isDraft = auth ? !auth.isLinked() : snapshot().reason === 'linking';
    closeConnection(why);
    await connection.whenLeft();
    if (isAtRest(sessionState.state())) return;
    transition(isDraft ? 'unlinked' : next, { reason, attempt: 0 });
  }

  async function logOut(): Promise<void> {
    const socket = sessionState.state() === 'open' ? connection.socket() : undefined;
    connection.stopListening();
    const telling = socket?.logOut() ?? Promise.reject(new Error('the connection is not open'));
    await telling.catch((err: unknown) => {
      logger.warn(
        { err, sessionId },
        'could not log out of WhatsApp: unlink the device on the phone',
      );
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
    pause,
    logOut,
    whenOpen,
    hurry,
    sendQueue,
    /** Whether the stored credentials were read. Before that, the state says nothing. */
    isStarted: () => isStarted,
  };
}

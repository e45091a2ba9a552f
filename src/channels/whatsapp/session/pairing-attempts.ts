import { isLinkable } from '../../../domain/whatsapp/session.ts';
import type { SessionReason } from '../../../domain/whatsapp/session-reason.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import { ChannelError } from '../../contract.ts';
import type { DisconnectReason } from '../protocol/disconnect-reason.ts';
import { linkingMs, type Timing } from '../protocol/timing.ts';
import type { Connection } from './connection.ts';
import type { Device } from './device.ts';
import { describe, type Progress } from './session-state.ts';

type Options = {
  readonly sessionState: Progress;
  readonly connection: Connection;
  readonly timing: Timing;
  /** Creates a device that is not linked yet. */
  readonly draft: () => Promise<Device>;
  readonly connect: (device: Device) => void;
  /** Closes the current connection. The returned function returns whether none was opened or closed since. */
  readonly closeConnection: (reason: SessionReason) => () => boolean;
  readonly now: Clock;
};

/**
 * The attempts to link one session. Each uses a new connection, with QR codes or one pairing code,
 * and ends when a phone has linked the device or the time is up.
 */
export function createPairingAttempts({
  sessionState,
  connection,
  timing,
  now,
  ...options
}: Options) {
  const { draft, connect, closeConnection } = options;
  const { transition, waitUntil, snapshot } = sessionState;
  /** When the current attempt expires. */
  let endsAt = new Date(0);

  /** Shows a QR code. The history has the first of the six codes of an attempt only. */
  function show(text: string, isFirst: boolean): void {
    const lifeMs = isFirst ? timing.firstQrMs : timing.nextQrMs;
    const expiresAt = new Date(now().getTime() + lifeMs);
    transition('qr', { qr: { text, expiresAt } }, isFirst ? 'qr' : 'other');
  }

  /** Returns the listeners for linking on a new connection. */
  function listen() {
    let qrCount = 0;
    return {
      onQr(text: string): void {
        connection.expectNothing();
        qrCount += 1;
        if (qrCount === 1) endsAt = new Date(now().getTime() + linkingMs(timing));
        if (sessionState.state() !== 'code') show(text, qrCount === 1);
      },
      onPaired(): void {
        transition('linking', {}, 'paired');
        connection.expectNews();
      },
    };
  }

  /** Starts a new attempt, unless one is in progress or the session is linked. */
  async function start(): Promise<void> {
    if (!isLinkable(sessionState.state())) return;
    const isUndisturbed = closeConnection('linking');
    transition('connecting', { reason: 'linking' });
    const device = await draft();
    if (isUndisturbed()) connect(device);
  }

  /** Handles the end of an attempt. It stored nothing, so a new one can start at any time. */
  function onOver({ kind, ...why }: DisconnectReason): void {
    const wasCode = sessionState.state() === 'code';
    if (kind === 'banned' || kind === 'outdated') transition(kind, why);
    else if (wasCode && kind === 'linking_over') transition('unlinked', { reason: 'code_expired' });
    else transition('unlinked', why);
  }

  /** @throws {ChannelError} when WhatsApp does not respond in time. */
  async function requestPairingCode(digits: string, deadline: AbortSignal) {
    if (sessionState.state() === 'code') {
      // A second code needs a new attempt, because the key of the first one belongs to the first code.
      closeConnection('linking');
      transition('unlinked');
    }
    await start();
    await waitUntil(() => sessionState.state() !== 'connecting', deadline).catch(() => {
      throw new ChannelError('timeout', 'WhatsApp did not answer in time');
    });
    const socket = connection.socket();
    if (!socket || sessionState.state() !== 'qr') {
      throw new ChannelError('unavailable', describe(snapshot()));
    }
    transition('code');
    const code = await socket.requestPairingCode(digits).catch((cause: unknown) => {
      throw new ChannelError('unavailable', 'WhatsApp returned no pairing code', { cause });
    });
    return { code, expiresAt: endsAt };
  }

  return { start, requestPairingCode, listen, onOver };
}

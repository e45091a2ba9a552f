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
  /** A device that no phone has signed yet. */
  readonly draft: () => Promise<Device>;
  readonly connect: (device: Device) => void;
  /** Ends the present connection; the returned function tells whether no other was begun or ended since. */
  readonly closeConnection: (reason: SessionReason) => () => boolean;
  readonly now: Clock;
};

/**
 * The attempts to link one session: each is a connection of its own, by QR codes or by one pairing
 * code, until a phone has signed the device or nobody came in time.
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
  /** When the present attempt is over by itself. */
  let endsAt = new Date(0);

  /** What a connection tells of linking, from its first QR on. */
  function listen() {
    let qrCount = 0;
    return {
      onQr(text: string): void {
        connection.expectNothing();
        qrCount += 1;
        if (qrCount === 1) endsAt = new Date(now().getTime() + linkingMs(timing));
        if (sessionState.state() === 'code') return;
        const lifeMs = qrCount === 1 ? timing.firstQrMs : timing.nextQrMs;
        const expiresAt = new Date(now().getTime() + lifeMs);
        transition('qr', { qr: { text, expiresAt } }, 'qr');
      },
      onPaired(): void {
        transition('linking', {}, 'paired');
        connection.expectNews();
      },
    };
  }

  /** Begins a new attempt, unless one is under way or the session is linked. */
  async function start(): Promise<void> {
    if (!isLinkable(sessionState.state())) return;
    const isUndisturbed = closeConnection('linking');
    transition('connecting', { reason: 'linking' });
    const device = await draft();
    if (isUndisturbed()) connect(device);
  }

  /** An attempt left nothing behind, so it can be begun anew at any time. */
  function onOver({ kind, ...why }: DisconnectReason): void {
    const wasCode = sessionState.state() === 'code';
    if (kind === 'banned' || kind === 'outdated') transition(kind, why);
    else if (wasCode && kind === 'linking_over') transition('unlinked', { reason: 'code_expired' });
    else transition('unlinked', why);
  }

  /** @throws {ChannelError} when WhatsApp does not answer in time. */
  async function requestPairingCode(digits: string, deadline: AbortSignal) {
    if (sessionState.state() === 'code') {
      // A second code is a second attempt: the first one's key belongs to the first code.
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
      throw new ChannelError('unavailable', 'WhatsApp gave no pairing code', { cause });
    });
    return { code, expiresAt: endsAt };
  }

  return { start, requestPairingCode, listen, onOver };
}

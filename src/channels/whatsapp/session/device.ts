import type { Sealer } from '../../../lib/crypto/encryption.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { CredentialRows, Fence } from '../interfaces.ts';
import type { AuthState } from '../protocol/auth-state.ts';
import { createGroupCache } from '../protocol/groups/group-cache.ts';
import type { Socket, SocketEvents, SocketOptions } from '../protocol/socket.ts';

type Options = {
  readonly sessionId: string;
  readonly rows: CredentialRows;
  readonly sealer: Sealer;
  readonly fence: () => Fence;
  readonly socketOptions: Omit<SocketOptions, 'isIgnored' | 'groups'>;
  /** Whether nothing of a chat is to be decrypted. */
  readonly isIgnored: (jid: string) => boolean;
  readonly now: Clock;
  readonly logger: Logger;
};

type OpenSocket = typeof import('../protocol/socket.ts').openSocket;

/** A device, linked or to be linked: its credentials, and a function to connect with them. */
export type Device = {
  readonly auth: AuthState;
  open(events: SocketEvents): Socket;
};

export type Devices = ReturnType<typeof createDevices>;

/** The devices of one session. At most one is linked at a time. */
export function createDevices({ isIgnored, ...options }: Options) {
  const groups = createGroupCache(options.now);
  const socketOptions = { ...options.socketOptions, isIgnored, groups };
  const { sessionId, rows } = options;

  function toDevice(auth: AuthState, openSocket: OpenSocket): Device {
    return { auth, open: (events) => openSocket(auth, socketOptions, events) };
  }

  return {
    /** Loads the linked device; undefined if there is none. @throws {SealError} when its row cannot be opened. */
    async load(onFault: (error: Error) => void): Promise<Device | undefined> {
      const sealed = (await rows.load(sessionId, 'creds', ['creds'])).get('creds');
      if (sealed === undefined) return undefined;
      const { loadAuthState, openSocket } = await import('../protocol/protocol.ts');
      return toDevice(await loadAuthState({ ...options, onFault }, sealed), openSocket);
    },

    /** Creates a device that is not linked yet. */
    async createUnpairedDevice(onFault: (error: Error) => void): Promise<Device> {
      const { draftAuthState, openSocket } = await import('../protocol/protocol.ts');
      return toDevice(draftAuthState({ ...options, onFault }), openSocket);
    },

    wipe: () => rows.wipe(sessionId),
  };
}

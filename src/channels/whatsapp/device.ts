import type { Logger } from '../../lib/logger.ts';
import type { Sealer } from '../../lib/sealing.ts';
import type { AuthState } from './auth-state.ts';
import type { CredentialRows, Fence } from './ports.ts';
import type { Socket, SocketEvents, SocketOptions } from './socket.ts';

type Options = {
  readonly sessionId: string;
  readonly rows: CredentialRows;
  readonly sealer: Sealer;
  readonly fence: () => Fence;
  readonly socketOptions: SocketOptions;
  readonly logger: Logger;
};

/** A linked device, or one that is to be linked: its credentials, and the way to connect with them. */
export type Device = {
  readonly auth: AuthState;
  open(events: SocketEvents): Socket;
};

export type Devices = ReturnType<typeof createDevices>;

/** The devices of one session: at most one is linked at a time. */
export function createDevices({ socketOptions, ...options }: Options) {
  const { sessionId, rows } = options;

  async function toDevice(
    findAuth: (protocol: typeof import('./protocol.ts')) => Promise<AuthState> | AuthState,
  ): Promise<Device> {
    const protocol = await import('./protocol.ts');
    const auth = await findAuth(protocol);
    return { auth, open: (events) => protocol.openSocket(auth, socketOptions, events) };
  }

  return {
    /** The linked device; undefined when there is none. @throws {SealError} when its row does not open. */
    async load(onFault: (error: Error) => void): Promise<Device | undefined> {
      const sealed = (await rows.load(sessionId, 'creds', ['creds'])).get('creds');
      if (sealed === undefined) return undefined;
      return toDevice(({ loadAuthState }) => loadAuthState({ ...options, onFault }, sealed));
    },

    /** A device that no phone has signed yet. */
    draft: (onFault: (error: Error) => void): Promise<Device> =>
      toDevice(({ draftAuthState }) => draftAuthState({ ...options, onFault })),

    wipe: () => rows.wipe(sessionId),
  };
}

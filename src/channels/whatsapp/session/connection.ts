import { NO_ANSWER } from '../protocol/disconnect-reason.ts';
import type { Socket, SocketEvents } from '../protocol/socket.ts';
import type { Device } from './device.ts';

/** Events that are only handled for the current connection. */
type LineEvents = Pick<SocketEvents, 'onQr' | 'onPaired' | 'onOpen' | 'onEnd'>;

/** Events that are valid on any connection. */
type News = Omit<SocketEvents, keyof LineEvents>;

export type Connection = ReturnType<typeof createConnection>;

/**
 * The connection of a session, never more than one at a time. Events of an old connection about itself
 * are ignored. Its events about messages are not.
 */
export function createConnection(connectMs: number) {
  let current: { readonly socket: Socket; readonly device: Device } | undefined;
  /** Increases with every `open` and `leave`, so that an outdated one can be recognized. */
  let epoch = 0;
  let left = Promise.resolve();
  let watchdog: NodeJS.Timeout | undefined;

  function open(device: Device, events: LineEvents, toNews: (socket: () => Socket) => News): void {
    leave();
    const mine = epoch;
    const ofCurrent = onlyWhile(() => mine === epoch, events);
    const socket: Socket = device.open({ ...ofCurrent, ...toNews(() => socket) });
    current = { socket, device };
    expectNews();
  }

  /** Closes the connection if no event follows. A server may accept the upgrade and then stay silent. */
  function expectNews(): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => current?.socket.end(NO_ANSWER), connectMs);
    watchdog.unref();
  }

  /**
   * Closes the connection, if there is one. The device stays linked. The returned function returns
   * whether no connection was opened or closed since.
   */
  function leave(): () => boolean {
    epoch += 1;
    const mine = epoch;
    clearTimeout(watchdog);
    if (current) {
      current.socket.end();
      left = current.device.auth.close();
      current = undefined;
    }
    return () => mine === epoch;
  }

  return {
    open,
    leave,
    expectNews,
    /** Stops the timeout of `expectNews`. */
    expectNothing: () => clearTimeout(watchdog),
    /** Resolves when all changes of the last connection are stored. */
    whenLeft: () => left,
    socket: () => current?.socket,
    device: () => current?.device,
    /** Ignores the end that follows, because we cause it. */
    stopListening() {
      epoch += 1;
    },
  };
}

/** Ignores events once the connection is no longer the current one. */
function onlyWhile(isCurrent: () => boolean, events: LineEvents): LineEvents {
  const guard =
    <A extends unknown[]>(listener: (...args: A) => void) =>
    (...args: A) => {
      if (isCurrent()) listener(...args);
    };
  return {
    onQr: guard(events.onQr),
    onPaired: guard(events.onPaired),
    onOpen: guard(events.onOpen),
    onEnd: guard(events.onEnd),
  };
}

import { NO_ANSWER } from '../protocol/disconnect-reason.ts';
import type { Socket, SocketEvents } from '../protocol/socket.ts';
import type { Device } from './device.ts';

/** What is heard of the present connection only. */
type LineEvents = Pick<SocketEvents, 'onQr' | 'onPaired' | 'onOpen' | 'onEnd'>;

/** What is true whichever connection tells it. */
type News = Omit<SocketEvents, keyof LineEvents>;

export type Connection = ReturnType<typeof createConnection>;

/**
 * The connection of a session: one at a time, ever. What an old one still says of itself is not
 * heard; what it says of messages is.
 */
export function createConnection(connectMs: number) {
  let current: { readonly socket: Socket; readonly device: Device } | undefined;
  /** Grows with every decision to connect or to leave, so that an overtaken one can tell. */
  let epoch = 0;
  let left = Promise.resolve();
  let watchdog: NodeJS.Timeout | undefined;

  function open(device: Device, events: LineEvents, toNews: (socket: () => Socket) => News): void {
    leave();
    const mine = epoch;
    const heard =
      <A extends unknown[]>(listener: (...args: A) => void) =>
      (...args: A) => {
        if (mine === epoch) listener(...args);
      };
    const socket: Socket = device.open({
      onQr: heard(events.onQr),
      onPaired: heard(events.onPaired),
      onOpen: heard(events.onOpen),
      onEnd: heard(events.onEnd),
      ...toNews(() => socket),
    });
    current = { socket, device };
    expectNews();
  }

  /** A server that takes the upgrade and says nothing gives no event at all: then we end it. */
  function expectNews(): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => current?.socket.end(NO_ANSWER), connectMs);
    watchdog.unref();
  }

  /**
   * Ends the connection, if there is one, without a word to WhatsApp about the device. The returned
   * function tells whether nothing else was opened or left since.
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
    /** The connection is as it should be for as long as it likes. */
    expectNothing: () => clearTimeout(watchdog),
    /** Resolves when everything that the last connection changed is on record. */
    whenLeft: () => left,
    socket: () => current?.socket,
    device: () => current?.device,
    /** The end that follows is our own doing. */
    stopListening() {
      epoch += 1;
    },
  };
}

import { connect, type Socket } from 'node:net';

const REOPEN_MS = 200;

/** Holds idle connections open. Reopens closed ones after a short pause. */
export function holdSilentConnections(origin: string, count: number) {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Socket>();
  let isOver = false;

  function open(): void {
    if (isOver) return;
    const socket = connect(Number(port), hostname);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      sockets.delete(socket);
      if (!isOver) setTimeout(open, REOPEN_MS).unref();
    });
  }

  for (let opened = 0; opened < count; opened += 1) open();
  return {
    end(): void {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

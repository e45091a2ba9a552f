import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Options = {
  /** How many connections are kept open. */
  readonly most: number;
};

/**
 * Limits a server to `most` connections without rejecting new clients. It makes room by closing the
 * connection that has waited longest without a complete request, or an idle one. Clients that open
 * connections and send nothing therefore only affect each other. If all connections are busy, the new
 * one is closed.
 */
export function boundConnections(server: Server, { most }: Options): void {
  /** Connections that have not sent a complete request yet, oldest first. */
  const silent = new Set<Socket>();
  /** Connections between two requests, longest idle first. */
  const idle = new Set<Socket>();
  const atWork = new Map<Socket, IncomingMessage>();

  server.on('connection', (socket) => {
    if (silent.size + idle.size + atWork.size >= most && !makeRoom()) {
      socket.destroy();
      return;
    }
    silent.add(socket);
    socket.once('close', () => {
      silent.delete(socket);
      idle.delete(socket);
      atWork.delete(socket);
    });
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    silent.delete(socket);
    idle.delete(socket);
    atWork.set(socket, request);
    response.once('close', () => {
      // A client may have sent its next request before this response was complete.
      if (atWork.get(socket) !== request) return;
      atWork.delete(socket);
      if (!socket.destroyed) idle.add(socket);
    });
  });

  /** Closes a connection without a request in progress; false if there is none. */
  function makeRoom(): boolean {
    const one = first(silent) ?? findReceiving() ?? first(idle);
    if (!one) return false;
    one.destroy();
    silent.delete(one);
    idle.delete(one);
    atWork.delete(one);
    return true;
  }

  /** The oldest connection whose request is still being sent. */
  function findReceiving(): Socket | undefined {
    for (const [socket, request] of atWork) if (!request.complete) return socket;
    return undefined;
  }
}

function first(sockets: ReadonlySet<Socket>): Socket | undefined {
  for (const socket of sockets) return socket;
  return undefined;
}

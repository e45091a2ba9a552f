import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

type Mode = 'open' | 'stopped' | 'silent';

/** Stands between a program and a server, which it can make unreachable without touching it. */
export async function startTcpProxy(target: { readonly host: string; readonly port: number }) {
  let mode: Mode = 'open';
  let attempts = 0;
  const sockets = new Set<Socket>();

  function keep(socket: Socket) {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  const server = createServer((incoming) => {
    attempts += 1;
    keep(incoming);
    if (mode === 'stopped') {
      incoming.destroy();
      return;
    }
    const outgoing = connect(target);
    keep(outgoing);
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (chunk) => {
        if (mode === 'open') to.write(chunk);
      });
      from.on('close', () => to.destroy());
    };
    pass(incoming, outgoing);
    pass(outgoing, incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function cut() {
    for (const socket of sockets) socket.destroy();
  }
  return {
    port: (server.address() as AddressInfo).port,
    /** How many connections there are, on both sides. */
    count: () => sockets.size,
    /** How often a program has connected, or tried to. */
    attempts: () => attempts,
    /** Cuts every connection, and each new one at once. */
    stop() {
      mode = 'stopped';
      cut();
    },
    /** Takes connections and bytes, and passes nothing on: what a lost host looks like. */
    fallSilent() {
      mode = 'silent';
    },
    /** Is what it was; connections that were lost bytes are cut, as a returned host would. */
    restore() {
      mode = 'open';
      cut();
    },
    close: () =>
      new Promise<void>((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}

export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>;

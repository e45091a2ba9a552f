import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** Called with the socket once a whole request has arrived on it. */
export type Behaviour = (socket: Socket, request: string) => void;

type TargetOptions = {
  /** By default, all addresses of this machine. */
  readonly host?: string;
  /** By default, a free one. */
  readonly port?: number;
  readonly behave?: Behaviour;
  /** PEM; without them, the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
};

/** Sends bytes that no HTTP server would, or a whole response. */
export const write =
  (text: string): Behaviour =>
  (socket) =>
    void socket.write(text);

export const respond = (status: number, headers: readonly string[] = [], body = ''): Behaviour =>
  write(
    [
      `HTTP/1.1 ${status} Status`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
      '',
      body,
    ].join('\r\n'),
  );

export const hang: Behaviour = () => {};
export const hangUp: Behaviour = (socket) => void socket.destroy();

/** The first byte of a TLS connection. */
const TLS_HANDSHAKE = 0x16;

/** A server that counts every connection, even one without a request. */
export async function startTarget({ host = '::', port = 0, behave, tls }: TargetOptions = {}) {
  let behaviour = behave ?? respond(204);
  const requests: string[] = [];
  const open = new Set<Socket>();
  let connections = 0;

  function serve(socket: Socket): void {
    let text = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      if (!tls && chunk[0] === TLS_HANDSHAKE) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      text += chunk.toString('latin1');
      const [head = ''] = /^[\s\S]*?\r\n\r\n/.exec(text) ?? [];
      const [, length = '0'] = /content-length: (\d+)/.exec(head) ?? [];
      if (head === '' || text.length < head.length + Number(length)) return;
      requests.push(text);
      const request = text;
      text = '';
      behaviour(socket, request);
    });
  }

  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => connections,
    /** How many connections are open now. */
    open: () => open.size,
    behaveLike(next: Behaviour) {
      behaviour = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

export type Target = Awaited<ReturnType<typeof startTarget>>;

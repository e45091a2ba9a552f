import { createServer, type Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import type { App } from './app.ts';
import { boundConnections } from './bound-connections.ts';

type Options = { readonly app: App; readonly host: string; readonly port: number };

/** Timeouts in milliseconds. A slower client is disconnected. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 5000,
};

const MAX_CONNECTIONS = 1000;

/** Starts to listen. @throws when the address is in use or not available. */
export function startServer({ app, host, port }: Options): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: app.fetch,
        hostname: host,
        port,
        createServer,
        serverOptions: TIMEOUTS,
      },
      () => resolve(server as Server),
    );
    boundConnections(server as Server, { most: MAX_CONNECTIONS });
    server.once('error', reject);
  });
}

/** How long a new connection has to send its request. */
const LAST_REQUEST_MS = 500;

/**
 * Stops listening, completes the open requests, and resolves when the last connection is closed. It
 * does not use `http.Server.close`, which closes connections whose request has not been read yet.
 */
export async function stopServer(server: Server): Promise<void> {
  await acceptWaitingConnections(server);
  const closed = new Promise<void>((resolve, reject) => {
    NetServer.prototype.close.call(server, (error) => (error ? reject(error) : resolve()));
  });
  setTimeout(() => server.closeIdleConnections(), LAST_REQUEST_MS);
  return closed;
}

/** How long a stop goes on to accept while new clients keep coming. */
const LAST_CONNECTION_MS = 250;

/**
 * Accepts the connections that the kernel has made already, because closing the socket would reset
 * them. The event loop accepts one in each turn, so this goes on until a turn brings none.
 */
async function acceptWaitingConnections(server: Server): Promise<void> {
  const until = performance.now() + LAST_CONNECTION_MS;
  let accepted = 0;
  server.on('connection', () => {
    accepted += 1;
  });
  await nextTurn();
  for (let before = -1; before < accepted && performance.now() < until; ) {
    before = accepted;
    await nextTurn();
  }
}

import { createServer, type Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { App } from './app.ts';

type Options = { readonly app: App; readonly host: string; readonly port: number };

/** Times in milliseconds; a client that is slower than these is cut off. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 5000,
};

const MAX_CONNECTIONS = 1000;

/** Starts to listen. @throws when the address is taken or not ours. */
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
    (server as Server).maxConnections = MAX_CONNECTIONS;
    server.once('error', reject);
  });
}

/** Finishes the requests in flight and closes; resolves when the last one is answered. */
export function stopServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}

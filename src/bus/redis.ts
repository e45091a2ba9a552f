import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Link, LinkEvents } from './link.ts';

/** Where the database is that the nodes share. */
export type DatabasePlace = {
  readonly dialect: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
};

const CONNECT_MS = 5000;

/** How long a closed connection may wait for the other side before it is cut. */
const DISCONNECT_MS = 200;

const DEFAULT_PORT = 6379;

/**
 * Opens two connections to Redis, because one that subscribes can do nothing else. They do not reconnect: a lost link
 * is replaced as a whole.
 */
export async function openRedisLink(
  { redisUrl, place }: { readonly redisUrl: string; readonly place: DatabasePlace },
  { onMessage, onEnd, signal }: LinkEvents,
): Promise<Link> {
  signal.throwIfAborted();
  const channel = nameChannel(place);
  const publisher = new Redis(toOptions(redisUrl));
  const subscriber = new Redis(toOptions(redisUrl));
  const clients = [publisher, subscriber];
  for (const client of clients) {
    client.on('error', onEnd);
    client.on('end', () => onEnd(new Error('the server closed the connection')));
    signal.addEventListener('abort', () => client.disconnect());
  }
  subscriber.on('message', (_, text) => onMessage(text));
  await Promise.all(clients.map((client) => client.connect()));
  await subscriber.subscribe(channel);
  return {
    async send(messages) {
      await Promise.all(messages.map((message) => publisher.publish(channel, message)));
    },
    async close() {
      await Promise.all(clients.map(disconnect));
    },
  };
}

async function disconnect(client: Redis): Promise<void> {
  if (client.status === 'end') return;
  const ended = new Promise<void>((resolve) => {
    client.once('end', () => resolve());
  });
  client.disconnect();
  await ended;
}

/** Each database has a channel of its own, so that several installations can share a Redis. */
export function nameChannel({ dialect, host, port, database }: DatabasePlace): string {
  const place = JSON.stringify([dialect, host, port, database]);
  return `waverify:${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
}

/** Only what the address says. The library would also take options from its query. */
function toOptions(redisUrl: string) {
  const url = new URL(redisUrl);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || DEFAULT_PORT,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    db: Number(url.pathname.slice(1)),
    ...(url.protocol === 'rediss:' && { tls: {} }),
    // Every version of Redis speaks it, and so do proxies.
    protocol: 2 as const,
    connectionName: 'waverify-bus',
    connectTimeout: CONNECT_MS,
    disconnectTimeout: DISCONNECT_MS,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: null,
  };
}

import { Socket } from 'node:net';
import { Client } from 'pg';
import { type ServerConfig, tlsOptions } from '../storage/dialects/server-config.ts';
import type { Link, LinkEvents } from './link.ts';

export type PostgresConfig = Omit<ServerConfig, 'statementSeconds' | 'poolMax'>;

/** Notifications stay within the database, so the name is the same in all of them. */
const CHANNEL = 'waverify';

const NOTIFY = 'SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message';

const CONNECT_MS = 5000;
const STATEMENT_MS = 5000;

/** Opens a connection that listens and notifies (LISTEN, NOTIFY). The pool of the database does not count it. */
export async function openPostgresLink(
  { host, port, username, password, database, tls }: PostgresConfig,
  { onMessage, onEnd, signal }: LinkEvents,
): Promise<Link> {
  signal.throwIfAborted();
  // Ours, because a client only says goodbye: it cannot end a connection whose other side is gone.
  const socket = new Socket();
  signal.addEventListener('abort', () => socket.destroy());
  const client = new Client({
    ...{ host, port, user: username, password, database },
    application_name: 'waverify bus',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    keepAlive: true,
    stream: () => socket,
    ...tlsOptions({ host, ...(tls && { tls }) }),
  });
  client.on('error', onEnd);
  client.on('end', () => onEnd(new Error('the server closed the connection')));
  client.on('notification', ({ payload = '' }) => onMessage(payload));
  await client.connect();
  await client.query(`LISTEN ${CHANNEL}`);
  return {
    async send(messages) {
      await client.query(NOTIFY, [CHANNEL, messages]);
    },
    close: () => client.end(),
  };
}

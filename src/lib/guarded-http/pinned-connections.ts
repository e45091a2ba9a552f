import { isIP, type LookupFunction } from 'node:net';
import type { Client } from 'undici';

type PinnedConnectionsOptions = {
  /** PEM certificates of the authorities to trust instead of the public ones. */
  readonly ca?: string | undefined;
};

/** A connection for one request at a time. `keep` or `destroy` it afterwards. */
type PinnedConnection = {
  readonly client: Client;
  /** Only after a whole response. */
  keep(): void;
  destroy(): void;
};

export type PinnedConnections = {
  /** An unused connection, or a new one, to one of `addresses`. */
  take(origin: string, addresses: readonly string[]): Promise<PinnedConnection>;
  /** Destroys all connections. */
  close(): Promise<void>;
};

/** How long an unused connection is kept, whatever the server offers. */
const IDLE_MS = 2000;
/** How long a connection takes requests, even if it is never idle. */
const LIFE_MS = 4000;
const MOST_IDLE = 256;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Creates connections to addresses that were checked: connecting never asks DNS again. A connection only serves
 * requests for which DNS returned the same addresses, so that a changed answer is followed at once, and it ends after a
 * few seconds. Otherwise, a busy one would lead to a server that its owner, or an operator, has long disconnected.
 *
 * Each has an undici client of its own, not a pool: a client whose request was aborted connects again for no reason.
 */
export function createPinnedConnections({ ca }: PinnedConnectionsOptions): PinnedConnections {
  const open = new Set<Client>();
  const idle = new Map<Client, { readonly key: string; readonly connection: PinnedConnection }>();

  async function connect(origin: string, addresses: readonly string[], key: string) {
    const { Client } = await loadUndici();
    const endsAt = performance.now() + LIFE_MS;
    const client = new Client(origin, {
      connect: { lookup: pinTo(addresses), timeout: CONNECT_TIMEOUT_MS, ...(ca && { ca }) },
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      // The whole attempt has one deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    open.add(client);
    function destroy(): void {
      open.delete(client);
      idle.delete(client);
      client.destroy().catch(() => {});
    }
    function keep(): void {
      const isUsable = !client.destroyed && client.stats.connected && performance.now() < endsAt;
      if (isUsable && idle.size < MOST_IDLE) idle.set(client, { key, connection });
      else destroy();
    }
    client.on('disconnect', () => {
      if (idle.has(client)) destroy();
    });
    const connection: PinnedConnection = { client, keep, destroy };
    return connection;
  }

  return {
    async take(origin, addresses) {
      const key = [origin, ...[...addresses].sort()].join(' ');
      const found = [...idle.values()].find((one) => one.key === key);
      if (found === undefined) return connect(origin, addresses, key);
      idle.delete(found.connection.client);
      return found.connection;
    },
    async close() {
      idle.clear();
      await Promise.all([...open].map((client) => client.destroy()));
      open.clear();
    },
  };
}

/** Loaded for the first request, because it costs 20 MB and a tenth of the time of a start. */
function loadUndici() {
  return import('undici');
}

/** A lookup that returns these addresses for every name. */
function pinTo(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first] = found;
    if (first === undefined) return callback(new Error('there is no address'), '');
    if (options.all) return callback(null, found);
    return callback(null, first.address, first.family);
  };
}

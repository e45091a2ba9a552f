import { isIP, type LookupFunction } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'undici';

type PinnedPoolsOptions = {
  /** PEM certificates of the authorities to trust instead of the public ones. */
  readonly ca?: string | undefined;
};

export type PinnedPools = {
  /** A pool whose connections go to one of `addresses` only. */
  open(origin: string, addresses: readonly string[]): Promise<Pool>;
  close(): Promise<void>;
};

/** How long an unused connection is kept, whatever the server offers. */
const IDLE_MS = 2000;
/** How long a pool takes requests. Then its connections are closed, idle or after their request. */
const POOL_LIFE_MS = 4000;
const MOST_POOLS = 500;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Creates pools of connections to addresses that were checked: connecting never asks DNS again. A pool belongs to the
 * addresses that DNS returned, so that a changed answer leads to new connections, and it ends after a few seconds.
 * A host that was moved is left at once, a burst of events shares a connection, and nothing is kept for a host that
 * an operator has just blocked.
 */
export function createPinnedPools({ ca }: PinnedPoolsOptions): PinnedPools {
  const pools = new LRUCache<string, Pool>({
    max: MOST_POOLS,
    ttl: POOL_LIFE_MS,
    ttlAutopurge: true,
    // Requests that are under way end first.
    dispose: (pool) => void pool.close().catch(() => {}),
  });

  return {
    async open(origin, addresses) {
      // Loaded for the first request, because it costs 20 MB and a tenth of the time of a start.
      const { Pool } = await import('undici');
      const key = [origin, ...[...addresses].sort()].join(' ');
      const known = pools.get(key);
      if (known) return known;
      const pool = new Pool(origin, {
        connect: { lookup: pinTo(addresses), timeout: CONNECT_TIMEOUT_MS, ...(ca && { ca }) },
        keepAliveTimeout: IDLE_MS,
        keepAliveMaxTimeout: IDLE_MS,
        // The whole attempt has one deadline.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      pools.set(key, pool);
      return pool;
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
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

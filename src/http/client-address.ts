import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import proxyaddr from 'proxy-addr';
import { readAddress, toClientAddress } from '../lib/network.ts';
import { rememberResults } from '../lib/recent-entries.ts';

export type ReadClientAddress = (c: Context) => string;

/**
 * The address of all clients whose proxy sends an unreadable address. No network of an API key contains
 * it: the range is reserved (RFC 6666, discard only).
 */
const UNKNOWN_ADDRESS = '100::/64';

/** How many peers are remembered with their canonical form, which takes time to find. */
const MOST_PEERS = 1000;

/**
 * Returns a function that reads the client address of a request: the peer, or, behind trusted proxies,
 * the last address in X-Forwarded-For that is not one of them. Entries that a client adds itself are
 * ignored. An IPv6 address represents its /64, which is what a customer usually gets.
 */
export function createReadClientAddress(trustedProxies: readonly string[]): ReadClientAddress {
  const isTrusted = proxyaddr.compile([...trustedProxies]);
  const toPeer = rememberResults(canonical, MOST_PEERS);
  return (c) => {
    const remote = getConnInfo(c).remote.address ?? '0.0.0.0';
    const peer = toPeer(remote);
    const forwarded = c.req.header('x-forwarded-for');
    if (forwarded === undefined || !isTrusted(remote, 0)) return peer;
    return readChain(forwarded, peer, isTrusted);
  };
}

/** Returns the nearest address of the chain that is not a trusted proxy, or else the farthest one. */
function readChain(
  forwarded: string,
  peer: string,
  isTrusted: (address: string, hop: number) => boolean,
): string {
  let nearest = peer;
  for (const [index, entry] of forwarded.split(',').reverse().entries()) {
    const address = readAddress(entry);
    // The entries before it cannot be trusted: anyone may have written them.
    if (address === undefined) return UNKNOWN_ADDRESS;
    nearest = canonical(address);
    if (!isTrusted(address, index + 1)) return nearest;
  }
  return nearest;
}

function canonical(address: string): string {
  return toClientAddress(address.split('%', 1)[0] ?? '') ?? UNKNOWN_ADDRESS;
}

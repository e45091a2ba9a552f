import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import proxyaddr from 'proxy-addr';
import { readAddress, toClientAddress } from '../lib/network.ts';

export type ReadClientAddress = (c: Context) => string;

/**
 * Stands for a client whose proxy names it in a way that cannot be read. All of them share it, and no
 * network of a key holds it: the range is reserved (RFC 6666, discard only).
 */
const UNKNOWN_ADDRESS = '100::/64';

/**
 * Tells where a request comes from: the peer, or, behind proxies that the operator trusts, the last
 * address in X-Forwarded-For that is not one of them. What a client writes there itself counts for
 * nothing. An IPv6 address stands for its /64, which is what one customer is given.
 */
export function createReadClientAddress(trustedProxies: readonly string[]): ReadClientAddress {
  const isTrusted = proxyaddr.compile([...trustedProxies]);
  return (c) => {
    const remote = getConnInfo(c).remote.address ?? '0.0.0.0';
    const peer = canonical(remote);
    const forwarded = c.req.header('x-forwarded-for');
    if (forwarded === undefined || !isTrusted(remote, 0)) return peer;
    return readChain(forwarded, peer, isTrusted);
  };
}

/** The nearest address of the chain that is no trusted proxy, or the farthest of them. */
function readChain(
  forwarded: string,
  peer: string,
  isTrusted: (address: string, hop: number) => boolean,
): string {
  let nearest = peer;
  for (const [index, entry] of forwarded.split(',').reverse().entries()) {
    const address = readAddress(entry);
    // Going on past it would believe what stands before, which anybody may have written.
    if (address === undefined) return UNKNOWN_ADDRESS;
    nearest = canonical(address);
    if (!isTrusted(address, index + 1)) return nearest;
  }
  return nearest;
}

function canonical(address: string): string {
  return toClientAddress(address.split('%', 1)[0] ?? '') ?? UNKNOWN_ADDRESS;
}

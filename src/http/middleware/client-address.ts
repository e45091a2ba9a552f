import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import proxyaddr from 'proxy-addr';
import { toClientAddress } from '../../lib/network.ts';

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
    const address = readForwarded(entry.trim());
    // Going on past it would believe what stands before, which anybody may have written.
    if (address === undefined) return UNKNOWN_ADDRESS;
    nearest = canonical(address);
    if (!isTrusted(address, index + 1)) return nearest;
  }
  return nearest;
}

/** The address of one entry: plain, quoted, with a port, IPv6 also in brackets; undefined when it is none. */
function readForwarded(entry: string): string | undefined {
  const [, quoted = entry] = /^"(.*)"$/.exec(entry) ?? [];
  const text = quoted.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return readIpv6(bracketed);
  const [, host = text] = /^([^:]*):\d{1,5}$/.exec(text) ?? [];
  // The parser also takes octal, hexadecimal and short forms, which programs read differently.
  return ipaddr.IPv4.isValidFourPartDecimal(host) ? host : readIpv6(text);
}

function readIpv6(text: string): string | undefined {
  // A zone names an interface of somebody else's machine.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text).toString();
}

function canonical(address: string): string {
  return toClientAddress(address.split('%', 1)[0] ?? '') ?? UNKNOWN_ADDRESS;
}

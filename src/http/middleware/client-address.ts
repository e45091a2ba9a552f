import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import proxyaddr from 'proxy-addr';

export type ReadClientAddress = (c: Context) => string;

const SUBNET_BITS = 64;

/**
 * Tells where a request comes from: the peer, or, behind proxies that the operator trusts, the last
 * address in X-Forwarded-For that is not one of them. What a client writes there itself counts for
 * nothing. An IPv6 address stands for its /64, which is what one customer is given.
 */
export function createReadClientAddress(trustedProxies: readonly string[]): ReadClientAddress {
  const isTrusted = proxyaddr.compile([...trustedProxies]);
  return (c) => {
    const peer = getConnInfo(c).remote.address ?? '0.0.0.0';
    const forwarded = c.req.header('x-forwarded-for');
    const request = {
      socket: { remoteAddress: peer },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    };
    const claimed = proxyaddr(request as unknown as Parameters<typeof proxyaddr>[0], isTrusted);
    return canonical(ipaddr.isValid(claimed) ? claimed : peer);
  };
}

/** One spelling for one client: IPv4 also when it is mapped into IPv6, otherwise the /64 network. */
function canonical(address: string): string {
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${SUBNET_BITS}`)}/${SUBNET_BITS}`;
}

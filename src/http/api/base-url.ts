import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import proxyaddr from 'proxy-addr';

/** Returns the address at which callers reach the service. */
export type ReadBaseUrl = (c: Context) => string;

export type BaseUrlParts = {
  /** Our own address; undefined if it is not configured. */
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
};

/**
 * The configured address, or else the one that the request was sent to. That begins with `https:` if a trusted proxy
 * received the request by TLS (X-Forwarded-Proto; of a list, the first entry is that of the outermost proxy).
 */
export function createReadBaseUrl({ publicUrl, trustedProxies }: BaseUrlParts): ReadBaseUrl {
  if (publicUrl !== undefined) return () => publicUrl;
  const isTrusted = proxyaddr.compile([...trustedProxies]);
  return (c) => {
    const { host, origin } = new URL(c.req.url);
    const [protocol] = (c.req.header('x-forwarded-proto') ?? '').split(',', 1);
    if (protocol?.trim().toLowerCase() !== 'https') return origin;
    const isFromProxy = isTrusted(getConnInfo(c).remote.address ?? '0.0.0.0', 0);
    return isFromProxy ? `https://${host}` : origin;
  };
}

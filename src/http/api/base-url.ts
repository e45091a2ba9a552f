import type { Context } from 'hono';

/** Returns the address at which callers reach the service. */
export type ReadBaseUrl = (c: Context) => string;

/** The configured address, or else the one that the request was sent to. */
export function createReadBaseUrl(publicUrl: string | undefined): ReadBaseUrl {
  return (c) => publicUrl ?? new URL(c.req.url).origin;
}

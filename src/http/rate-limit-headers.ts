import type { Context } from 'hono';
import { type RateLimitStatus, toRate } from '../domain/rate-limit.ts';

/**
 * Sets the RateLimit header fields (draft-ietf-httpapi-ratelimit-headers) for limits with a window that
 * only the caller's account uses. `r` is what is currently left.
 */
export function setRateLimitFields(c: Context, rateLimits: readonly RateLimitStatus[]): void {
  const policies: string[] = [];
  const states: string[] = [];
  for (const { limit, used, resetSeconds } of rateLimits) {
    if (limit.windowSeconds === undefined || limit.isShared) continue;
    policies.push(`"${limit.name}";q=${limit.max};w=${limit.windowSeconds}`);
    states.push(
      `"${limit.name}";r=${Math.max(0, toRate(limit).burst - used)};t=${resetSeconds ?? 0}`,
    );
  }
  if (policies.length === 0) return;
  c.header('RateLimit-Policy', policies.join(', '));
  c.header('RateLimit', states.join(', '));
}

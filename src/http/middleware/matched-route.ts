import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { HttpEnv } from '../http-env.ts';

/** The route that will answer; undefined when there is none for this method and path. HEAD is GET's. */
export function matchedRoute(c: Context): { method: string; path: string } | undefined {
  // Middleware is registered for every method (ALL), a route for its own.
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
}

/** Passes requests by that no route will answer, so that they get 404 or 405 and nothing else. */
export function onlyRouted(middleware: MiddlewareHandler<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return (c, next) => (matchedRoute(c) === undefined ? next() : middleware(c, next));
}

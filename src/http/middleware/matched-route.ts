import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { HttpEnv } from '../http-env.ts';

/** Finds the route of a request; undefined if there is none for its method and path. HEAD uses GET's. */
export function matchedRoute(c: Context): { method: string; path: string } | undefined {
  // Middleware is registered for every method (ALL), a route for its own.
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
}

/** Skips the middleware for requests without a route, so that they get 404 or 405. */
export function onlyRouted(middleware: MiddlewareHandler<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return (c, next) => (matchedRoute(c) === undefined ? next() : middleware(c, next));
}

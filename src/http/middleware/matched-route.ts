import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { HttpEnv } from '../http-env.ts';

type Route = { readonly method: string; readonly path: string };

const found = new WeakMap<Context, { readonly route: Route | undefined }>();

/** Finds the route of a request; undefined if there is none for its method and path. HEAD uses GET's. */
export function matchedRoute(c: Context): Route | undefined {
  const known = found.get(c);
  if (known) return known.route;
  // Middleware is registered for every method (ALL), a route for its own.
  const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
  found.set(c, { route });
  return route;
}

/** Skips the middleware for requests without a route, so that they get 404 or 405. */
export function onlyRouted(middleware: MiddlewareHandler<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return (c, next) => (matchedRoute(c) === undefined ? next() : middleware(c, next));
}

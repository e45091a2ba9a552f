import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from '../http-env.ts';
import { matchedRoute } from './matched-route.ts';

/** Routes whose body is a file. They read it themselves, and limit it. */
const OF_FILES: ReadonlySet<string> = new Set(['POST /api/sessions/:id/media']);

/** Skips the middleware for requests without a route, and for those whose body is a file. */
export function jsonOnly(middleware: MiddlewareHandler<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    const route = matchedRoute(c);
    const isOther = route === undefined || OF_FILES.has(`${route.method} ${route.path}`);
    return isOther ? next() : middleware(c, next);
  };
}

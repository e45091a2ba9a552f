import type { MiddlewareHandler } from 'hono';
import type { Tracer } from '../../../lib/tracing/tracer.ts';
import type { HttpEnv } from '../../http-env.ts';
import { matchedRoute } from '../matched-route.ts';

/** Routes for programs. Health checks would drown the rest. */
const TRACED = /^[/](api[/](?!health)|v2[/])/;

/**
 * Records each request as a trace, or as a part of its caller's. It has the pattern of the route, because the path may
 * have a number.
 */
export function traceRequests(tracer: Tracer): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    const route = matchedRoute(c);
    if (!route || !TRACED.test(route.path)) return next();
    const { method, path } = route;
    const values = { 'http.request.method': method, 'http.route': path };
    const traceparent = c.req.header('traceparent');
    const options = { kind: 'server', traceparent, values } as const;
    return tracer.run(`${method} ${path}`, options, async (span) => {
      await next();
      span.set({ 'http.response.status_code': c.res.status });
      if (c.res.status >= 500) span.fail();
    });
  };
}

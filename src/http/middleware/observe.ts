import type { MiddlewareHandler } from 'hono';
import type { Logger } from '../../lib/logger.ts';
import type { Metrics } from '../../services/metrics/metrics-service.ts';
import type { HttpEnv } from '../http-env.ts';
import type { ReadClientAddress } from './client-address.ts';
import { routePattern } from './only-routed.ts';

type Options = {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readClientAddress: ReadClientAddress;
};

const LONGEST_AGENT = 200;

/** One log line and one measurement a request. The pattern of the route, not the path: that may hold a number. */
export function observe({
  logger,
  metrics,
  readClientAddress,
}: Options): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const milliseconds = performance.now() - startedAt;
    const { method } = c.req;
    const { status } = c.res;
    const route = routePattern(c) ?? 'unknown';
    metrics.requestSeconds.observe({ method, route, status }, milliseconds / 1000);
    logger.info(
      {
        requestId: c.get('requestId'),
        method,
        route,
        status,
        durationMs: Math.round(milliseconds * 10) / 10,
        ipAddress: readClientAddress(c),
        userAgent: printable(c.req.header('user-agent')),
      },
      'request',
    );
  };
}

/** Control characters, also those above ASCII, could play tricks on a terminal that shows the log. */
function printable(text: string | undefined): string | undefined {
  return text?.slice(0, LONGEST_AGENT).replaceAll(/[^ -~]/g, '?');
}

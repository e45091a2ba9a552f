import type { MiddlewareHandler } from 'hono';
import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import type { Logger } from '../../lib/logger.ts';
import type { ActivityService } from '../../services/activity/activity-service.ts';
import type { UsageService } from '../../services/analytics/usage-service.ts';
import type { Metrics } from '../../services/operations/metrics-service.ts';
import { captureResponse, isPolling, toAuditEntry } from '../audit-entry.ts';
import type { ReadClientAddress } from '../client-address.ts';
import type { HttpEnv } from '../http-env.ts';
import { matchedRoute } from './matched-route.ts';

type Options = {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly usage: Pick<UsageService, 'note'>;
  readonly activity: Pick<ActivityService, 'log' | 'isNewsOf'>;
  readonly readClientAddress: ReadClientAddress;
  /** Parses a phone number of any region; undefined if it is not one. */
  readonly readNumber: (text: string) => string | undefined;
};

const LONGEST_AGENT = 200;

/**
 * Logs and measures every request. If the caller is known, the request is also counted in the usage and
 * recorded in the activity log. It uses the pattern of the route, because the path may have a number.
 */
export function observe({
  logger,
  metrics,
  usage,
  activity,
  readClientAddress,
  readNumber,
}: Options): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    const readAnswer = captureResponse(c);
    await next();
    const milliseconds = performance.now() - startedAt;
    const { method } = c.req;
    const { status } = c.res;
    const route = matchedRoute(c)?.path ?? 'unknown';
    metrics.requestSeconds.observe({ method, route, status }, milliseconds / 1000);
    const caller: Caller | undefined = c.get('caller');
    if (caller) {
      const { accountId, principal } = caller;
      usage.note({ accountId, principal, method, route, status, milliseconds });
      const isTold =
        !isPolling(method, route) || activity.isNewsOf(caller, `${method} ${c.req.path} ${status}`);
      if (route.startsWith('/api/') && isTold) {
        const call = { caller, method, route, status, milliseconds, answer: readAnswer() };
        activity.log(caller, toAuditEntry(c, call, readNumber));
      }
    }
    logger.info(
      {
        requestId: c.get('requestId'),
        ...(caller && { account: caller.accountId, caller: formatPrincipal(caller.principal) }),
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

/** Replaces non-ASCII and control characters, which could manipulate a terminal that shows the log. */
function printable(text: string | undefined): string | undefined {
  return text?.slice(0, LONGEST_AGENT).replaceAll(/[^ -~]/g, '?');
}

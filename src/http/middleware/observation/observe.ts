import type { Context, MiddlewareHandler } from 'hono';
import { type Caller, formatPrincipal } from '../../../domain/access/caller.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { ActivityService } from '../../../services/activity/activity-service.ts';
import type { EndedCall } from '../../../services/activity/open-calls.ts';
import type { UsageService } from '../../../services/analytics/usage-service.ts';
import type { Metrics } from '../../../services/operations/metrics-service.ts';
import {
  captureResponse,
  isConsolePolling,
  isConsoleRead,
  isPolling,
  toAuditEntry,
} from '../../audit-entry.ts';
import type { ReadClientAddress } from '../../client-address.ts';
import type { HttpEnv } from '../../http-env.ts';
import { matchedRoute } from '../matched-route.ts';

type Options = {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly usage: Pick<UsageService, 'note'>;
  readonly activity: Pick<ActivityService, 'openCall' | 'endCall' | 'isNewsOf'>;
  readonly readClientAddress: ReadClientAddress;
  /** Parses an email address, or a phone number of any region; undefined if it is neither. */
  readonly readRecipient: (text: string) => string | undefined;
};

const LONGEST_AGENT = 200;

/** Probes call these every second or so: successful calls are logged at the level debug. */
const HEALTH_ROUTE = /^[/]api[/]health([/]|$)/;

/** Routes for programs, whose calls are in the activity log. */
const LOGGED_ROUTE = /^[/](api|v2|2010-04-01)[/]/;

/**
 * Logs and measures every request. If the caller is known, the request is also counted in the usage and
 * recorded in the activity log. It uses the pattern of the route, because the path may have a number.
 */
export function observe(options: Options): MiddlewareHandler<HttpEnv> {
  const { activity } = options;
  return async (c, next) => {
    const startedAt = performance.now();
    const readAnswer = captureResponse(c);
    const call = activity.openCall();
    c.set('call', call);
    let ended: EndedCall | undefined;
    try {
      await next();
      ended = report(options, c, { milliseconds: performance.now() - startedAt, readAnswer });
    } finally {
      activity.endCall(call, ended);
    }
  };
}

type Ended = { readonly milliseconds: number; readonly readAnswer: () => unknown };

/** Logs, measures and counts a request; returns what the activity log says about it, if anything. */
function report(
  { logger, metrics, usage, activity, readClientAddress, readRecipient }: Options,
  c: Context<HttpEnv>,
  { milliseconds, readAnswer }: Ended,
): EndedCall | undefined {
  const { method } = c.req;
  const { status } = c.res;
  const route = matchedRoute(c)?.path ?? 'unknown';
  metrics.requestSeconds.observe({ method, route, status }, milliseconds / 1000);
  const caller: Caller | undefined = c.get('caller');
  const level = HEALTH_ROUTE.test(route) && status < 400 ? 'debug' : 'info';
  logger[level](
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
  if (!caller) return undefined;
  countUsage(usage, c, { caller, method, route, status, milliseconds });
  // A refusal is worth an entry, that of the console too.
  const isQuiet = status < 400 && isConsoleRead(c, caller, { method, route });
  if (!LOGGED_ROUTE.test(route) || isQuiet) return undefined;
  const isLogged =
    !isPolling(method, route) || activity.isNewsOf(caller, `${method} ${c.req.path} ${status}`);
  if (!isLogged) return undefined;
  const call = { caller, method, route, status, milliseconds, answer: readAnswer() };
  return toAuditEntry(c, call, readRecipient);
}

type Counted = Readonly<Record<'method' | 'route', string>> &
  Readonly<Record<'status' | 'milliseconds', number>> & { readonly caller: Caller };

/** Counts a request in the usage. The page that shows it would otherwise count its own reads, over and over. */
function countUsage(
  usage: Options['usage'],
  c: Context<HttpEnv>,
  { caller, ...request }: Counted,
): void {
  if (isConsolePolling(c, caller, request)) return;
  const { accountId, principal } = caller;
  usage.note({ accountId, principal, ...request });
}

/** Replaces non-ASCII and control characters, which could manipulate a terminal that shows the log. */
function printable(text: string | undefined): string | undefined {
  return text?.slice(0, LONGEST_AGENT).replaceAll(/[^ -~]/g, '?');
}

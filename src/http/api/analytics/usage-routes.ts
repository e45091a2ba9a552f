import { createRoute } from '@hono/zod-openapi';
import { formatPrincipal, toPrincipal } from '../../../domain/access/caller.ts';
import type {
  Usage,
  UsageService,
  UsageTotals,
} from '../../../services/analytics/usage-service.ts';
import { createRouter } from '../../router.ts';
import { json, problems, success, successOf } from '../schemas/envelope.ts';
import { presentPage, readPage } from '../schemas/page.ts';
import { UsagePage, UsageQuery } from './usage-schemas.ts';

type Dependencies = { readonly usage: UsageService };

/** How the API is used: by the hour, the caller, the route and the outcome. */
export function usageRoutes({ usage }: Dependencies) {
  const router = createRouter();

  const listRoute = createRoute({
    method: 'get',
    tags: ['Usage'],
    path: '/',
    summary: 'Tell how the API is used',
    description:
      'An entry for each hour, caller, method, route and status, the newest first. Requests that showed no valid credential are not in it. A request appears within five seconds; one that is lost in a crash is at most so old.',
    request: { query: UsageQuery },
    responses: {
      200: json(successOf(UsagePage), 'A page of entries'),
      ...problems({
        400: 'Not valid: the answer names the fields',
        403: 'The key has not the scope `analytics:read`',
        503: 'The database is out of reach: try again',
      }),
    },
  });
  router.openapi(listRoute, async (c) => {
    const query = c.req.valid('query');
    const { accountId, method, route, status: statusCode } = query;
    const filter = {
      ...{ accountId, method, route, statusCode },
      principal: toPrincipalName(query),
      from: toMoment(query.from),
      to: toMoment(query.to),
    };
    const { totals, ...page } = await usage.list(c.get('caller'), filter, readPage(query));
    const data = {
      ...presentPage(page, presentUsage),
      totals: totals ? presentTotals(totals) : null,
    };
    return c.json(success('Usage', data), 200);
  });

  return router;
}

type Who = { readonly keyId?: string | undefined; readonly userId?: string | undefined };

function toPrincipalName({ keyId, userId }: Who): string | undefined {
  if (keyId !== undefined) return formatPrincipal({ kind: 'key', id: keyId });
  return userId === undefined ? undefined : formatPrincipal({ kind: 'user', id: userId });
}

function toMoment(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function presentUsage(entry: Usage) {
  const { kind, id } = toPrincipal(entry.principal);
  return {
    hour: entry.hour.toISOString(),
    accountId: entry.accountId,
    principal: { kind, id: id === '' ? null : id },
    method: entry.method,
    route: entry.route,
    status: entry.statusCode,
    requests: entry.requests,
    averageMs: toAverage(entry),
    maxMs: entry.durationMax,
  };
}

function presentTotals({ requests, failures, durationSum }: UsageTotals) {
  const averageMs = requests === 0 ? null : toAverage({ requests, durationSum });
  return { requests, failures, averageMs };
}

/** Milliseconds, with one digit behind the point. */
function toAverage({ requests, durationSum }: Pick<Usage, 'requests' | 'durationSum'>): number {
  return Math.round((durationSum / requests) * 10) / 10;
}

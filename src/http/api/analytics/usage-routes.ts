import { formatPrincipal, toPrincipal } from '../../../domain/access/caller.ts';
import type {
  Usage,
  UsageGroup,
  UsageGrouping,
  UsageService,
  UsageTotals,
} from '../../../services/analytics/usage-service.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { presentPage, readPage } from '../schemas/page.ts';
import { type UsageBy, UsagePage, UsageQuery } from './usage-schemas.ts';

type Dependencies = { readonly usage: UsageService };

/** The usage of the API by hour, caller, route and status. */
export function usageRoutes({ usage }: Dependencies) {
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listUsage',
    tag: 'Usage',
    summary: 'List API usage',
    description:
      'One entry per hour, caller, method, route and status, newest first. Requests without valid credentials, and the reads of open pages of the console, are not counted. A request appears within five seconds.',
    query: UsageQuery,
    answers: { 200: answer(UsagePage, 'A page of entries, with totals') },
  });
  router.openapi(listRoute, async (c) => {
    const query = c.req.valid('query');
    const { accountId, method, route, status: statusCode, by } = query;
    const filter = {
      by: by && COLUMNS[by],
      ...{ accountId, method, route, statusCode },
      principal: toPrincipalName(query),
      from: toMoment(query.from),
      to: toMoment(query.to),
    };
    const report = await usage.list(c.get('caller'), filter, readPage(query));
    const { totals, groups, groupsLeftOut, ...page } = report;
    const data = {
      ...presentPage(page, presentUsage),
      totals: totals ? presentTotals(totals) : null,
      groups: groups?.map(presentGroup) ?? null,
      groupsLeftOut,
    };
    return c.json(success('Usage', data), 200);
  });

  return router;
}

const COLUMNS: Readonly<Record<UsageBy, UsageGrouping>> = {
  ...{ hour: 'hour', route: 'route', caller: 'principal' },
};

type Who = { readonly keyId?: string | undefined; readonly userId?: string | undefined };

function toPrincipalName({ keyId, userId }: Who): string | undefined {
  if (keyId !== undefined) return formatPrincipal({ kind: 'key', id: keyId });
  return userId === undefined ? undefined : formatPrincipal({ kind: 'user', id: userId });
}

function toMoment(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function presentUsage(entry: Usage) {
  return {
    hour: entry.hour.toISOString(),
    accountId: entry.accountId,
    principal: presentPrincipal(entry.principal),
    method: entry.method,
    route: entry.route,
    status: entry.statusCode,
    requests: entry.requests,
    averageMs: toAverage(entry),
    maxMs: entry.durationMax,
  };
}

function presentPrincipal(name: string) {
  const { kind, id } = toPrincipal(name);
  return { kind, id: id === '' ? null : id };
}

function presentGroup({ value, durationMax: maxMs, ...sums }: UsageGroup) {
  const text = value instanceof Date ? value.toISOString() : value;
  return { value: text, ...presentTotals(sums), maxMs };
}

function presentTotals({ requests, failures, serverErrors, durationSum }: UsageTotals) {
  const averageMs = requests === 0 ? null : toAverage({ requests, durationSum });
  return { requests, failures, clientErrors: failures - serverErrors, serverErrors, averageMs };
}

/** Milliseconds, rounded to one decimal place. */
function toAverage({ requests, durationSum }: Pick<Usage, 'requests' | 'durationSum'>): number {
  return Math.round((durationSum / requests) * 10) / 10;
}

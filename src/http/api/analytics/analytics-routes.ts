import { createRoute } from '@hono/zod-openapi';
import type { Caller } from '../../../domain/access/caller.ts';
import type { FunnelCounts } from '../../../domain/analytics/funnel-stats.ts';
import { toSessionStatus } from '../../../domain/whatsapp/session.ts';
import { toLocalText } from '../../../lib/time/time-zone.ts';
import type { AnalyticsContext } from '../../../services/analytics/context.ts';
import { readDashboard, readSessionStats } from '../../../services/analytics/read-dashboard.ts';
import { type Group, readFunnel } from '../../../services/analytics/read-funnel.ts';
import { createRouter } from '../../router.ts';
import { json, problems, success, successOf } from '../schemas/envelope.ts';
import { presentSessionId, readSessionName, readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import { presentFunnel } from './analytics-response.ts';
import {
  Dashboard,
  DashboardQuery,
  FunnelQuery,
  FunnelReport,
  RangeQuery,
  SessionStats,
} from './analytics-schemas.ts';
import { readRange } from './parse-range.ts';

type Dependencies = { readonly analytics: AnalyticsContext };

const tags = ['Analytics'];

const PROBLEMS = {
  400: 'Not valid: the answer names the fields',
  403: 'The key has not the scope `analytics:read`, or is held to a part of its account',
  503: 'The database is out of reach: try again',
};

/** Figures, from the roll-ups: an event is in them within ten seconds. */
export function analyticsRoutes({ analytics }: Dependencies) {
  const router = createRouter();

  const dashboardRoute = createRoute({
    method: 'get',
    tags,
    path: '/dashboard',
    summary: 'Tell how things stand',
    description:
      'Sessions, messages and codes, ever and today. An event counts within ten seconds.',
    request: { query: DashboardQuery },
    responses: { 200: json(successOf(Dashboard), 'The dashboard'), ...problems(PROBLEMS) },
  });
  router.openapi(dashboardRoute, async (c) => {
    const caller = c.get('caller');
    const { timeZone } = c.req.valid('query');
    const { sessions, ever, today, byChannel, bySession, at } = await readDashboard(
      analytics,
      caller,
      timeZone,
    );
    const { total, active } = sessions;
    const data = {
      sessions: { total, active, inactive: total - active },
      messages: { total: ever.messages, today: today.messages },
      otp: { total: ever.sent, today: today.sent },
      limitHits: { today: today.limitHits },
      funnel: presentFunnel(today),
      byChannel: byChannel.map(({ value, figures }) => ({
        channel: String(value),
        ...presentFunnel(figures),
      })),
      bySession: bySession.map(({ value, figures }) => ({
        sessionId: presentSessionId(caller, String(value)),
        ...presentFunnel(figures),
      })),
      timeZone,
      timestamp: at.toISOString(),
    };
    return c.json(success('Dashboard', data), 200);
  });

  const funnelRoute = createRoute({
    method: 'get',
    tags,
    path: '/funnel',
    summary: 'Tell what became of the codes of a time',
    description:
      'Counts sent, delivered, read and verified, each under the time at which its code was asked for, in whole quarters of an hour; at most 366 days, 31 by the hour.',
    request: { query: FunnelQuery },
    responses: { 200: json(successOf(FunnelReport), 'The funnel'), ...problems(PROBLEMS) },
  });
  router.openapi(funnelRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const { by, channel, region, accountId } = query;
    const sessionId = readSessionName(caller, query.sessionId);
    const asked = { ...readRange(query), by, channel, region, accountId, sessionId };
    const { total, groups, ...range } = await readFunnel(analytics, caller, asked);
    const data = {
      ...presentRange(range),
      by: by ?? null,
      total: presentFunnel(total),
      groups: groups.map((group) => presentGroup(caller, group, asked)),
    };
    return c.json(success('Funnel', data), 200);
  });

  const statsRoute = createRoute({
    method: 'get',
    tags,
    path: '/sessions/{id}/stats',
    summary: 'Tell what a session has sent',
    request: { params: SessionParams, query: RangeQuery },
    responses: {
      200: json(successOf(SessionStats), 'Its figures, in the range and ever'),
      ...problems({ ...PROBLEMS, 404: 'There is no session of this name' }),
    },
  });
  router.openapi(statsRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const asked = readRange(c.req.valid('query'));
    const { session, figures, ever, ...range } = await readSessionStats(
      analytics,
      caller,
      sessionId,
      asked,
    );
    const data = {
      sessionId: presentSessionId(caller, sessionId),
      status: toSessionStatus(session.state),
      state: session.state,
      ...presentRange(range),
      ...presentSessionFigures(figures),
      ever: presentSessionFigures(ever),
    };
    return c.json(success('Session statistics', data), 200);
  });

  return router;
}

type Range = { readonly from: Date; readonly to: Date; readonly timeZone: string };

function presentRange({ from, to, timeZone }: Range) {
  return { from: from.toISOString(), to: to.toISOString(), timeZone };
}

type Asked = { readonly by: string | undefined; readonly timeZone: string };

function presentGroup(caller: Caller, { value, figures }: Group, { by, timeZone }: Asked) {
  const text = value instanceof Date ? toLocalText(value, timeZone) : value;
  return {
    value: by === 'session' ? presentSessionId(caller, text) : text,
    ...presentFunnel(figures),
  };
}

function presentSessionFigures(figures: FunnelCounts) {
  const { messages: sent, messageFailures: failed } = figures;
  return { messages: { sent, failed }, otp: presentFunnel(figures) };
}

import type { Caller } from '../../../domain/access/caller.ts';
import type { FunnelCounts } from '../../../domain/analytics/funnel-stats.ts';
import { toSessionStatus } from '../../../domain/whatsapp/session.ts';
import { toLocalText } from '../../../lib/time/time-zone.ts';
import type {
  AnalyticsContext,
  ConversionWatchContext,
} from '../../../services/analytics/context.ts';
import { readDashboard, readSessionStats } from '../../../services/analytics/read-dashboard.ts';
import { readDrops } from '../../../services/analytics/read-drops.ts';
import { type Group, readFunnel } from '../../../services/analytics/read-funnel.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { presentSessionId, readSessionName, readSessionPath } from '../session-names.ts';
import { SessionParams } from '../sessions/session-schemas.ts';
import { presentDrop, presentFunnel } from './analytics-response.ts';
import {
  ConversionDrops,
  Dashboard,
  DashboardQuery,
  DropsQuery,
  FunnelQuery,
  FunnelReport,
  PART_ONLY,
  RangeQuery,
  SessionStats,
} from './analytics-schemas.ts';
import { readRange } from './parse-range.ts';

type Dependencies = {
  readonly analytics: AnalyticsContext;
  readonly conversionWatch: Pick<ConversionWatchContext, 'drops'>;
};

const tag = 'Analytics';

/** Figures from the roll-ups. An event is included within ten seconds. */
export function analyticsRoutes({ analytics, conversionWatch }: Dependencies) {
  const router = createRouter();

  const dashboardRoute = operation({
    method: 'get',
    path: '/dashboard',
    operationId: 'getDashboard',
    tag,
    summary: 'Get the dashboard',
    description:
      'Sessions, messages and codes: all time, and today. An event is counted within ten seconds.',
    query: DashboardQuery,
    answers: { 200: answer(Dashboard, 'The dashboard') },
    meanings: { forbidden: PART_ONLY },
  });
  router.openapi(dashboardRoute, async (c) => {
    const caller = c.get('caller');
    const { timeZone, accountId } = c.req.valid('query');
    const board = await readDashboard(analytics, caller, { timeZone, accountId });
    const { sessions, ever, today, relayed, byChannel, bySession, at } = board;
    const { total, active } = sessions;
    const data = {
      sessions: { total, active, inactive: total - active },
      messages: { total: ever.messages, today: today.messages },
      otp: { total: ever.sent, today: today.sent },
      relayed: { today: relayed.messages, failedToday: relayed.messageFailures },
      limitHits: { today: today.limitHits },
      funnel: presentFunnel(today),
      byChannel: byChannel.map(({ value, figures }) => ({
        channel: String(value),
        ...presentFunnel(figures, String(value)),
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

  const funnelRoute = operation({
    method: 'get',
    path: '/funnel',
    operationId: 'getFunnel',
    tag,
    summary: 'Get the delivery funnel',
    description:
      'How many codes of a period were sent, delivered, read and verified. Each counts at the time of its request, in quarters of an hour. At most 366 days; by the hour, at most 31, and at most 90 days ago: older figures are stored by day.',
    query: FunnelQuery,
    answers: { 200: answer(FunnelReport, 'The funnel') },
    meanings: { forbidden: PART_ONLY },
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
      total: presentFunnel(total, channel),
      ...presentOthers(total, asked),
      groups: groups.map((group) => presentGroup(caller, group, asked)),
    };
    return c.json(success('Funnel', data), 200);
  });

  const dropsRoute = operation({
    method: 'get',
    path: '/conversion-drops',
    operationId: 'listConversionDrops',
    tag,
    summary: 'List conversion drops',
    description:
      'Channels and regions with a lower conversion than usual: in an hour with at least 30 codes, a fifth less than in the seven days before, and less than chance explains (three standard deviations). A drop ends when an hour reaches nine tenths of the usual share. Compared every five minutes.',
    query: DropsQuery,
    answers: { 200: answer(ConversionDrops, 'The drops') },
    meanings: { forbidden: PART_ONLY },
  });
  router.openapi(dropsRoute, async (c) => {
    const { accountId } = c.req.valid('query');
    const drops = await readDrops(conversionWatch, c.get('caller'), accountId);
    return c.json(success('Drops of the conversion', { drops: drops.map(presentDrop) }), 200);
  });

  const statsRoute = operation({
    method: 'get',
    path: '/sessions/{id}/stats',
    operationId: 'getSessionStats',
    tag,
    summary: 'Get the statistics of a session',
    description: 'What a session sent, in a period and in total.',
    params: SessionParams,
    query: RangeQuery,
    answers: { 200: answer(SessionStats, 'The statistics') },
    fails: ['session_not_found'],
    meanings: { forbidden: PART_ONLY },
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

type Part = Readonly<Record<'channel' | 'sessionId' | 'region', string | undefined>>;

/** What belongs to a whole account, or all of them: no part of the codes has it. */
function presentOthers({ messages, limitHits }: FunnelCounts, part: Part) {
  const isPart = [part.channel, part.sessionId, part.region].some((value) => value !== undefined);
  return isPart ? { messages: null, limitHits: null } : { messages, limitHits };
}

type Asked = {
  readonly by: string | undefined;
  readonly channel: string | undefined;
  readonly timeZone: string;
};

function presentGroup(caller: Caller, { value, figures }: Group, asked: Asked) {
  const { by, timeZone } = asked;
  const text = value instanceof Date ? toLocalText(value, timeZone) : value;
  return {
    value: by === 'session' ? presentSessionId(caller, text) : text,
    ...presentFunnel(figures, by === 'channel' ? text : asked.channel),
  };
}

function presentSessionFigures(figures: FunnelCounts) {
  const { messages: sent, messageFailures: failed } = figures;
  return { messages: { sent, failed }, otp: presentFunnel(figures) };
}

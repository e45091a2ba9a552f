import { createRoute } from '@hono/zod-openapi';
import type { Caller } from '../../../domain/access/caller.ts';
import type {
  TimelineEvent,
  TimelineService,
} from '../../../services/activity/timeline-service.ts';
import { createRouter } from '../../router.ts';
import { presentNumber } from '../phone-number-response.ts';
import { json, NoQuery, problems, success, successOf } from '../schemas/envelope.ts';
import { presentSessionId } from '../session-names.ts';
import { Timeline, TimelineParams } from './timeline-schemas.ts';

type Dependencies = { readonly timelines: TimelineService };

/** Why a code did not arrive, or was not accepted. */
export function timelineRoutes({ timelines }: Dependencies) {
  const router = createRouter();

  const timelineRoute = createRoute({
    method: 'get',
    tags: ['Verification'],
    path: '/{verificationId}/timeline',
    summary: 'Tell all that happened to a code',
    description:
      'In the order of time. An attempt appears within a second. Limits are those that the number hit from ten minutes before the request on.',
    request: { params: TimelineParams, query: NoQuery },
    responses: {
      200: json(successOf(Timeline), 'What is on record'),
      ...problems({
        400: 'Not valid: the answer names the fields',
        404: '`not_found`: none of this id in this account, or none that the key is for',
        503: 'The database is out of reach: try again',
      }),
    },
  });
  router.openapi(timelineRoute, async (c) => {
    const caller = c.get('caller');
    const { verificationId } = c.req.valid('param');
    const { verification, status, events } = await timelines.readTimeline(caller, verificationId);
    const data = {
      verificationId,
      phoneNumber: presentNumber(caller, verification.phoneNumber),
      purpose: verification.purpose,
      channel: verification.channel ?? null,
      sessionId: presentSessionId(caller, verification.sessionId),
      status,
      createdAt: verification.createdAt.toISOString(),
      expiresAt: verification.expiresAt.toISOString(),
      events: events.map((event) => presentEvent(caller, event)),
    };
    return c.json(success('Timeline', data), 200);
  });

  return router;
}

function presentEvent(caller: Caller, event: TimelineEvent) {
  const { at, kind, channel, sessionId, reason, outcome, limit, details, by, note } = event;
  return {
    at: at.toISOString(),
    kind,
    ...(channel !== undefined && { channel }),
    ...(sessionId !== undefined && { sessionId: presentSessionId(caller, sessionId) }),
    ...(reason !== undefined && { reason }),
    ...(outcome !== undefined && { outcome }),
    ...(limit !== undefined && { limit }),
    ...(details !== undefined && { details }),
    ...(by !== undefined && { by }),
    ...(note !== undefined && { note }),
  };
}

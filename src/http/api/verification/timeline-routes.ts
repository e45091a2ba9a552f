import { reportsDelivery } from '../../../channels/registry.ts';
import type { Caller } from '../../../domain/access/caller.ts';
import {
  readTimeline,
  type TimelineContext,
  type TimelineEvent,
} from '../../../services/activity/read-timeline.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { presentRecipientTo } from '../recipient-response.ts';
import { answer, success } from '../schemas/envelope.ts';
import { presentSessionId } from '../session-names.ts';
import { Timeline, TimelineParams } from './timeline-schemas.ts';

type Dependencies = { readonly timelines: TimelineContext };

/** Shows why a code did not arrive or was not accepted. */
export function timelineRoutes({ timelines }: Dependencies) {
  const router = createRouter();

  const timelineRoute = operation({
    method: 'get',
    path: '/{verificationId}/timeline',
    operationId: 'getTimeline',
    tag: 'Verification',
    summary: 'Get the timeline of a code',
    description:
      'Every delivery, receipt, attempt and refusal by a limit of one verification, or of a message of a hook, in order of time. An attempt appears within a second. Refusals by limits are listed from ten minutes before the code was requested.',
    params: TimelineParams,
    answers: { 200: answer(Timeline, 'The timeline') },
    fails: ['not_found'],
  });
  router.openapi(timelineRoute, async (c) => {
    const caller = c.get('caller');
    const { verificationId } = c.req.valid('param');
    const timeline = await readTimeline(timelines, caller, verificationId);
    const { kind, verification, status, events } = timeline;
    const data = {
      verificationId,
      ...presentRecipientTo(caller, verification.phoneNumber),
      kind,
      purpose: verification.purpose,
      method: verification.method ?? 'code',
      channel: verification.channel ?? null,
      sessionId: presentSessionId(caller, verification.sessionId),
      status,
      attempts: verification.attempts ?? null,
      maxAttempts: verification.maxAttempts ?? null,
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
    ...(kind === 'accepted' && { reportsDelivery: reportsDelivery(channel ?? '') }),
    ...(reason !== undefined && { reason }),
    ...(outcome !== undefined && { outcome }),
    ...(limit !== undefined && { limit }),
    ...(details !== undefined && { details }),
    ...(by !== undefined && { by }),
    ...(note !== undefined && { note }),
  };
}

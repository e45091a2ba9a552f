import { z } from '@hono/zod-openapi';
import type { HealthService } from '../../../services/operations/health-service.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { watchSession } from '../../../services/whatsapp/watch-session.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { streamEvents } from '../../streams/stream-events.ts';
import { readSessionPath } from '../session-names.ts';
import { createSessionEventStream } from './session-event-stream.ts';
import { SessionParams } from './session-schemas.ts';
import type { StreamSlots } from './stream-slots.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly health: HealthService;
  readonly streams: StreamSlots;
  /** How often a comment is sent, so that proxies keep the connection open. */
  readonly heartbeatMs?: number | undefined;
};

export function sessionEventRoutes(dependencies: Dependencies) {
  const { sessions, health, streams, heartbeatMs } = dependencies;
  const router = createRouter();

  const eventsRoute = operation({
    method: 'get',
    path: '/{id}/events',
    operationId: 'streamSessionEvents',
    tag: 'Sessions',
    summary: 'Stream the events of a session',
    description:
      'Server-sent events. `state`: the session, as `GET /api/sessions/{id}` returns it, once at the start and then after every change. `qr`: `{qr, expiresAt, expiresIn}`, or `null` when there is no QR code. A comment is sent every 15 seconds. The stream ends when the session is deleted, the credentials become invalid, or the node stops.',
    params: SessionParams,
    answers: {
      200: {
        description: 'A stream that stays open until either side ends it',
        content: { 'text/event-stream': { schema: z.string() } },
      },
    },
    fails: ['session_not_found'],
    meanings: { rate_limited: 'Too many streams are open with this API key or for this user.' },
  });
  router.openapi(eventsRoute, async (c) => {
    const caller = c.get('caller');
    const feed = createSessionEventStream(caller);
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const leave = c.req.raw.method === 'HEAD' ? () => {} : streams.enter(caller);
    const endWatch = await watchSession(sessions, caller, sessionId, feed.listener).catch(
      (error: unknown) => {
        leave();
        throw error;
      },
    );
    return streamEvents(c, {
      queue: feed.queue,
      draining: health.draining,
      authorizeAgain: c.get('authorizeAgain'),
      heartbeatMs,
      onEnd() {
        endWatch();
        leave();
      },
    });
  });

  return router;
}

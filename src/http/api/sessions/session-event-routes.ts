import { z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { AppError, type ErrorCode } from '../../../domain/errors.ts';
import type { HealthService } from '../../../services/operations/health-service.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { watchSession } from '../../../services/whatsapp/watch-session.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { readSessionPath } from '../session-names.ts';
import { createSessionEventStream } from './session-event-stream.ts';
import { SessionParams } from './session-schemas.ts';
import type { StreamSlots } from './stream-slots.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly health: HealthService;
  readonly streams: StreamSlots;
  /** How often a comment is sent, so that proxies keep the connection open. */
  readonly heartbeatMs?: number;
};

const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': still here\n\n';

/** How often a stream checks its credentials: a revoked key must not see the next QR code. */
const WATCH_MS = 1000;

export function sessionEventRoutes(dependencies: Dependencies) {
  const { sessions, health, streams, heartbeatMs = HEARTBEAT_MS } = dependencies;
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
    const isHead = c.req.raw.method === 'HEAD';
    const leave = isHead ? () => {} : streams.enter(caller);
    const endWatch = await watchSession(sessions, caller, sessionId, feed.listener).catch(
      (error: unknown) => {
        leave();
        throw error;
      },
    );
    // HEAD is handled like GET, but no one would read the stream.
    if (isHead || health.draining.aborted) feed.end();
    health.draining.addEventListener('abort', feed.end);
    const response = streamSSE(c, async (stream) => {
      stream.onAbort(feed.end);
      let isBeating = false;
      const heartbeat = setInterval(() => {
        // One at a time, so that they do not pile up for a client that does not read.
        if (isBeating) return;
        isBeating = true;
        void stream.write(HEARTBEAT).finally(() => {
          isBeating = false;
        });
      }, heartbeatMs);
      const watch = setInterval(() => {
        c.get('authorizeAgain')().catch((error: unknown) => {
          if (isOver(error)) feed.end();
        });
      }, WATCH_MS);
      await feed.drain((event) => stream.writeSSE(event));
      clearInterval(heartbeat);
      clearInterval(watch);
      health.draining.removeEventListener('abort', feed.end);
      endWatch();
      leave();
    });
    response.headers.set('Cache-Control', 'no-store');
    response.headers.set('X-Accel-Buffering', 'no'); // Otherwise nginx buffers events.
    return response;
  });

  return router;
}

/** The errors of credentials that are no longer valid. */
const ENDING: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'rate_limited'];

/** Whether to end the stream. A database fault is no reason, since the credentials were just valid. */
function isOver(error: unknown): boolean {
  return error instanceof AppError && ENDING.includes(error.code);
}

import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { AppError, type ErrorCode } from '../../../domain/errors.ts';
import type { HealthService } from '../../../services/operations/health-service.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { watchSession } from '../../../services/whatsapp/watch-session.ts';
import { createRouter } from '../../router.ts';
import { NoQuery, problems } from '../schemas/envelope.ts';
import { readSessionPath } from '../session-names.ts';
import { createSessionEventStream } from './session-event-stream.ts';
import { NOT_FOUND, REFUSED, SESSION_TAGS as tags, UNAVAILABLE } from './session-problems.ts';
import { SessionParams } from './session-schemas.ts';
import type { StreamSlots } from './stream-slots.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly health: HealthService;
  readonly streams: StreamSlots;
  /** How often a line without news goes out, so that proxies keep the connection. */
  readonly heartbeatMs?: number;
};

const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': still here\n\n';

/** How often a stream asks whether its credential still may: a revoked one must not see the next QR. */
const WATCH_MS = 1000;

export function sessionEventRoutes(dependencies: Dependencies) {
  const { sessions, health, streams, heartbeatMs = HEARTBEAT_MS } = dependencies;
  const router = createRouter();

  const eventsRoute = createRoute({
    method: 'get',
    tags,
    path: '/{id}/events',
    summary: 'Follow a session as it changes',
    description:
      'Server-sent events. `state`: the session as GET /api/sessions/{id} has it, first as it stands, then with every change. `qr`: `{qr, expiresAt, expiresIn}`, or `null` when it is gone. A comment every 15 seconds. Ends when the session is deleted, when the credential is over, and when the node stops.',
    request: { params: SessionParams, query: NoQuery },
    responses: {
      200: {
        description: 'A stream that goes on until either side ends it',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...problems({
        400: REFUSED,
        404: NOT_FOUND,
        429: 'As many streams are open with this key, or for this person, as may be',
        503: UNAVAILABLE,
      }),
    },
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
    // HEAD is answered as GET is, but nobody would ever read the stream.
    if (isHead || health.draining.aborted) feed.end();
    health.draining.addEventListener('abort', feed.end);
    const response = streamSSE(c, async (stream) => {
      stream.onAbort(feed.end);
      let isBeating = false;
      const heartbeat = setInterval(async () => {
        // One at a time: to a reader that takes nothing they would pile up.
        if (isBeating) return;
        isBeating = true;
        await stream.write(HEARTBEAT);
        isBeating = false;
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
    response.headers.set('X-Accel-Buffering', 'no'); // nginx would hold events back.
    return response;
  });

  return router;
}

/** A credential that is wrong by now is answered with one of these. */
const ENDING: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'rate_limited'];

/** A database that does not answer is no reason to end: the credential was good a moment ago. */
function isOver(error: unknown): boolean {
  return error instanceof AppError && ENDING.includes(error.code);
}

import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { AppError, type ErrorCode } from '../../domain/errors.ts';
import type { HttpEnv } from '../http-env.ts';
import type { EventQueue } from './event-queue.ts';

type Stream = {
  readonly queue: EventQueue;
  /** Aborts when the node stops. */
  readonly draining: AbortSignal;
  /** Checks the credentials from time to time; undefined for a stream that needs none. */
  readonly authorizeAgain?: (() => Promise<void>) | undefined;
  /** How often a comment is sent, so that proxies keep the connection open. */
  readonly heartbeatMs?: number | undefined;
  /** Called once, when the stream has ended. */
  readonly onEnd: () => void;
};

const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': still here\n\n';

/** How often a stream checks its credentials: a revoked key must not see the next event. */
const WATCH_MS = 1000;

/** Responds with server-sent events until either side ends the stream. */
export function streamEvents(c: Context<HttpEnv>, stream: Stream): Response {
  const { queue, draining, authorizeAgain, heartbeatMs = HEARTBEAT_MS, onEnd } = stream;
  // HEAD is handled like GET, but no one would read the stream.
  if (c.req.raw.method === 'HEAD' || draining.aborted) queue.end();
  draining.addEventListener('abort', queue.end);
  const response = streamSSE(c, async (sse) => {
    sse.onAbort(queue.end);
    let isBeating = false;
    const heartbeat = setInterval(() => {
      // One at a time, so that they do not pile up for a client that does not read.
      if (isBeating) return;
      isBeating = true;
      void sse.write(HEARTBEAT).finally(() => {
        isBeating = false;
      });
    }, heartbeatMs);
    const watch = setInterval(() => {
      authorizeAgain?.().catch((error: unknown) => {
        if (isOver(error)) queue.end();
      });
    }, WATCH_MS);
    await queue.drain((event) => sse.writeSSE(event));
    clearInterval(heartbeat);
    clearInterval(watch);
    draining.removeEventListener('abort', queue.end);
    onEnd();
  });
  response.headers.set('Cache-Control', 'no-store');
  response.headers.set('X-Accel-Buffering', 'no'); // Otherwise nginx buffers events.
  return response;
}

/** The errors of credentials that are no longer valid. */
const ENDING: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'rate_limited'];

/** Whether to end the stream. A database fault is no reason, since the credentials were just valid. */
function isOver(error: unknown): boolean {
  return error instanceof AppError && ENDING.includes(error.code);
}

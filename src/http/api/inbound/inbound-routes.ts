import { z } from '@hono/zod-openapi';
import type { HealthService } from '../../../services/operations/health-service.ts';
import type { InboundContext } from '../../../services/verification/inbound/context.ts';
import { readInbound } from '../../../services/verification/inbound/read-inbound.ts';
import { watchInbound } from '../../../services/verification/inbound/watch-inbound.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { createEventQueue } from '../../streams/event-queue.ts';
import { streamEvents } from '../../streams/stream-events.ts';
import { answer, success } from '../schemas/envelope.ts';
import { createStreamSlots } from '../sessions/stream-slots.ts';
import { presentInbound } from './inbound-response.ts';
import { InboundParams, InboundVerification, inboundExample } from './inbound-schemas.ts';

type Dependencies = {
  readonly inbound: InboundContext;
  readonly health: HealthService;
  readonly heartbeatMs?: number | undefined;
};

/** A login page waits with one key for all of its visitors. A node has 1000 connections in total. */
const STREAMS = { perCaller: 300, perAccount: 300, perNode: 300 };

const tag = 'Verification';

/** How a verification by an incoming message goes on. It is started with `POST /api/otp/send`. */
export function inboundRoutes({ inbound, health, heartbeatMs }: Dependencies) {
  const streams = createStreamSlots(STREAMS);
  const router = createRouter();

  const readRoute = operation({
    method: 'get',
    path: '/{verificationId}',
    operationId: 'getInboundVerification',
    tag,
    summary: 'Get a verification by message',
    description:
      'The progress of a verification with `method: "inbound"`. `POST /api/otp/verify` hands the result out once; this only shows it.',
    params: InboundParams,
    answers: {
      200: answer(InboundVerification, 'The verification', {
        message: 'Verification by message',
        example: inboundExample,
      }),
    },
    fails: ['not_found'],
  });
  router.openapi(readRoute, async (c) => {
    const caller = c.get('caller');
    const details = await readInbound(inbound, caller, c.req.valid('param').verificationId);
    return c.json(success('Verification by message', presentInbound(caller, details)), 200);
  });

  const eventsRoute = operation({
    method: 'get',
    path: '/{verificationId}/events',
    operationId: 'streamInboundVerification',
    tag,
    summary: 'Stream a verification by message',
    description:
      'Server-sent events for the page that waits. `status`: the verification, as `GET /api/otp/inbound/{verificationId}` returns it, first as it is and then after every change. A comment is sent every 15 seconds. The stream ends with the verification, when the credentials become invalid, and when the node stops.',
    params: InboundParams,
    answers: {
      200: {
        description: 'A stream that stays open until either side ends it',
        content: { 'text/event-stream': { schema: z.string() } },
      },
    },
    fails: ['not_found'],
    meanings: {
      rate_limited:
        'Too many streams are open with this API key or for this user: read the verification every two seconds instead.',
    },
  });
  router.openapi(eventsRoute, async (c) => {
    const caller = c.get('caller');
    const { verificationId } = c.req.valid('param');
    const queue = createEventQueue();
    const leave = c.req.raw.method === 'HEAD' ? () => {} : streams.enter(caller);
    const listener = {
      onChange: (details: Parameters<typeof presentInbound>[1]) => {
        const { expiresIn: _, ...identity } = presentInbound(caller, details);
        queue.push('status', presentInbound(caller, details), identity);
      },
      onEnd: queue.finish,
    };
    const endWatch = await watchInbound(inbound, caller, verificationId, listener).catch(
      (error: unknown) => {
        leave();
        throw error;
      },
    );
    return streamEvents(c, {
      ...{ queue, heartbeatMs },
      draining: health.draining,
      authorizeAgain: c.get('authorizeAgain'),
      onEnd() {
        endWatch();
        leave();
      },
    });
  });

  return router;
}

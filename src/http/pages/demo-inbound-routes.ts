import { z } from '@hono/zod-openapi';
import { type Context, Hono } from 'hono';
import { DEFAULT_ACCOUNT_ID } from '../../domain/access/caller.ts';
import { toSvgDataUrl } from '../../lib/qr-formats.ts';
import type { ClientInfo } from '../../services/access/identity-service.ts';
import type { LimiterService } from '../../services/limits/limiter-service.ts';
import type { HealthService } from '../../services/operations/health-service.ts';
import type { InboundContext } from '../../services/verification/inbound/context.ts';
import type { InboundDetails } from '../../services/verification/inbound/read-inbound.ts';
import { startInbound } from '../../services/verification/inbound/start-inbound.ts';
import { watchInbound } from '../../services/verification/inbound/watch-inbound.ts';
import { createStreamSlots } from '../api/sessions/stream-slots.ts';
import type { HttpEnv } from '../http-env.ts';
import { createEventQueue } from '../streams/event-queue.ts';
import { streamEvents } from '../streams/stream-events.ts';
import { asDemo, COMPANY, consumeDemo, PURPOSE, readBody } from './demo-routes.ts';

/**
 * The same login by a message that the visitor sends. Your backend calls `POST /api/otp/send` with `method: "inbound"`,
 * and streams `GET /api/otp/inbound/{verificationId}/events` to its page. The code is checked as every code is.
 */
type Dependencies = {
  readonly inbound: InboundContext;
  readonly health: Pick<HealthService, 'draining'>;
  readonly limiter: Pick<LimiterService, 'consume'>;
  readonly readFrom: (c: Context) => ClientInfo;
  readonly codeLength: number;
};

/** How many pages may wait for a message at once. All visitors are one caller. */
const STREAMS = { perCaller: 50, perAccount: 50, perNode: 50 };

const InboundBody = z.strictObject({ locale: z.enum(['en', 'id']) });

export function demoInboundRoutes(dependencies: Dependencies) {
  const { inbound, health, limiter, readFrom, codeLength } = dependencies;
  const streams = createStreamSlots(STREAMS);
  const router = new Hono<HttpEnv>();

  // The other way: the visitor sends a message to us first. Who that was is known when it arrives.
  router.post('/inbound', async (c) => {
    const caller = asDemo(readFrom(c));
    const { locale } = await readBody(c, InboundBody);
    await consumeDemo(limiter, caller);
    const started = await startInbound(inbound, {
      ...{ caller: { ...caller, clientIp: caller.ipAddress }, recipient: undefined, locale },
      ...{ purpose: PURPOSE, companyName: COMPANY, sessionId: undefined, channel: undefined },
      receiverAccountId: DEFAULT_ACCOUNT_ID,
    });
    const { verificationId, link, text, expiresInSeconds } = started;
    const shown = { link, text, qr: await toSvgDataUrl(link) };
    return c.json({ verificationId, ...shown, length: codeLength, expiresIn: expiresInSeconds });
  });

  // The page waits here for the message, and then asks for the code that was sent back.
  router.get('/inbound/:verificationId/events', async (c) => {
    const caller = asDemo(readFrom(c));
    const queue = createEventQueue();
    const leave = streams.enter(caller);
    const listener = {
      // The number is only shown when the code is right.
      onChange: ({ status, problem }: InboundDetails) =>
        queue.push('status', { status, problem: problem ?? null }),
      onEnd: queue.finish,
    };
    const { verificationId } = c.req.param();
    const endWatch = await watchInbound(inbound, caller, verificationId, listener).catch(
      (error: unknown) => {
        leave();
        throw error;
      },
    );
    return streamEvents(c, {
      ...{ queue, draining: health.draining },
      onEnd() {
        endWatch();
        leave();
      },
    });
  });

  return router;
}

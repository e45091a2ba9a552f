import type { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { AppError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { HealthService } from '../services/health/health-service.ts';
import type { IdempotencyService } from '../services/idempotency/idempotency-service.ts';
import type { Metrics } from '../services/metrics/metrics-service.ts';
import type { SessionService } from '../services/sessions/session-service.ts';
import type { VerificationService } from '../services/verification/verification-service.ts';
import { createErrorHandler, sendProblem } from './errors.ts';
import type { HttpEnv } from './http-env.ts';
import { authenticate, authenticateBrowser } from './middleware/authenticate.ts';
import { createReadClientAddress } from './middleware/client-address.ts';
import { limitBody } from './middleware/limit-body.ts';
import { observe } from './middleware/observe.ts';
import { onlyRouted } from './middleware/only-routed.ts';
import { refuseRepeatedParameters } from './middleware/refuse-repeated-parameters.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { strictJson } from './middleware/strict-json.ts';
import { openApiInfo } from './openapi-info.ts';
import { createRouter } from './router.ts';
import { docsRoutes } from './routes/docs.ts';
import { publicHealthRoutes, readinessRoutes } from './routes/health.ts';
import { messageRoutes } from './routes/messages.ts';
import { otpRoutes } from './routes/otp.ts';
import type { ReadRecipient } from './routes/read-verification.ts';
import { sessionEventRoutes } from './routes/session-events.ts';
import { sessionLinkingRoutes } from './routes/session-linking.ts';
import { sessionMessageRoutes } from './routes/session-messages.ts';
import { sessionRoutes } from './routes/sessions.ts';

export type AppParts = {
  readonly verification: VerificationService;
  readonly sessions: SessionService;
  readonly idempotency: IdempotencyService;
  readonly health: HealthService;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly readRecipient: ReadRecipient;
  /** Reads a number that the operator links: of any region. */
  readonly readOwnNumber: ReadRecipient;
  readonly passcodeLength: number;
  readonly apiKey: string;
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
};

export type App = OpenAPIHono<HttpEnv>;

/** What a page of an allowed origin may read beside the body. */
const EXPOSED = [
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Request-Id',
  'Idempotent-Replayed',
];

/** Builds the whole HTTP surface over ready-made services; starts nothing. */
export function createApp(parts: AppParts): App {
  const app = createRouter();
  app.onError(createErrorHandler(parts.logger));
  app.notFound((c) =>
    sendProblem(c, new AppError('not_found', 'There is nothing at this address')),
  );
  useGuards(app, parts);
  mountRoutes(app, parts);
  return app;
}

/** What every request passes, outermost first. */
function useGuards(
  app: App,
  { logger, metrics, health, apiKey, trustedProxies, corsOrigins }: AppParts,
) {
  const readClientAddress = createReadClientAddress(trustedProxies);
  app.use(requestId({ limitLength: 64 }));
  app.use(observe({ logger, metrics, readClientAddress }));
  app.use(async (c, next) => {
    await next();
    // A client that keeps its connection would otherwise send its next request to a closing node.
    if (health.isDraining()) c.header('Connection', 'close');
  });
  app.use(securityHeaders);
  if (corsOrigins.length > 0)
    app.use('/api/*', cors({ origin: [...corsOrigins], exposeHeaders: EXPOSED }));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('Allow', methods.join(', '));
        const allowed = `This address knows ${methods.join(', ')}`;
        return sendProblem(c, new AppError('method_not_allowed', allowed));
      },
    }),
  );
  app.use('/api/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  app.route('/api/health', publicHealthRoutes(health));
  const lock = { apiKey, readClientAddress };
  app.use('/metrics', authenticate(lock));
  app.use('/api/openapi.json', authenticateBrowser(lock));
  app.use('/api/docs/*', authenticateBrowser(lock));
  app.doc31('/api/openapi.json', openApiInfo);
  app.route('/api/docs', docsRoutes());
  for (const guard of [authenticate(lock), refuseRepeatedParameters, limitBody, strictJson]) {
    app.use('/api/*', onlyRouted(guard));
  }
}

function mountRoutes(app: App, parts: AppParts): void {
  app.route('/api/otp', otpRoutes(parts));
  app.route('/api/messages', messageRoutes(parts));
  app.route('/api/sessions', sessionRoutes(parts));
  app.route('/api/sessions', sessionLinkingRoutes(parts));
  app.route('/api/sessions', sessionMessageRoutes(parts));
  app.route('/api/sessions', sessionEventRoutes(parts));
  app.route('/api/health', readinessRoutes(parts.health));
  app.get('/metrics', async (c) => {
    const { registry } = parts.metrics;
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
  });
}

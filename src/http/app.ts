import type { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { AppError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { KeyService } from '../services/access/api-keys/api-key-service.ts';
import type { IdentityService } from '../services/access/identity-service.ts';
import type { LoginService } from '../services/access/users/login-service.ts';
import type { UserService } from '../services/access/users/user-service.ts';
import type { ActivityService } from '../services/activity/activity-service.ts';
import type { LogService } from '../services/activity/log-service.ts';
import type { TimelineService } from '../services/activity/timeline-service.ts';
import type { AnalyticsService } from '../services/analytics/analytics-service.ts';
import type { UsageService } from '../services/analytics/usage-service.ts';
import type { LimiterService } from '../services/limits/limiter-service.ts';
import type { HealthService } from '../services/operations/health-service.ts';
import type { IdempotencyService } from '../services/operations/idempotency-service.ts';
import type { MaintenanceService } from '../services/operations/maintenance-service.ts';
import type { Metrics } from '../services/operations/metrics-service.ts';
import type { RecipientService } from '../services/privacy/recipient-service.ts';
import type { TestNumberService } from '../services/verification/test-number-service.ts';
import type { VerificationService } from '../services/verification/verification-service.ts';
import type { SessionService } from '../services/whatsapp/session-service.ts';
import { routeAccess } from './access-table.ts';
import { analyticsRoutes } from './api/analytics/analytics-routes.ts';
import { usageRoutes } from './api/analytics/usage-routes.ts';
import { authRoutes } from './api/auth/auth-routes.ts';
import { keyRoutes } from './api/keys/key-routes.ts';
import { exportRoutes } from './api/logs/export-routes.ts';
import { logRoutes } from './api/logs/log-routes.ts';
import { cleanupRoutes } from './api/operations/cleanup-routes.ts';
import { docsRoutes } from './api/operations/docs-routes.ts';
import { publicHealthRoutes, readinessRoutes } from './api/operations/health-routes.ts';
import { recipientRoutes } from './api/recipients/recipient-routes.ts';
import { sessionLinkingRoutes } from './api/sessions/pairing-routes.ts';
import { sessionEventRoutes } from './api/sessions/session-event-routes.ts';
import { sessionMessageRoutes } from './api/sessions/session-message-routes.ts';
import { sessionRoutes } from './api/sessions/session-routes.ts';
import { createStreamSlots } from './api/sessions/stream-slots.ts';
import { testNumberRoutes } from './api/test-numbers/test-number-routes.ts';
import { userRoutes } from './api/users/user-routes.ts';
import { messageRoutes } from './api/verification/message-alias-routes.ts';
import { otpRoutes } from './api/verification/otp-routes.ts';
import {
  type ReadCompanyName,
  type ReadRecipient,
  toNumberReader,
} from './api/verification/parse-verification.ts';
import { timelineRoutes } from './api/verification/timeline-routes.ts';
import { createReadClientAddress } from './client-address.ts';
import { createErrorHandler, sendProblem } from './errors.ts';
import type { HttpEnv } from './http-env.ts';
import { createReadBrowser, createReadCaller, createReadFrom } from './middleware/authenticate.ts';
import { authorize } from './middleware/authorize.ts';
import { holdRefusals } from './middleware/hold-refusals.ts';
import { limitBody } from './middleware/limit-body.ts';
import { onlyRouted } from './middleware/matched-route.ts';
import { observe } from './middleware/observe.ts';
import { onlyHere } from './middleware/only-here.ts';
import { refuseRepeatedParameters } from './middleware/refuse-repeated-parameters.ts';
import { reserveForVerification } from './middleware/reserve-for-verification.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { strictJson } from './middleware/strict-json.ts';
import { buildOpenApiDocument } from './openapi/openapi-document.ts';
import { demoRoutes } from './pages/demo-routes.ts';
import { type Pages, readPages } from './pages/read-pages.ts';
import { consoleRoutes, createAnswerLost, demoPageRoutes } from './pages/serve-pages.ts';
import { createRouter } from './router.ts';

export type AppServices = {
  readonly verification: VerificationService;
  readonly testNumbers: TestNumberService;
  readonly sessions: SessionService;
  readonly idempotency: IdempotencyService;
  readonly health: HealthService;
  readonly metrics: Metrics;
  readonly usage: UsageService;
  readonly logger: Logger;
  readonly readRecipient: ReadRecipient;
  /** Reads a number that the operator links: of any region. */
  readonly readOwnNumber: ReadRecipient;
  readonly readCompanyName: ReadCompanyName;
  readonly codeLength: number;
  readonly identity: IdentityService;
  readonly logins: LoginService;
  readonly users: UserService;
  readonly keys: KeyService;
  readonly activity: ActivityService;
  readonly analytics: AnalyticsService;
  readonly logs: LogService;
  readonly maintenance: Pick<MaintenanceService, 'cleanUp'>;
  readonly recipients: RecipientService;
  readonly timelines: TimelineService;
  readonly limiter: LimiterService;
  /** Whether there is a page to try a login on: for this machine, or for everybody. */
  readonly demo: 'off' | 'local' | 'public';
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
};

export type App = OpenAPIHono<HttpEnv>;

/** Each stream keeps a connection to itself; there are 1000 for everything. */
const STREAMS = { perCaller: 10, perAccount: 100, perNode: 200 };

/** Requests in progress beside those that send and check codes and tell how the node is. */
const MOST_OTHER_REQUESTS = 400;

/** What a page of an allowed origin may read beside the body. */
const EXPOSED = [
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Request-Id',
  'Idempotent-Replayed',
];

/** Builds the whole HTTP surface over ready-made services; starts nothing. */
export function createApp(parts: AppServices): App {
  const app = createRouter();
  app.onError(createErrorHandler(parts.logger));
  const pages = readPages();
  const answerNotFound = createAnswerLost(pages);
  const nothing = new AppError('not_found', 'There is nothing at this address');
  app.notFound((c) => answerNotFound(c) ?? sendProblem(c, nothing));
  useGuards(app, parts);
  mountRoutes(app, parts, pages);
  assertAccessIsKnown(app);
  return app;
}

/** What every request passes, outermost first. */
function useGuards(app: App, parts: AppServices) {
  const { logger, metrics, usage, health, identity, activity, corsOrigins } = parts;
  const readClientAddress = createReadClientAddress(parts.trustedProxies);
  app.use(requestId({ limitLength: 64 }));
  app.use(holdRefusals(readClientAddress));
  const readNumber = toNumberReader(parts.readOwnNumber);
  app.use(observe({ logger, metrics, usage, activity, readClientAddress, readNumber }));
  app.use(async (c, next) => {
    await next();
    // A client that keeps its connection would otherwise send its next request to a closing node.
    if (health.isDraining()) c.header('Connection', 'close');
  });
  app.use(securityHeaders);
  app.use(reserveForVerification(MOST_OTHER_REQUESTS));
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
  const callers = { identity, readClientAddress };
  app.use(
    authorize({
      readCaller: createReadCaller(callers),
      readBrowser: createReadBrowser(callers),
      onRefusal: activity.noteForbidden,
    }),
  );
  for (const guard of [refuseRepeatedParameters, limitBody, strictJson]) {
    app.use('/api/*', onlyRouted(guard));
    app.use('/demo/*', onlyRouted(guard));
  }
}

function mountRoutes(app: App, parts: AppServices, pages: Pages | undefined): void {
  const streams = createStreamSlots(STREAMS);
  app.route('/api/health', publicHealthRoutes(parts.health));
  app.route('/api/health', readinessRoutes(parts.health));
  app.get('/api/openapi.json', (c) => c.json(buildOpenApiDocument(app)));
  app.get('/api/docs/', (c) => c.redirect('../docs', 308));
  app.route('/api/docs', docsRoutes());
  app.route('/api/otp', otpRoutes(parts));
  app.route('/api/otp', timelineRoutes(parts));
  app.route('/api/messages', messageRoutes(parts));
  app.route('/api/test-numbers', testNumberRoutes(parts));
  app.route('/api/keys', keyRoutes(parts));
  app.route('/api/sessions', sessionRoutes(parts));
  app.route('/api/sessions', sessionLinkingRoutes(parts));
  app.route('/api/sessions', sessionMessageRoutes(parts));
  app.route('/api/sessions', sessionEventRoutes({ ...parts, streams }));
  app.route('/api/usage', usageRoutes(parts));
  app.route('/api/analytics', analyticsRoutes(parts));
  app.route('/api/analytics', logRoutes(parts));
  app.route('/api/analytics', exportRoutes({ ...parts, streams }));
  app.route('/api/analytics', cleanupRoutes(parts));
  app.route('/api/recipients', recipientRoutes(parts));
  const readFrom = createReadFrom(createReadClientAddress(parts.trustedProxies));
  app.route('/api/auth', authRoutes({ ...parts, readFrom }));
  app.route('/api/users', userRoutes(parts));
  app.route('/', consoleRoutes(pages));
  if (parts.demo === 'local') app.use('/demo/*', onlyHere);
  if (parts.demo !== 'off') {
    app.get('/demo/', (c) => c.redirect('../demo', 308));
    app.route('/demo', demoPageRoutes(pages));
    app.route('/demo', demoRoutes({ ...parts, readFrom }));
  }
  app.get('/metrics', async (c) => {
    const { registry } = parts.metrics;
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
}

/** Nobody may forget to say who may call a route. @throws at the start. */
function assertAccessIsKnown(app: App): void {
  const unknown = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !(route in routeAccess));
  if (unknown.length > 0) throw new Error(`access-table.ts lacks ${unknown.join(', ')}`);
}

import type { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { AppError } from '../domain/errors.ts';
import type { Tracer } from '../lib/tracing/tracer.ts';
import type { ActivityService } from '../services/activity/activity-service.ts';
import type { UsageService } from '../services/analytics/usage-service.ts';
import type { Metrics } from '../services/operations/metrics-service.ts';
import { routeAccess } from './access-table.ts';
import { type ApiParts, createApi } from './api/api-app.ts';
import { createMetricsApp } from './api/operations/metrics-app.ts';
import { toRecipientReader } from './api/verification/parse-verification.ts';
import { createCallbacksApp } from './callbacks/callbacks-app.ts';
import { createReadClientAddress } from './client-address.ts';
import { createHooksApp } from './compat/hooks/hooks-app.ts';
import { isTwilioPath, sendTwilioError } from './compat/twilio/format/twilio-error.ts';
import { createMessagesApp } from './compat/twilio/messages/messages-app.ts';
import { createTwilioApp } from './compat/twilio/twilio-app.ts';
import { createErrorHandler, type SendFailure, sendProblem } from './errors/error-responses.ts';
import type { HttpEnv } from './http-env.ts';
import { holdRefusals } from './middleware/hold-refusals.ts';
import { observe } from './middleware/observation/observe.ts';
import { traceRequests } from './middleware/observation/trace-requests.ts';
import { reserveForVerification } from './middleware/reserve-for-verification.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { buildOpenApiDocument } from './openapi/openapi-document.ts';
import { createPagesApp, type PagesParts } from './pages/pages-app.ts';
import { readPages } from './pages/read-pages.ts';
import { createAnswerLost } from './pages/serve-pages.ts';
import { createRouter } from './router.ts';
import { wellKnownRoutes } from './well-known/well-known-routes.ts';

type AppServices = ApiParts &
  PagesParts &
  Parameters<typeof createCallbacksApp>[0] &
  Parameters<typeof createHooksApp>[0] &
  Parameters<typeof createTwilioApp>[0] &
  Parameters<typeof createMessagesApp>[0] & {
    readonly metrics: Metrics;
    readonly usage: UsageService;
    readonly activity: ActivityService;
    /** Undefined if no traces are wanted. */
    readonly tracer?: Tracer | undefined;
  };

export type App = OpenAPIHono<HttpEnv>;

/** The most requests in progress, apart from those that send and check codes or report health. */
const MOST_OTHER_REQUESTS = 400;

/**
 * Builds the HTTP app on the given services, without starting anything. Each part is an app of its own,
 * with its own body parser, credentials and error format.
 */
export function createApp(parts: AppServices): App {
  const app = createRouter();
  const pages = readPages();
  const answerNotFound = createAnswerLost(pages);
  const nothing = new AppError('not_found', 'Not found');
  app.onError(createErrorHandler(parts.logger, sendFailure));
  app.notFound((c) => answerNotFound(c) ?? sendFailure(c, nothing));
  observeRequests(app, parts);
  refuseOtherMethods(app);
  app.route('/api/callbacks', createCallbacksApp(parts));
  app.route('/api/hooks', createHooksApp(parts));
  let document: ReturnType<typeof buildOpenApiDocument> | undefined;
  const readDocument = () => (document ??= buildOpenApiDocument(app));
  app.route('/api', createApi(parts, readDocument));
  app.route('/v2', createTwilioApp(parts));
  app.route('/2010-04-01/Accounts', createMessagesApp(parts));
  app.route('/metrics', createMetricsApp(parts));
  app.route('/.well-known', wellKnownRoutes(parts));
  app.route('/', createPagesApp(parts, pages));
  assertAccessIsKnown(app);
  return app;
}

/** Sends a failure that no part of the service has handled, in the format of the path. */
const sendFailure: SendFailure = (c, error) =>
  isTwilioPath(c.req.path) ? sendTwilioError(c, error) : sendProblem(c, error);

/** The middleware of all requests, outermost first. */
function observeRequests(app: App, parts: AppServices): void {
  const { logger, metrics, usage, activity, health, tracer } = parts;
  const readClientAddress = createReadClientAddress(parts.trustedProxies);
  const readRecipient = toRecipientReader(parts.readOwnNumber);
  if (tracer) app.use(traceRequests(tracer));
  app.use(requestId({ limitLength: 64 }));
  app.use(holdRefusals(readClientAddress));
  app.use(observe({ logger, metrics, usage, activity, readClientAddress, readRecipient }));
  app.use(async (c, next) => {
    await next();
    // A client that keeps its connection would otherwise send its next request to a closing node.
    if (health.isDraining()) c.header('Connection', 'close');
  });
  app.use(securityHeaders);
  app.use(reserveForVerification(MOST_OTHER_REQUESTS));
}

function refuseOtherMethods(app: App): void {
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('Allow', methods.join(', '));
        const allowed = `Method not allowed; use ${methods.join(', ')}`;
        return sendFailure(c, new AppError('method_not_allowed', allowed));
      },
    }),
  );
}

/** @throws at the start, if the access table lacks a route. */
function assertAccessIsKnown(app: App): void {
  const unknown = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !(route in routeAccess));
  if (unknown.length > 0) throw new Error(`access-table.ts lacks ${unknown.join(', ')}`);
}

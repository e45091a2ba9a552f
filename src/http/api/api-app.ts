import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Logger } from '../../lib/logger.ts';
import { createReadClientAddress } from '../client-address.ts';
import { createErrorHandler } from '../errors/error-responses.ts';
import { createReadFrom } from '../middleware/authenticate.ts';
import { jsonOnly } from '../middleware/json-only.ts';
import { limitBody } from '../middleware/limit-body.ts';
import { onlyRouted } from '../middleware/matched-route.ts';
import { refuseRepeatedParameters } from '../middleware/refuse-repeated-parameters.ts';
import { strictJson } from '../middleware/strict-json.ts';
import { createRouter } from '../router.ts';
import { accountRoutes } from './accounts/account-routes.ts';
import { senderRoutes } from './accounts/sender-routes.ts';
import { workflowRoutes } from './accounts/workflow-routes.ts';
import { analyticsRoutes } from './analytics/analytics-routes.ts';
import { usageRoutes } from './analytics/usage-routes.ts';
import { authRoutes } from './auth/auth-routes.ts';
import { signInRoutes } from './auth/sign-in-routes.ts';
import { twilioSettingsRoutes } from './compat/twilio-routes.ts';
import { chatRoutes } from './conversations/chat-routes.ts';
import { mediaRoutes } from './conversations/media/media-routes.ts';
import { uploadRoutes } from './conversations/media/upload-routes.ts';
import { readMessageRoutes } from './conversations/read-routes.ts';
import { sendMessageRoutes } from './conversations/send-routes.ts';
import { statusRoutes } from './conversations/status-routes.ts';
import { type CredentialParts, requireAccess } from './credentials.ts';
import { groupRoutes } from './groups/group-routes.ts';
import { groupInviteRoutes } from './groups/invite-routes.ts';
import { groupMemberRoutes } from './groups/member-routes.ts';
import { presenceRoutes } from './groups/presence-routes.ts';
import { receiptRoutes } from './groups/receipt-routes.ts';
import { hookRoutes } from './hooks/hook-routes.ts';
import { inboundRoutes } from './inbound/inbound-routes.ts';
import { keyRoutes } from './keys/key-routes.ts';
import { exportRoutes } from './logs/export-routes.ts';
import { logRoutes } from './logs/log-routes.ts';
import { channelRoutes } from './operations/channel-routes.ts';
import { cleanupRoutes } from './operations/cleanup-routes.ts';
import { docsRoutes } from './operations/docs-routes.ts';
import { healthRoutes } from './operations/health-routes.ts';
import { pageRoutes } from './pages/page-routes.ts';
import { recipientRoutes } from './recipients/recipient-routes.ts';
import { sessionLinkingRoutes } from './sessions/pairing-routes.ts';
import { sessionControlRoutes } from './sessions/session-control-routes.ts';
import { sessionEventRoutes } from './sessions/session-event-routes.ts';
import { sessionMessageRoutes } from './sessions/session-message-routes.ts';
import { sessionRoutes } from './sessions/session-routes.ts';
import { createStreamSlots } from './sessions/stream-slots.ts';
import { templateRoutes } from './templates/template-routes.ts';
import { testNumberRoutes } from './test-numbers/test-number-routes.ts';
import { userRoutes } from './users/user-routes.ts';
import { messageRoutes } from './verification/message-alias-routes.ts';
import { otpRoutes } from './verification/otp-routes.ts';
import { proofRoutes } from './verification/proof-routes.ts';
import { sendRoutes } from './verification/send-routes.ts';
import { timelineRoutes } from './verification/timeline-routes.ts';
import { webhookDeliveryRoutes } from './webhooks/delivery-routes.ts';
import { eventRoutes } from './webhooks/event-routes.ts';
import { webhookRoutes } from './webhooks/webhook-routes.ts';

type PartsOf<Routes extends (parts: never) => unknown> = Parameters<Routes>[0];

/** What the routes and the middleware of the API need. */
export type ApiParts = CredentialParts &
  Omit<PartsOf<typeof authRoutes>, 'readFrom'> &
  Omit<PartsOf<typeof exportRoutes>, 'streams'> &
  Omit<PartsOf<typeof sessionEventRoutes>, 'streams'> &
  PartsOf<typeof otpRoutes> &
  PartsOf<typeof sendRoutes> &
  PartsOf<typeof inboundRoutes> &
  PartsOf<typeof pageRoutes> &
  PartsOf<typeof messageRoutes> &
  PartsOf<typeof timelineRoutes> &
  PartsOf<typeof testNumberRoutes> &
  PartsOf<typeof templateRoutes> &
  PartsOf<typeof accountRoutes> &
  PartsOf<typeof signInRoutes> &
  PartsOf<typeof senderRoutes> &
  PartsOf<typeof workflowRoutes> &
  PartsOf<typeof keyRoutes> &
  PartsOf<typeof sessionRoutes> &
  PartsOf<typeof sessionLinkingRoutes> &
  PartsOf<typeof sessionMessageRoutes> &
  Omit<PartsOf<typeof mediaRoutes>, 'streams'> &
  PartsOf<typeof sendMessageRoutes> &
  PartsOf<typeof uploadRoutes> &
  PartsOf<typeof statusRoutes> &
  PartsOf<typeof readMessageRoutes> &
  PartsOf<typeof chatRoutes> &
  PartsOf<typeof groupMemberRoutes> &
  PartsOf<typeof usageRoutes> &
  PartsOf<typeof analyticsRoutes> &
  PartsOf<typeof logRoutes> &
  PartsOf<typeof cleanupRoutes> &
  PartsOf<typeof channelRoutes> &
  PartsOf<typeof recipientRoutes> &
  PartsOf<typeof twilioSettingsRoutes> &
  PartsOf<typeof webhookRoutes> &
  PartsOf<typeof hookRoutes> &
  PartsOf<typeof userRoutes> & {
    readonly logger: Logger;
    readonly corsOrigins: readonly string[];
  };

/** Limits on streams. Each one occupies a connection, and a node has 1000 in total. */
const STREAMS = { perCaller: 10, perAccount: 100, perNode: 200 };

/** The headers that a page of an allowed origin may read. */
const EXPOSED = [
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Request-Id',
  'Idempotent-Replayed',
  'Preference-Applied',
];

/**
 * Creates the API: strict JSON, API keys and access tokens, failures as problem details.
 * `readDocument` returns the OpenAPI document of the whole app.
 */
export function createApi(parts: ApiParts, readDocument: () => object) {
  const { logger, corsOrigins, health } = parts;
  const api = createRouter();
  api.onError(createErrorHandler(logger));
  if (corsOrigins.length > 0) {
    api.use(cors({ origin: [...corsOrigins], exposeHeaders: EXPOSED }));
  }
  api.use(storeNothing);
  api.use(requireAccess(parts));
  api.use(onlyRouted(refuseRepeatedParameters));
  for (const guard of [limitBody, strictJson]) api.use(jsonOnly(guard));

  const streams = createStreamSlots(STREAMS);
  const readFrom = createReadFrom(createReadClientAddress(parts.trustedProxies));
  api.route('/health', healthRoutes(health));
  api.get('/openapi.json', (c) => c.json(readDocument()));
  api.get('/docs/', (c) => c.redirect('../docs', 308));
  api.route('/docs', docsRoutes());
  api.route('/otp', sendRoutes(parts));
  api.route('/otp', otpRoutes(parts));
  api.route('/otp/proof', proofRoutes(parts));
  api.route('/otp/inbound', inboundRoutes(parts));
  api.route('/otp', timelineRoutes(parts));
  api.route('/pages', pageRoutes(parts));
  api.route('/messages', messageRoutes(parts));
  api.route('/test-numbers', testNumberRoutes(parts));
  api.route('/templates', templateRoutes(parts));
  api.route('/accounts', accountRoutes(parts));
  api.route('/accounts', senderRoutes(parts));
  api.route('/accounts', workflowRoutes(parts));
  api.route('/keys', keyRoutes(parts));
  api.route('/sessions', sessionRoutes(parts));
  api.route('/sessions', sessionControlRoutes(parts));
  api.route('/sessions', sessionLinkingRoutes(parts));
  api.route('/sessions', sessionMessageRoutes(parts));
  api.route('/sessions', mediaRoutes({ ...parts, streams }));
  api.route('/sessions', sessionEventRoutes({ ...parts, streams }));
  api.route('/sessions', sendMessageRoutes(parts));
  api.route('/sessions', uploadRoutes(parts));
  api.route('/sessions', statusRoutes(parts));
  api.route('/sessions', readMessageRoutes(parts));
  api.route('/sessions', receiptRoutes(parts));
  api.route('/sessions', chatRoutes(parts));
  api.route('/sessions', presenceRoutes(parts));
  api.route('/sessions', groupRoutes(parts));
  api.route('/sessions', groupMemberRoutes(parts));
  api.route('/sessions', groupInviteRoutes(parts));
  // Before the routes with the ID of a webhook.
  api.route('/webhooks', webhookDeliveryRoutes(parts));
  api.route('/webhooks', webhookRoutes(parts));
  api.route('/hooks', hookRoutes(parts));
  api.route('/events', eventRoutes(parts));
  api.route('/usage', usageRoutes(parts));
  api.route('/analytics', analyticsRoutes(parts));
  api.route('/analytics', logRoutes(parts));
  api.route('/analytics', exportRoutes({ ...parts, streams }));
  api.route('/analytics', cleanupRoutes(parts));
  api.route('/compat', twilioSettingsRoutes(parts));
  api.route('/channels', channelRoutes(parts));
  api.route('/recipients', recipientRoutes(parts));
  api.route('/auth', authRoutes({ ...parts, readFrom }));
  api.route('/auth', signInRoutes(parts));
  api.route('/users', userRoutes(parts));
  return api;
}

const storeNothing: MiddlewareHandler = async (c, next) => {
  await next();
  // `c.header` would build the response again, as a stream, which is slow.
  c.res.headers.set('Cache-Control', 'no-store');
};

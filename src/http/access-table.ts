import type { Permission } from '../domain/access/permissions.ts';

/**
 * What a route requires from its caller: nothing (`public`), any valid credentials (an empty list), or
 * one of the permissions.
 */
export type RouteAccess = 'public' | readonly Permission[];

const ANY_CREDENTIAL: RouteAccess = [];
const OPERATOR: RouteAccess = ['operate'];
const SEND: RouteAccess = ['otp:send'];
/** What any program that sends or checks codes may read. */
const EITHER: RouteAccess = ['otp:send', 'otp:verify'];
const KEYS: RouteAccess = ['keys:manage'];
/** Anyone who sends codes, or who sees or manages how they are sent. */
const SENDING: RouteAccess = [
  ...(['otp:send', 'analytics:read', 'sessions:manage', 'keys:manage', 'operate'] as const),
];
/** An account's own administrators, and operators for every account. */
const ACCOUNT: RouteAccess = ['keys:manage', 'operate'];
const WEBHOOKS: RouteAccess = ['webhooks:manage'];
const SESSIONS: RouteAccess = ['sessions:manage'];
const SESSIONS_READ: RouteAccess = ['sessions:manage', 'analytics:read'];
const MESSAGES_SEND: RouteAccess = ['messages:send'];
const MESSAGES_READ: RouteAccess = ['messages:read'];
const METRICS: RouteAccess = ['metrics:read'];
const FIGURES: RouteAccess = ['analytics:read'];

/**
 * What users can call before they have replaced a password that someone else has set. Logging out, too, because it
 * is public.
 */
export const openBeforePasswordChange: ReadonlySet<string> = new Set([
  'GET /api/auth/me',
  'POST /api/auth/password',
]);

/** All routes and what they require. If a route is missing here, the service does not start. */
export const routeAccess: Readonly<Record<string, RouteAccess>> = {
  'GET /api/health': 'public',
  'GET /api/health/live': 'public',
  'GET /api/health/ready': METRICS,
  'GET /metrics': METRICS,
  'GET /api/callbacks/:channel/:token': 'public',
  'POST /api/callbacks/:channel/:token': 'public',

  // Their calls prove themselves by the secret of the hook.
  'POST /api/hooks/supabase/:hookId': 'public',
  'POST /api/hooks/logto/:hookId': 'public',
  'POST /api/hooks/kratos/:hookId': 'public',
  'POST /api/hooks/zitadel/:hookId': 'public',
  'POST /api/hooks/authgear/:hookId': 'public',
  'POST /api/hooks/authentik/:hookId': 'public',
  'POST /api/hooks/keycloak/:hookId': 'public',
  'POST /api/hooks/generic/:hookId': 'public',
  'GET /.well-known/jwks.json': 'public',

  'GET /api/openapi.json': ANY_CREDENTIAL,
  'GET /api/docs': ANY_CREDENTIAL,
  'GET /api/docs/': ANY_CREDENTIAL,
  'GET /api/docs/start.js': ANY_CREDENTIAL,
  'GET /api/docs/swagger-ui.css': ANY_CREDENTIAL,
  'GET /api/docs/swagger-ui-bundle.js': ANY_CREDENTIAL,

  'GET /': 'public',
  'GET /sessions': 'public',
  'GET /sessions/:id': 'public',
  'GET /codes': 'public',
  'GET /codes/:id': 'public',
  'GET /logs': 'public',
  'GET /templates': 'public',
  'GET /webhooks': 'public',
  'GET /webhooks/:id': 'public',
  'GET /hooks': 'public',
  'GET /hooks/:id': 'public',
  'GET /test-numbers': 'public',
  'GET /keys': 'public',
  'GET /usage': 'public',
  'GET /users': 'public',
  'GET /settings': 'public',
  'GET /profile': 'public',
  'GET /assets/:file': 'public',
  'GET /demo': 'public',
  'GET /demo/': 'public',
  'POST /demo/send': 'public',
  'POST /demo/verify': 'public',
  'POST /demo/inbound': 'public',
  'GET /demo/inbound/:verificationId/events': 'public',

  'GET /verify/:token': 'public',
  'POST /verify/:token/send': 'public',
  'POST /verify/:token/resend': 'public',
  'POST /verify/:token/next': 'public',
  'POST /verify/:token/message': 'public',
  'POST /verify/:token/check': 'public',
  'GET /components/:file': 'public',

  'GET /api/auth/options': 'public',
  'POST /api/auth/login': 'public',
  'POST /api/auth/refresh': 'public',
  'POST /api/auth/logout': 'public',
  'GET /api/auth/me': ANY_CREDENTIAL,
  'POST /api/auth/password': ANY_CREDENTIAL,
  'GET /api/auth/logins': ANY_CREDENTIAL,
  'DELETE /api/auth/logins/:id': ANY_CREDENTIAL,

  'POST /api/otp/send': SEND,
  'POST /api/otp/resend': SEND,
  'POST /api/otp/next': SEND,
  'POST /api/messages/:sessionId/otp': SEND,
  'POST /api/otp/verify': ['otp:verify'],
  'POST /api/otp/proof/redeem': ['otp:verify'],
  'POST /api/pages': SEND,
  'POST /api/otp/expire': SEND,
  'GET /api/otp/status/:phoneNumber': EITHER,
  'GET /api/otp/inbound/:verificationId': EITHER,
  'GET /api/otp/inbound/:verificationId/events': EITHER,
  'POST /api/otp/unlock': ['*', 'operate'],
  'GET /api/otp/:verificationId/timeline': ['analytics:read', 'otp:send'],

  'GET /api/compat/twilio': EITHER,
  'GET /v2/Services': EITHER,
  'POST /v2/Services': KEYS,
  'GET /v2/Services/:service': EITHER,
  'POST /v2/Services/:service': KEYS,
  'DELETE /v2/Services/:service': KEYS,
  'POST /v2/Services/:service/Verifications': SEND,
  'GET /v2/Services/:service/Verifications/:sid': EITHER,
  // Cancelling requires `otp:send`, approving `otp:verify`.
  'POST /v2/Services/:service/Verifications/:sid': EITHER,
  'POST /v2/Services/:service/VerificationCheck': ['otp:verify'],
  'GET /v2/Services/:service/RateLimits': EITHER,
  'POST /v2/Services/:service/RateLimits': KEYS,
  'GET /v2/Services/:service/RateLimits/:rateLimit': EITHER,
  'POST /v2/Services/:service/RateLimits/:rateLimit': KEYS,
  'DELETE /v2/Services/:service/RateLimits/:rateLimit': KEYS,
  'GET /v2/Services/:service/RateLimits/:rateLimit/Buckets': EITHER,
  'POST /v2/Services/:service/RateLimits/:rateLimit/Buckets': KEYS,
  'GET /v2/Services/:service/RateLimits/:rateLimit/Buckets/:bucket': EITHER,
  'POST /v2/Services/:service/RateLimits/:rateLimit/Buckets/:bucket': KEYS,
  'DELETE /v2/Services/:service/RateLimits/:rateLimit/Buckets/:bucket': KEYS,
  'GET /v2/Attempts': ['analytics:read', 'otp:send'],
  'GET /v2/Attempts/Summary': ['analytics:read', 'otp:send'],
  'GET /v2/Attempts/:sid': ['analytics:read', 'otp:send'],
  'POST /v2/SafeList/Numbers': KEYS,
  'GET /v2/SafeList/Numbers/:number': KEYS,
  'DELETE /v2/SafeList/Numbers/:number': KEYS,

  // The text is the caller's, as that of a message of a session.
  'POST /2010-04-01/Accounts/:account/Messages.json': MESSAGES_SEND,
  'GET /2010-04-01/Accounts/:account/Messages/:sid': MESSAGES_SEND,

  'POST /api/sessions': SESSIONS,
  'GET /api/sessions': SESSIONS_READ,
  'GET /api/sessions/:id': SESSIONS_READ,
  'GET /api/sessions/:id/status': SESSIONS_READ,
  'GET /api/sessions/:id/qr': SESSIONS,
  'GET /api/sessions/:id/events': SESSIONS,
  'POST /api/sessions/:id/pair-request': SESSIONS,
  'POST /api/sessions/:id/restart': SESSIONS,
  'POST /api/sessions/:id/stop': SESSIONS,
  'PATCH /api/sessions/:id': SESSIONS,
  'DELETE /api/sessions/:id': SESSIONS,
  'POST /api/sessions/:id/send-message': MESSAGES_SEND,

  'GET /api/sessions/:id/messages': MESSAGES_READ,
  'GET /api/sessions/:id/messages/:messageId': MESSAGES_READ,
  'GET /api/sessions/:id/messages/:messageId/media': MESSAGES_READ,
  'POST /api/sessions/:id/media': MESSAGES_SEND,
  'POST /api/sessions/:id/messages': MESSAGES_SEND,
  // Checks that its caller may read, too.
  'POST /api/sessions/:id/messages/:messageId/forward': MESSAGES_SEND,
  'POST /api/sessions/:id/messages/:messageId/reaction': MESSAGES_SEND,
  'POST /api/sessions/:id/messages/:messageId/edit': MESSAGES_SEND,
  'POST /api/sessions/:id/messages/:messageId/revoke': MESSAGES_SEND,
  'POST /api/sessions/:id/messages/:messageId/read': MESSAGES_SEND,
  'GET /api/sessions/:id/status-posts': MESSAGES_READ,
  'POST /api/sessions/:id/status-posts': MESSAGES_SEND,
  'DELETE /api/sessions/:id/status-posts/:statusId': MESSAGES_SEND,
  'GET /api/sessions/:id/chats': MESSAGES_READ,
  'PATCH /api/sessions/:id/chats/:chat': MESSAGES_SEND,
  'GET /api/sessions/:id/contacts': MESSAGES_READ,
  'PUT /api/sessions/:id/contacts/:phoneNumber/block': MESSAGES_SEND,
  'DELETE /api/sessions/:id/contacts/:phoneNumber/block': MESSAGES_SEND,
  'GET /api/sessions/:id/contacts/:phoneNumber/picture': MESSAGES_READ,
  'GET /api/sessions/:id/messages/:messageId/receipts': MESSAGES_READ,
  'PUT /api/sessions/:id/presence': MESSAGES_SEND,
  'POST /api/sessions/:id/chats/:chat/typing': MESSAGES_SEND,
  'GET /api/sessions/:id/groups': MESSAGES_READ,
  'POST /api/sessions/:id/groups': MESSAGES_SEND,
  'POST /api/sessions/:id/groups/join': MESSAGES_SEND,
  'GET /api/sessions/:id/groups/:group': MESSAGES_READ,
  'PATCH /api/sessions/:id/groups/:group': MESSAGES_SEND,
  'POST /api/sessions/:id/groups/:group/members': MESSAGES_SEND,
  'DELETE /api/sessions/:id/groups/:group/members': MESSAGES_SEND,
  'POST /api/sessions/:id/groups/:group/promote': MESSAGES_SEND,
  'POST /api/sessions/:id/groups/:group/demote': MESSAGES_SEND,
  'POST /api/sessions/:id/groups/:group/leave': MESSAGES_SEND,
  'GET /api/sessions/:id/groups/:group/invite': MESSAGES_READ,
  'DELETE /api/sessions/:id/groups/:group/invite': MESSAGES_SEND,

  'GET /api/keys': KEYS,
  'POST /api/keys': KEYS,
  'GET /api/keys/:keyId': KEYS,
  'POST /api/keys/:keyId/rotate': KEYS,
  'DELETE /api/keys/:keyId': KEYS,
  'GET /api/test-numbers': KEYS,
  'PUT /api/test-numbers/:phoneNumber': KEYS,
  'DELETE /api/test-numbers/:phoneNumber': KEYS,
  'POST /api/test-numbers/:phoneNumber/messages': SEND,

  'GET /api/templates': KEYS,
  'POST /api/templates/preview': KEYS,
  'GET /api/templates/:channel/:locale': KEYS,
  'PUT /api/templates/:channel/:locale': KEYS,
  'DELETE /api/templates/:channel/:locale': KEYS,
  'GET /api/accounts': OPERATOR,
  'GET /api/accounts/:accountId/sender': OPERATOR,
  'PUT /api/accounts/:accountId/sender': OPERATOR,
  'GET /api/accounts/:accountId/workflow': ACCOUNT,
  'PUT /api/accounts/:accountId/workflow': ACCOUNT,
  'DELETE /api/accounts/:accountId/workflow': ACCOUNT,

  'GET /api/webhooks': WEBHOOKS,
  'POST /api/webhooks': WEBHOOKS,
  'GET /api/webhooks/:id': WEBHOOKS,
  'PATCH /api/webhooks/:id': WEBHOOKS,
  'DELETE /api/webhooks/:id': WEBHOOKS,
  'POST /api/webhooks/:id/rotate': WEBHOOKS,
  'POST /api/webhooks/:id/test': WEBHOOKS,
  'GET /api/webhooks/:id/deliveries': WEBHOOKS,
  'POST /api/webhooks/:id/replay': WEBHOOKS,
  'GET /api/webhooks/deliveries/:id': WEBHOOKS,
  'POST /api/webhooks/deliveries/:id/replay': WEBHOOKS,
  'GET /api/events': WEBHOOKS,
  'GET /api/events/:id': WEBHOOKS,

  // Creating, changing and rotating also require `otp:send`.
  'GET /api/hooks': WEBHOOKS,
  'POST /api/hooks': WEBHOOKS,
  'GET /api/hooks/:id': WEBHOOKS,
  'PATCH /api/hooks/:id': WEBHOOKS,
  'DELETE /api/hooks/:id': WEBHOOKS,
  'POST /api/hooks/:id/rotate': WEBHOOKS,
  'GET /api/hooks/:id/calls': WEBHOOKS,
  'GET /api/hooks/:id/sample-request': WEBHOOKS,

  'GET /api/users': OPERATOR,
  'POST /api/users': OPERATOR,
  'GET /api/users/:id': OPERATOR,
  'PATCH /api/users/:id': OPERATOR,
  'DELETE /api/users/:id': OPERATOR,

  'GET /api/usage': FIGURES,
  'GET /api/analytics/dashboard': FIGURES,
  'GET /api/analytics/funnel': FIGURES,
  'GET /api/analytics/conversion-drops': FIGURES,
  'GET /api/analytics/sessions/:id/stats': FIGURES,
  'GET /api/analytics/logs/activity': FIGURES,
  'GET /api/analytics/logs/errors': FIGURES,
  'GET /api/analytics/logs/otp': FIGURES,
  'GET /api/analytics/export': FIGURES,
  'POST /api/analytics/cleanup': OPERATOR,
  'GET /api/channels': OPERATOR,
  'GET /api/channels/ready': SENDING,

  'GET /api/recipients/:phoneNumber': ['*'],
  'DELETE /api/recipients/:phoneNumber': ['*'],
};

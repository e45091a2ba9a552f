import { hookDialects } from '../../src/domain/hooks/hook.ts';

/**
 * Who may call what: the role x route table, as data. Every route that the service registers is in it,
 * and every cell is called. A cell is the status of a valid call.
 *
 *   anon  no credential       snd, vfy, rd, ses, msg, cnv, mng, hok, met  a key of one scope
 *   adm   a person of the account  key  a key of scope `*`      op    an operator (role ADMIN)
 *   boot  the key of the environment: everything in the first account, and the installation
 *   other what another account's `*` key gets for our object
 */
export const roles = [
  'anon',
  'snd',
  'vfy',
  'rd',
  'ses',
  'msg',
  'cnv',
  'mng',
  'hok',
  'met',
  'adm',
  'key',
  'op',
  'boot',
  'other',
] as const;
type Role = (typeof roles)[number];

export type Row = { readonly route: string; readonly cells: Readonly<Record<Role, number>> };

type Others = Partial<Record<Role, number>>;

/** A route behind a key: 401 for nobody, 403 for all but those who are named. */
function row(route: string, allowed: Others): Row {
  const cells = Object.fromEntries(roles.map((role) => [role, 403])) as Record<Role, number>;
  return { route, cells: { ...cells, anon: 401, ...allowed } };
}

/** The same for everybody. */
function open(route: string, status: number): Row {
  const cells = Object.fromEntries(roles.map((role) => [role, status])) as Record<Role, number>;
  return { route, cells };
}

/** Everybody with a credential. */
function known(route: string, status: number, others: Others = {}): Row {
  const { cells } = open(route, status);
  return { route, cells: { ...cells, anon: 401, ...others } };
}

/** Those who may do everything in the account. */
const account = (status: number) => ({ adm: status, key: status, boot: status });

/** A route that answers as Twilio does: a key is the password of its account, and people have none. */
function twilio(route: string, allowed: Others, status = 200): Row {
  return row(route, { key: status, boot: status, adm: 401, op: 401, other: 404, ...allowed });
}

export const table: readonly Row[] = [
  open('GET /api/health', 200),
  open('GET /api/health/live', 200),
  row('GET /api/health/ready', { met: 200, op: 200, boot: 200 }),
  row('GET /metrics', { met: 200, op: 200, boot: 200 }),

  open('GET /.well-known/jwks.json', 200),

  known('GET /api/openapi.json', 200),
  known('GET /api/docs', 200),
  known('GET /api/docs/', 308),
  known('GET /api/docs/start.js', 200),
  known('GET /api/docs/swagger-ui.css', 200),
  known('GET /api/docs/swagger-ui-bundle.js', 200),

  open('GET /', 200),
  open('GET /sessions', 200),
  open('GET /sessions/:id', 200),
  open('GET /codes', 200),
  open('GET /codes/:id', 200),
  open('GET /logs', 200),
  open('GET /templates', 200),
  open('GET /webhooks', 200),
  open('GET /webhooks/:id', 200),
  open('GET /hooks', 200),
  open('GET /hooks/:id', 200),
  open('GET /test-numbers', 200),
  open('GET /keys', 200),
  open('GET /usage', 200),
  open('GET /users', 200),
  open('GET /settings', 200),
  open('GET /profile', 200),
  open('GET /assets/:file', 200),
  open('GET /demo', 200),
  open('GET /demo/', 308),
  open('POST /demo/send', 200),
  open('POST /demo/verify', 200),
  open('GET /verify/:token', 200),
  // Without the cookie of a browser.
  open('POST /verify/:token/send', 403),
  open('POST /verify/:token/resend', 403),
  open('POST /verify/:token/next', 403),
  open('POST /verify/:token/message', 403),
  open('POST /verify/:token/check', 403),
  open('GET /components/:file', 200),
  open('POST /demo/inbound', 200),
  open('GET /demo/inbound/:verificationId/events', 200),

  open('GET /api/auth/options', 200),
  open('POST /api/auth/login', 200),
  open('POST /api/auth/refresh', 200),
  open('POST /api/auth/logout', 200),
  known('GET /api/auth/me', 200),
  // Keys have no password to change.
  known('POST /api/auth/password', 403, { adm: 200, op: 200 }),
  known('GET /api/auth/logins', 403, { adm: 200, op: 200 }),
  known('DELETE /api/auth/logins/:id', 403, { adm: 404, op: 404 }),

  row('POST /api/otp/send', { ...account(200), snd: 200, other: 200 }),
  row('POST /api/otp/resend', { ...account(200), snd: 200, other: 200 }),
  // The only step was taken.
  row('POST /api/otp/next', { ...account(409), snd: 409, other: 409 }),
  row('POST /api/messages/:sessionId/otp', { ...account(200), snd: 200, other: 200 }),
  // A number with a live code of ours: to another account there is none.
  row('POST /api/otp/verify', { ...account(200), vfy: 200, other: 400 }),
  row('POST /api/pages', { ...account(201), snd: 201, other: 201 }),
  row('POST /api/otp/proof/redeem', { ...account(200), vfy: 200, other: 400 }),
  row('POST /api/otp/expire', { ...account(200), snd: 200, other: 200 }),
  row('GET /api/otp/status/:phoneNumber', { ...account(200), snd: 200, vfy: 200, other: 200 }),
  row('POST /api/otp/unlock', { ...account(200), op: 200, other: 200 }),

  row('GET /api/otp/inbound/:verificationId', {
    ...account(200),
    ...{ snd: 200, vfy: 200, other: 404 },
  }),
  row('GET /api/otp/inbound/:verificationId/events', {
    ...account(200),
    ...{ snd: 200, vfy: 200, other: 404 },
  }),

  row('GET /api/otp/:verificationId/timeline', {
    ...account(200),
    ...{ snd: 200, rd: 200, op: 200, other: 404 },
  }),

  row('POST /api/sessions', { ...account(201), ses: 201, other: 201 }),
  row('GET /api/sessions', { ...account(200), ses: 200, rd: 200, op: 200, other: 200 }),
  row('GET /api/sessions/:id', { ...account(200), ses: 200, rd: 200, op: 200, other: 404 }),
  row('GET /api/sessions/:id/status', { ...account(200), ses: 200, rd: 200, op: 200, other: 404 }),
  row('GET /api/sessions/:id/qr', { ...account(200), ses: 200, other: 404 }),
  row('GET /api/sessions/:id/events', { ...account(200), ses: 200, other: 404 }),
  row('POST /api/sessions/:id/pair-request', { ...account(200), ses: 200, other: 404 }),
  row('POST /api/sessions/:id/restart', { ...account(200), ses: 200, other: 404 }),
  row('POST /api/sessions/:id/stop', { ...account(200), ses: 200, other: 404 }),
  row('PATCH /api/sessions/:id', { ...account(200), ses: 200, other: 404 }),
  row('DELETE /api/sessions/:id', { ...account(200), ses: 200, other: 404 }),
  row('POST /api/sessions/:id/send-message', { ...account(200), msg: 200, other: 404 }),
  // No message of the table has a file.
  row('GET /api/sessions/:id/messages/:messageId/media', {
    ...account(404),
    ...{ cnv: 404, other: 404 },
  }),

  row('GET /api/sessions/:id/messages', { ...account(200), cnv: 200, other: 404 }),
  row('GET /api/sessions/:id/messages/:messageId', { ...account(200), cnv: 200, other: 404 }),
  row('POST /api/sessions/:id/messages', { ...account(200), msg: 200, other: 404 }),
  row('POST /api/sessions/:id/media', { ...account(201), msg: 201, other: 404 }),
  row('GET /api/sessions/:id/status-posts', { ...account(200), cnv: 200, other: 404 }),
  row('POST /api/sessions/:id/status-posts', { ...account(201), msg: 201, other: 404 }),
  row('DELETE /api/sessions/:id/status-posts/:statusId', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),
  // Also needs to read what it passes on.
  row('POST /api/sessions/:id/messages/:messageId/forward', { ...account(200), other: 404 }),
  row('POST /api/sessions/:id/messages/:messageId/reaction', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),
  row('POST /api/sessions/:id/messages/:messageId/edit', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),
  row('POST /api/sessions/:id/messages/:messageId/revoke', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),
  row('POST /api/sessions/:id/messages/:messageId/read', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),
  row('GET /api/sessions/:id/chats', { ...account(200), cnv: 200, other: 404 }),
  row('PATCH /api/sessions/:id/chats/:chat', { ...account(200), msg: 200, other: 404 }),
  row('GET /api/sessions/:id/contacts', { ...account(200), cnv: 200, other: 404 }),
  row('PUT /api/sessions/:id/contacts/:phoneNumber/block', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),
  row('DELETE /api/sessions/:id/contacts/:phoneNumber/block', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),

  // The friend of the table has no picture.
  row('GET /api/sessions/:id/contacts/:phoneNumber/picture', {
    ...account(404),
    ...{ cnv: 404, other: 404 },
  }),
  row('GET /api/sessions/:id/messages/:messageId/receipts', {
    ...account(200),
    ...{ cnv: 200, other: 404 },
  }),
  row('PUT /api/sessions/:id/presence', { ...account(200), msg: 200, other: 404 }),
  row('POST /api/sessions/:id/chats/:chat/typing', { ...account(200), msg: 200, other: 404 }),
  row('GET /api/sessions/:id/groups', { ...account(200), cnv: 200, other: 404 }),
  row('POST /api/sessions/:id/groups', { ...account(201), msg: 201, other: 404 }),
  row('POST /api/sessions/:id/groups/join', { ...account(200), msg: 200, other: 404 }),
  row('GET /api/sessions/:id/groups/:group', { ...account(200), cnv: 200, other: 404 }),
  row('PATCH /api/sessions/:id/groups/:group', { ...account(200), msg: 200, other: 404 }),
  row('POST /api/sessions/:id/groups/:group/members', { ...account(200), msg: 200, other: 404 }),
  row('DELETE /api/sessions/:id/groups/:group/members', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),
  row('POST /api/sessions/:id/groups/:group/promote', { ...account(200), msg: 200, other: 404 }),
  row('POST /api/sessions/:id/groups/:group/demote', { ...account(200), msg: 200, other: 404 }),
  row('POST /api/sessions/:id/groups/:group/leave', { ...account(200), msg: 200, other: 404 }),
  row('GET /api/sessions/:id/groups/:group/invite', { ...account(200), cnv: 200, other: 404 }),
  row('DELETE /api/sessions/:id/groups/:group/invite', {
    ...account(200),
    ...{ msg: 200, other: 404 },
  }),

  row('GET /api/keys', { ...account(200), mng: 200, other: 200 }),
  row('POST /api/keys', { ...account(201), mng: 201, other: 201 }),
  row('GET /api/keys/:keyId', { ...account(200), mng: 200, other: 404 }),
  row('POST /api/keys/:keyId/rotate', { ...account(201), mng: 201, other: 404 }),
  row('DELETE /api/keys/:keyId', { ...account(200), mng: 200, other: 404 }),
  row('GET /api/test-numbers', { ...account(200), mng: 200, other: 200 }),
  row('PUT /api/test-numbers/:phoneNumber', { ...account(200), mng: 200, other: 200 }),
  row('DELETE /api/test-numbers/:phoneNumber', { ...account(200), mng: 200, other: 404 }),
  // For test keys only, and all of these are live.
  row('POST /api/test-numbers/:phoneNumber/messages', {}),

  row('GET /api/webhooks', { ...account(200), hok: 200, other: 200 }),
  row('POST /api/webhooks', { ...account(201), hok: 201, other: 201 }),
  row('GET /api/webhooks/:id', { ...account(200), hok: 200, other: 404 }),
  row('PATCH /api/webhooks/:id', { ...account(200), hok: 200, other: 404 }),
  row('DELETE /api/webhooks/:id', { ...account(200), hok: 200, other: 404 }),
  row('POST /api/webhooks/:id/rotate', { ...account(200), hok: 200, other: 404 }),
  row('POST /api/webhooks/:id/test', { ...account(200), hok: 200, other: 404 }),
  row('GET /api/webhooks/:id/deliveries', { ...account(200), hok: 200, other: 404 }),
  row('POST /api/webhooks/:id/replay', { ...account(200), hok: 200, other: 404 }),
  row('GET /api/webhooks/deliveries/:id', { ...account(200), hok: 200, other: 404 }),
  row('POST /api/webhooks/deliveries/:id/replay', { ...account(200), hok: 200, other: 404 }),
  row('GET /api/events', { ...account(200), hok: 200, other: 200 }),
  row('GET /api/events/:id', { ...account(200), hok: 200, other: 404 }),

  row('GET /api/templates', { ...account(200), mng: 200, other: 200 }),
  row('POST /api/templates/preview', { ...account(200), mng: 200, other: 200 }),
  row('GET /api/templates/:channel/:locale', { ...account(200), mng: 200, other: 404 }),
  row('PUT /api/templates/:channel/:locale', { ...account(200), mng: 200, other: 200 }),
  row('DELETE /api/templates/:channel/:locale', { ...account(200), mng: 200, other: 404 }),
  row('GET /api/accounts', { op: 200, boot: 200 }),
  row('GET /api/accounts/:accountId/sender', { op: 200, boot: 200 }),
  row('PUT /api/accounts/:accountId/sender', { op: 200, boot: 200 }),
  row('GET /api/accounts/:accountId/workflow', { ...account(200), mng: 200, op: 200, other: 404 }),
  row('PUT /api/accounts/:accountId/workflow', { ...account(200), mng: 200, op: 200, other: 404 }),
  row('DELETE /api/accounts/:accountId/workflow', {
    ...account(200),
    ...{ mng: 200, op: 200, other: 404 },
  }),

  row('GET /api/users', { op: 200, boot: 200 }),
  row('POST /api/users', { op: 201, boot: 201 }),
  row('GET /api/users/:id', { op: 200, boot: 200 }),
  row('PATCH /api/users/:id', { op: 200, boot: 200 }),
  row('DELETE /api/users/:id', { op: 200, boot: 200 }),

  row('GET /api/usage', { ...account(200), rd: 200, op: 200, other: 200 }),

  row('GET /api/analytics/dashboard', { ...account(200), rd: 200, op: 200, other: 200 }),
  row('GET /api/analytics/funnel', { ...account(200), rd: 200, op: 200, other: 200 }),
  row('GET /api/analytics/conversion-drops', { ...account(200), rd: 200, op: 200, other: 200 }),
  row('GET /api/analytics/logs/activity', { ...account(200), rd: 200, op: 200, other: 200 }),
  row('GET /api/analytics/logs/errors', { ...account(200), rd: 200, op: 400, other: 200 }),
  row('GET /api/analytics/logs/otp', { ...account(200), rd: 200, op: 200, other: 200 }),
  row('GET /api/analytics/export', { ...account(200), rd: 200, op: 200, other: 200 }),
  row('POST /api/analytics/cleanup', { op: 200, boot: 200 }),
  row('GET /api/channels', { op: 200, boot: 200 }),
  row('GET /api/channels/ready', {
    ...account(200),
    ...{ snd: 200, rd: 200, ses: 200, mng: 200, op: 200, other: 200 },
  }),
  // The token in the path is their credential, and this one is wrong.
  row('GET /api/hooks', { ...account(200), hok: 200, other: 200 }),
  // These need otp:send, too.
  row('POST /api/hooks', { ...account(201), other: 201 }),
  row('PATCH /api/hooks/:id', { ...account(200), other: 404 }),
  row('POST /api/hooks/:id/rotate', { ...account(200), other: 404 }),
  row('GET /api/hooks/:id', { ...account(200), hok: 200, other: 404 }),
  row('DELETE /api/hooks/:id', { ...account(200), hok: 200, other: 404 }),
  row('GET /api/hooks/:id/calls', { ...account(200), hok: 200, other: 404 }),
  row('GET /api/hooks/:id/sample-request', { ...account(200), hok: 200, other: 404 }),
  // Their credential is the secret of the hook.
  ...hookDialects.map((dialect) => open(`POST /api/hooks/${dialect}/:hookId`, 401)),

  open('GET /api/callbacks/:channel/:token', 404),
  open('POST /api/callbacks/:channel/:token', 404),
  row('GET /api/recipients/:phoneNumber', { ...account(200), other: 200 }),
  row('DELETE /api/recipients/:phoneNumber', { ...account(200), other: 200 }),
  row('GET /api/analytics/sessions/:id/stats', { ...account(200), rd: 200, op: 200, other: 404 }),

  row('GET /api/compat/twilio', { ...account(200), snd: 200, vfy: 200, other: 200 }),

  twilio('GET /v2/Services', { snd: 200, vfy: 200, other: 200 }),
  twilio('POST /v2/Services', { mng: 201, other: 201 }, 201),
  twilio('GET /v2/Services/:service', { snd: 200, vfy: 200 }),
  twilio('POST /v2/Services/:service', { mng: 200 }),
  twilio('DELETE /v2/Services/:service', { mng: 204 }, 204),
  twilio('POST /v2/Services/:service/Verifications', { snd: 201 }, 201),
  twilio('GET /v2/Services/:service/Verifications/:sid', { snd: 200, vfy: 200 }),
  // The call cancels; a key that may only check codes could approve.
  twilio('POST /v2/Services/:service/Verifications/:sid', { snd: 200 }),
  twilio('POST /v2/Services/:service/VerificationCheck', { vfy: 200 }),
  twilio('GET /v2/Services/:service/RateLimits', { snd: 200, vfy: 200 }),
  twilio('POST /v2/Services/:service/RateLimits', { mng: 201 }, 201),
  twilio('GET /v2/Services/:service/RateLimits/:rateLimit', { snd: 200, vfy: 200 }),
  twilio('POST /v2/Services/:service/RateLimits/:rateLimit', { mng: 200 }),
  twilio('DELETE /v2/Services/:service/RateLimits/:rateLimit', { mng: 204 }, 204),
  twilio('GET /v2/Services/:service/RateLimits/:rateLimit/Buckets', { snd: 200, vfy: 200 }),
  twilio('POST /v2/Services/:service/RateLimits/:rateLimit/Buckets', { mng: 201 }, 201),
  twilio('GET /v2/Services/:service/RateLimits/:rateLimit/Buckets/:bucket', { snd: 200, vfy: 200 }),
  twilio('POST /v2/Services/:service/RateLimits/:rateLimit/Buckets/:bucket', { mng: 200 }),
  twilio('DELETE /v2/Services/:service/RateLimits/:rateLimit/Buckets/:bucket', { mng: 204 }, 204),
  twilio('POST /2010-04-01/Accounts/:account/Messages.json', { msg: 201 }, 201),
  twilio('GET /2010-04-01/Accounts/:account/Messages/:sid', { msg: 200 }),
  twilio('GET /v2/Attempts', { snd: 200, rd: 200, other: 200 }),
  twilio('GET /v2/Attempts/Summary', { snd: 200, rd: 200, other: 200 }),
  twilio('GET /v2/Attempts/:sid', { snd: 200, rd: 200 }),
  twilio('POST /v2/SafeList/Numbers', { mng: 201, other: 201 }, 201),
  twilio('GET /v2/SafeList/Numbers/:number', { mng: 200 }),
  twilio('DELETE /v2/SafeList/Numbers/:number', { mng: 204 }, 204),
];

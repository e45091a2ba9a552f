import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { scopes } from '../../../src/domain/access/permissions.ts';
import { toAccountSid } from '../../../src/domain/compat/twilio-sids.ts';
import { hookDialects } from '../../../src/domain/hooks/hook.ts';
import { createPhoneNumbers } from '../phone-numbers.ts';
import { waitFor } from '../wait-for.ts';
import { startLab } from '../whatsapp-lab/lab.ts';
import { type AccessCalls, createAccessCalls } from './access-calls.ts';
import { API_KEY } from './client.ts';
import { createHarness } from './harness.ts';
import { createOtpCalls } from './otp-calls.ts';
import { SHOP } from './page-calls.ts';
import { createConversation } from './role-conversation.ts';
import { createPageMakers } from './role-pages.ts';
import { createShowTwilio, createTwilioMakers } from './role-twilio.ts';
import { createSessionCalls, labVariables } from './session-calls.ts';
import { bearer, createPeopleCalls, NEW_PASSWORD, NO_LOGIN_LIMITS, PASSWORD } from './users.ts';
import { receiverVariables } from './webhook-calls.ts';

type Headers = Readonly<Record<string, string>>;

export type Request = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
};

export type RoleWorld = Awaited<ReturnType<typeof createRoleWorld>>;

const TEMPLATE = { text: '{{code}} is your code.' };

/** An endpoint that answers no request: nothing listens on the port. */
const WEBHOOK = { url: 'http://127.0.0.1:1024/hook', events: ['webhook.disabled'] };

/** The session that denied calls name; nothing ever happens to it. */
const DESK = 'desk';

/**
 * The service with a credential of every role, and for every route a call that is valid: its object
 * is made for it when `isFresh`, because the call may change or end it.
 */
export async function createRoleWorld() {
  const lab = await startLab();
  const h = await createHarness({
    env: {
      ...labVariables(lab),
      ...NO_LOGIN_LIMITS,
      ...receiverVariables,
      PAGE_ORIGINS: SHOP,
      OTP_RESEND_SECONDS: '0',
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
      LIMIT_SESSIONS_PER_ACCOUNT: '0',
      LIMIT_WRONG_KEYS_PER_IP_MINUTE: '0',
      WHATSAPP_NEW_CONTACTS_PER_DAY: '0',
      WHATSAPP_GROUP_ADDS_PER_DAY: '0',
      WHATSAPP_GROUPS_PER_DAY: '0',
      WHATSAPP_GROUP_CHANGE_SECONDS: '0',
    },
  });
  const access = createAccessCalls(h);
  const people = createPeopleCalls(h);
  const otp = createOtpCalls(h);
  const sessions = createSessionCalls(h);
  const nextPhoneNumber = createPhoneNumbers();
  const desk = lab.addPhone();
  const settings = { store: 'content', use: 'both', ignore: ['status', 'newsletters'] };
  await h.client.post('/api/sessions', { sessionId: DESK, ...settings });
  await sessions.link(DESK, desk);
  const conversations = await createConversation({ h, lab, desk });
  const twilio = await createTwilioMakers({ h, nextPhoneNumber });

  /** A number of the lab's WhatsApp. */
  function nextOnWhatsApp(): string {
    const pn = nextPhoneNumber();
    lab.addPhone({ pn });
    return pn;
  }

  async function freshSession(): Promise<string> {
    const id = `s-${randomUUID()}`;
    await sessions.create(id);
    return id;
  }

  const makeKey = async () => (await access.createKey({ scopes: ['otp:send'] })).keyId;
  const makePerson = async () => (await people.makePerson({ accountId: 'default' })).id;
  const enter = async () => people.enter((await people.makePerson()).email);
  async function makeWebhook(): Promise<{ readonly id: string }> {
    // More are made here than an account may have.
    await h.database.statements.change('DELETE FROM "webhooks"', []);
    const calls = access.as(API_KEY);
    const made = await calls.post('/api/webhooks', WEBHOOK);
    return { id: String(made.body.data?.['id']) };
  }

  /** A delivery that has ended, and its event. */
  async function makeWebhookDelivery() {
    const calls = access.as(API_KEY);
    const { id } = await makeWebhook();
    await calls.post(`/api/webhooks/${id}/test`, {});
    return waitFor(async () => {
      const { body } = await calls.get(`/api/webhooks/${id}/deliveries?status=RETRYING`);
      const items = (body.data?.['items'] ?? []) as { id: string; eventId: string }[];
      const [found] = items;
      return found;
    }, 'a webhook delivery to end');
  }

  /** A hook that is about to be called, changed or deleted. */
  async function makeHook(): Promise<{ readonly id: string; readonly hookId: string }> {
    // More are made here than an account may have.
    await h.database.statements.change('DELETE FROM "hooks"', []);
    const made = await access.as(API_KEY).post('/api/hooks', { dialect: 'generic' });
    const id = String(made.body.data?.['id']);
    return { id, hookId: id };
  }

  async function makeTestNumber(): Promise<string> {
    const phoneNumber = nextPhoneNumber();
    await access.as(API_KEY).put(`/api/test-numbers/${encodeURIComponent(phoneNumber)}`, {
      otp: '123456',
    });
    return phoneNumber;
  }

  async function makeTemplate(): Promise<Parameters> {
    const target = { channel: 'http', locale: 'sv' };
    await access.as(API_KEY).put(`/api/templates/${target.channel}/${target.locale}`, TEMPLATE);
    return target;
  }

  /** A valid call of a route. */
  async function requestOf(route: string, isFresh: boolean): Promise<Request> {
    const [method = '', pattern = ''] = route.split(' ');
    const { body, query = '', ...values } = await parametersOf(route, isFresh);
    const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent(String((values as Record<string, unknown>)[name])),
    );
    return { method, path: `${path}${query}`, ...(body !== undefined && { body }) };
  }

  async function parametersOf(route: string, isFresh: boolean): Promise<Parameters> {
    const make = makers[route];
    if (make) return make(isFresh);
    if (!/[:]|^(POST|PUT|PATCH) /.test(route)) return {};
    throw new Error(`nobody says how to call ${route}`);
  }

  async function sendDemoCode(phoneNumber: string): Promise<string> {
    // More people try the demo here than it sends to in a day.
    await h.database.statements.change(
      `DELETE FROM "rate_limits" WHERE "limitKey" LIKE 'demo-%'`,
      [],
    );
    const { raw } = await h.client.post('/demo/send', { phoneNumber, locale: 'en' });
    return String(JSON.parse(raw).verificationId);
  }

  /** A verification that waits for a message, of the demo or of the first account. */
  async function startInbound(path: string, fields: object): Promise<Parameters> {
    await h.database.statements.change('DELETE FROM "inbound_places"', []);
    const { raw } = await h.client.post(path, fields);
    const { verificationId, data } = JSON.parse(raw);
    return { verificationId: verificationId ?? data.verificationId };
  }
  const ofInbound = () =>
    startInbound('/api/otp/send', { method: 'inbound', companyName: 'Kopi & Roti' });

  const session = async (isFresh: boolean) => (isFresh ? freshSession() : DESK);
  const ofSession = async (isFresh: boolean) => ({ id: await session(isFresh) });
  const ofPhone = async () => ({ body: { phoneNumber: nextPhoneNumber() } });

  const makers: Readonly<Record<string, (isFresh: boolean) => Promise<Parameters>>> = {
    'GET /sessions/:id': async () => ({ id: DESK }),
    'GET /codes/:id': async () => ({ id: 'any' }),
    'GET /webhooks/:id': async () => ({ id: 'any' }),
    'GET /hooks/:id': async () => ({ id: 'any' }),
    'GET /assets/:file': async () => ({ file: readdirSync('dist/console/assets')[0] }),
    'POST /demo/send': async () => ({
      body: { phoneNumber: nextPhoneNumber(), locale: 'en' },
    }),
    'POST /demo/verify': async () => {
      const phoneNumber = nextPhoneNumber();
      const verificationId = await sendDemoCode(phoneNumber);
      return { body: { verificationId, otp: h.gateway.codeFor(phoneNumber) } };
    },
    'POST /demo/inbound': async () => {
      await sendDemoCode(nextPhoneNumber());
      await h.database.statements.change('DELETE FROM "inbound_places"', []);
      return { body: { locale: 'en' } };
    },
    'GET /demo/inbound/:verificationId/events': async () => {
      await sendDemoCode(nextPhoneNumber());
      return startInbound('/demo/inbound', { locale: 'en' });
    },
    'POST /api/auth/login': async () => {
      const { email } = await people.makePerson();
      return { body: { email, password: PASSWORD } };
    },
    'POST /api/auth/refresh': async () => ({
      body: { refreshToken: (await enter()).refreshToken },
    }),
    'POST /api/auth/logout': async () => ({ body: { refreshToken: (await enter()).refreshToken } }),
    // The one who asks has no such login.
    'DELETE /api/auth/logins/:id': async () => ({ id: 1_000_000 }),
    'POST /api/auth/password': async () => ({
      body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
    }),
    'POST /api/otp/send': ofPhone,
    'POST /api/otp/resend': ofPhone,
    'POST /api/messages/:sessionId/otp': async () => ({
      sessionId: DESK,
      body: { to: nextPhoneNumber() },
    }),
    'POST /api/otp/verify': async () => {
      const phoneNumber = nextPhoneNumber();
      return { body: { phoneNumber, otp: await otp.sendCode(phoneNumber) } };
    },
    'POST /api/otp/expire': ofPhone,
    'POST /api/otp/next': ofPhone,
    'GET /api/callbacks/:channel/:token': async () => ({ channel: 'http', token: 'wrong' }),
    'POST /api/callbacks/:channel/:token': async () => ({ channel: 'http', token: 'wrong' }),
    'POST /api/otp/unlock': ofPhone,
    'GET /api/otp/status/:phoneNumber': async () => ({ phoneNumber: nextPhoneNumber() }),
    'GET /api/analytics/sessions/:id/stats': async () => ({ id: DESK }),
    'GET /api/otp/:verificationId/timeline': async () => {
      const phoneNumber = nextPhoneNumber();
      await otp.sendCode(phoneNumber);
      return { verificationId: (await otp.row(phoneNumber)).verificationId };
    },
    'POST /api/analytics/cleanup': async () => ({ body: { otpDays: 3650 } }),
    'GET /api/recipients/:phoneNumber': async () => ({ phoneNumber: nextPhoneNumber() }),
    'DELETE /api/recipients/:phoneNumber': async () => ({ phoneNumber: nextPhoneNumber() }),
    'POST /api/sessions': async () => ({ body: { sessionId: `n-${randomUUID()}` } }),
    'GET /api/otp/inbound/:verificationId': ofInbound,
    'GET /api/otp/inbound/:verificationId/events': ofInbound,
    'POST /api/test-numbers/:phoneNumber/messages': async () => ({
      ...{ phoneNumber: await makeTestNumber(), body: { text: 'hello' } },
    }),
    'GET /api/sessions/:id': ofSession,
    'GET /api/sessions/:id/status': ofSession,
    'GET /api/sessions/:id/qr': ofSession,
    'GET /api/sessions/:id/events': ofSession,
    'POST /api/sessions/:id/pair-request': async (isFresh) => {
      const phone = lab.addPhone();
      return { id: await session(isFresh), body: { number: phone.number } };
    },
    'POST /api/sessions/:id/restart': async (isFresh) => ({ id: await session(isFresh), body: {} }),
    'POST /api/sessions/:id/stop': async (isFresh) => ({ id: await session(isFresh), body: {} }),
    'DELETE /api/sessions/:id': ofSession,
    'GET /api/sessions/:id/messages/:messageId/media': async () => ({
      id: DESK,
      messageId: 'NONE',
    }),
    'POST /api/sessions/:id/send-message': async () => ({
      id: DESK,
      body: { to: nextOnWhatsApp(), message: 'Hello' },
    }),
    ...conversations,
    ...twilio,
    ...createPageMakers({ h, otp, nextPhoneNumber }),
    'PATCH /api/sessions/:id': async (isFresh) => ({
      id: await session(isFresh),
      body: { webhookUrl: null },
    }),
    'POST /api/webhooks': async () => ({ body: WEBHOOK }),
    'POST /api/hooks': async () => {
      await makeHook();
      return { body: { dialect: 'logto' } };
    },
    'GET /api/hooks/:id': makeHook,
    'PATCH /api/hooks/:id': async () => ({ ...(await makeHook()), body: { isActive: false } }),
    'DELETE /api/hooks/:id': makeHook,
    'POST /api/hooks/:id/rotate': async () => ({ ...(await makeHook()), body: {} }),
    'GET /api/hooks/:id/calls': makeHook,
    'GET /api/hooks/:id/sample-request': makeHook,
    ...Object.fromEntries(
      hookDialects.map((dialect) => [
        `POST /api/hooks/${dialect}/:hookId`,
        async () => ({ ...(await makeHook()), body: {} }),
      ]),
    ),
    'GET /api/webhooks/:id': makeWebhook,
    'PATCH /api/webhooks/:id': async () => ({
      ...(await makeWebhook()),
      body: { isActive: false },
    }),
    'DELETE /api/webhooks/:id': makeWebhook,
    'POST /api/webhooks/:id/rotate': async () => ({ ...(await makeWebhook()), body: {} }),
    'POST /api/webhooks/:id/test': async () => ({ ...(await makeWebhook()), body: {} }),
    'GET /api/webhooks/:id/deliveries': makeWebhook,
    'POST /api/webhooks/:id/replay': async () => ({
      ...(await makeWebhook()),
      body: { since: '2026-01-01T00:00:00Z' },
    }),
    'GET /api/webhooks/deliveries/:id': makeWebhookDelivery,
    'POST /api/webhooks/deliveries/:id/replay': async () => ({
      ...(await makeWebhookDelivery()),
      body: {},
    }),
    'GET /api/events/:id': async () => ({ id: (await makeWebhookDelivery()).eventId }),
    'POST /api/keys': async () => ({ body: { name: 'of a role', scopes: ['keys:manage'] } }),
    'GET /api/keys/:keyId': async () => ({ keyId: await makeKey() }),
    'POST /api/keys/:keyId/rotate': async () => ({
      keyId: (await access.createKey({ scopes: ['keys:manage'] })).keyId,
      body: {},
    }),
    'DELETE /api/keys/:keyId': async () => ({
      keyId: (await access.createKey({ scopes: ['keys:manage'] })).keyId,
    }),
    'PUT /api/test-numbers/:phoneNumber': async () => ({
      phoneNumber: nextPhoneNumber(),
      body: { otp: '123456' },
    }),
    'DELETE /api/test-numbers/:phoneNumber': async () => ({ phoneNumber: await makeTestNumber() }),
    'POST /api/templates/preview': async () => ({ body: TEMPLATE }),
    'GET /api/templates/:channel/:locale': makeTemplate,
    'PUT /api/templates/:channel/:locale': async () => ({
      ...{ channel: 'console', locale: 'en', body: TEMPLATE },
    }),
    'DELETE /api/templates/:channel/:locale': makeTemplate,
    'GET /api/accounts/:accountId/sender': async () => ({ accountId: 'default' }),
    'PUT /api/accounts/:accountId/sender': async () => ({
      ...{ accountId: 'default', body: { domains: ['kopi.example'] } },
    }),
    'GET /api/accounts/:accountId/workflow': async () => ({ accountId: 'default' }),
    'PUT /api/accounts/:accountId/workflow': async () => ({
      ...{ accountId: 'default', body: { workflow: [{ channel: 'http' }] } },
    }),
    'DELETE /api/accounts/:accountId/workflow': async () => ({ accountId: 'default' }),
    'POST /api/users': async () => ({
      body: { email: `${randomUUID()}@example.com`, name: 'Budi', password: PASSWORD },
    }),
    'GET /api/users/:id': async () => ({ id: await makePerson() }),
    'PATCH /api/users/:id': async () => ({ id: await makePerson(), body: { name: 'Citra' } }),
    'DELETE /api/users/:id': async () => ({ id: await makePerson() }),
  };

  /** The headers that show a credential at a path. */
  const show = createShowTwilio(async (key) => {
    // A key that is over has no account any more, and is tried at ours.
    const { body } = await access.as(key).get('/api/auth/me');
    return toAccountSid(String(body.data?.['accountId'] ?? 'default'));
  });

  /** Sends a request; of a stream only the head is waited for. */
  async function call({ method, path, body }: Request, shown: Headers) {
    const headers = await show(path, shown);
    const response = await fetch(`${h.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const isStream = response.headers.get('content-type')?.includes('event-stream');
    const text = isStream ? '' : await response.text();
    if (isStream) await response.body?.cancel();
    return { status: response.status, text };
  }

  const credentials = await makeCredentials({ access, people });
  return {
    ...{ h, lab, access, people, credentials, requestOf, call, show },
    async close() {
      await h.close();
      await lab.close();
    },
  };
}

type Parameters = Readonly<Record<string, unknown>> & {
  readonly body?: unknown;
  readonly query?: string;
};

type Makers = {
  readonly access: AccessCalls;
  readonly people: ReturnType<typeof createPeopleCalls>;
};

/** A credential of every role, as the headers that show it. */
async function makeCredentials({ access, people }: Makers) {
  const keyOf = async (scope: string): Promise<Headers> => ({
    'x-api-key': (await access.createKey({ scopes: [scope] })).secret,
  });
  async function personOf(fields: Readonly<Record<string, unknown>>): Promise<Headers> {
    const { email } = await people.makePerson(fields);
    return bearer((await people.enter(email)).accessToken);
  }
  const [snd, vfy, ses, msg, cnv, rd, mng, hok, met] = await Promise.all(scopes.map(keyOf));
  const none: Headers = {};
  return {
    anon: none,
    snd: snd ?? none,
    vfy: vfy ?? none,
    ses: ses ?? none,
    msg: msg ?? none,
    cnv: cnv ?? none,
    rd: rd ?? none,
    mng: mng ?? none,
    hok: hok ?? none,
    met: met ?? none,
    adm: await personOf({ accountId: 'default' }),
    key: await keyOf('*'),
    op: await personOf({ role: 'ADMIN' }),
    boot: access.bootstrap,
    other: { 'x-api-key': (await access.createKeyOf('other', { scopes: ['*'] })).secret },
  };
}

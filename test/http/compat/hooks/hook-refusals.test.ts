import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createHookCalls, readRecordedCall } from '../../../support/http/hook-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where each recorded call has its recipient, and how it names the same event. */
const TO: Readonly<Record<string, (body: Json, to: string) => Json>> = {
  'supabase-sms': (body, to) => ({
    ...body,
    metadata: { uuid: to },
    sms: { otp: '482913', phone: to.slice(1) },
  }),
  logto: (body, to) => ({ ...body, to }),
  kratos: (body, to) => ({ ...body, recipient: to }),
  zitadel: (body, to) => ({
    ...body,
    contextInfo: { eventType: 'session.otp.sms.challenged', recipientPhoneNumber: to },
  }),
  authgear: (body, to) => ({ ...body, to }),
  authentik: (body, to) => ({ ...body, To: to }),
  keycloak: (body, to) => ({ ...body, to }),
  generic: (body, to) => ({ ...body, to }),
};

/** The answer of each server to a refusal for good, to a limit, and to channels that are out of reach. */
const TABLE = {
  'supabase-sms': [
    [200, { error: { http_code: 422, message: expect.any(String) } }],
    [200, { error: { http_code: 429, message: expect.stringMatching(/\d+ seconds/) } }],
    [503, { message: expect.any(String) }],
  ],
  logto: [
    [422, { message: expect.any(String) }],
    [429, { message: expect.any(String) }],
    [503, { message: expect.any(String) }],
  ],
  kratos: [
    [200, { status: 'refused', message: expect.any(String) }],
    [200, { status: 'refused', message: expect.any(String) }],
    [503, { message: expect.any(String) }],
  ],
  zitadel: [
    [200, { status: 'refused', message: expect.any(String) }],
    [200, { status: 'refused', message: expect.any(String) }],
    [503, { message: expect.any(String) }],
  ],
  authgear: [
    [200, { code: 'invalid_phone_number', description: expect.any(String) }],
    [200, { code: 'rate_limited', description: expect.any(String) }],
    [200, { code: 'timeout', description: expect.any(String) }],
  ],
  authentik: [
    [422, undefined],
    [429, undefined],
    [503, undefined],
  ],
  keycloak: [
    [422, { message: expect.any(String) }],
    [429, { message: expect.any(String) }],
    [503, { message: expect.any(String) }],
  ],
  generic: [
    [400, expect.objectContaining({ code: 'region_not_allowed' })],
    [429, expect.objectContaining({ code: 'rate_limited' })],
    [503, expect.objectContaining({ code: 'provider_unavailable' })],
  ],
} as const;

onOneDatabase('the refusals of hooks on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let hooks: ReturnType<typeof createHookCalls>;
  beforeAll(async () => {
    h = await createHarness({
      ...{ dialect, env: { ALLOWED_REGIONS: 'ID', LIMIT_SENDS_PER_PHONE_HOUR: '1' } },
    });
    hooks = createHookCalls(h);
  });
  afterEach(() => h.gateway.behaveLike());
  afterAll(() => h.close());

  const refuse = (status: number) =>
    h.gateway.behaveLike((_, response) => void response.writeHead(status).end());

  /** A recorded call to another number, as an event of its own. */
  async function open(name: string) {
    const { dialect: server, body } = readRecordedCall(name);
    const hook = await hooks.create(server);
    let calls = 0;
    return async (to: string) => {
      calls += 1;
      const changed = (TO[name] as (body: Json, to: string) => Json)(body, to);
      const metadata = server === 'supabase' && { metadata: { uuid: `${to} ${calls}` } };
      const mark = server === 'generic' ? {} : { call: calls };
      const headers = { 'idempotency-key': String(calls) };
      const answer = await hook.call({ body: { ...changed, ...metadata, ...mark }, headers });
      return { ...answer, shown: [answer.status, answer.json] };
    };
  }

  it.each(Object.entries(TABLE))('%s gets what it understands', async (name, expected) => {
    const call = await open(name);
    const [permanent, limit, transient] = expected;
    expect((await call('+6581234567')).shown).toEqual(permanent);
    const to = nextNumber();
    expect((await call(to)).status).toBeLessThan(300);
    expect((await call(to)).shown).toEqual(limit);
    refuse(503);
    const unreachable = await call(nextNumber());
    expect(unreachable.shown).toEqual(transient);
    if (['supabase-sms', 'kratos', 'zitadel'].includes(name)) {
      expect(unreachable.headers.get('retry-after')).toBe('1');
    }
  });

  it('authgear hears of channels that refuse, that are misconfigured, and of links', async () => {
    const call = await open('authgear');
    refuse(400);
    expect((await call(nextNumber())).json).toMatchObject({ code: 'delivery_rejected' });
    refuse(401);
    expect((await call(nextNumber())).json).toMatchObject({ code: 'authentication_failed' });
    const hook = await hooks.create('authgear');
    const body = { to: nextNumber(), body: 'https://a.example', template_variables: { link: 'x' } };
    expect((await hook.call({ body })).json).toMatchObject({ code: 'unsupported_request' });
  });

  it('authentik and Logto show one sentence, without the code and the number', async () => {
    const to = nextNumber();
    for (const name of ['authentik', 'logto']) {
      const call = await open(name);
      await call(to);
      const { text } = await call(to);
      expect(text.length).toBeLessThan(200);
      expect(text).toContain('Try again in');
      expect(text).not.toMatch(/445820|619204/);
      expect(text).not.toContain(to.slice(3));
    }
    const hook = await hooks.create('logto');
    const link = { to, type: 'OrganizationInvitation', payload: { link: 'https://a.example' } };
    expect((await hook.call({ body: link })).status).toBe(422);
  });

  it('Supabase hears of what is no code: a change of the address, and notifications', async () => {
    const hook = await hooks.create('supabase');
    const types = { email_change: '305419', password_changed_notification: '' };
    for (const [email_action_type, token] of Object.entries(types)) {
      const email_data = { email_action_type, token };
      const body = { metadata: { uuid: email_action_type }, user: { email: 'a@b.example' } };
      const { status, json } = await hook.call({ body: { ...body, email_data } });
      expect([status, json]).toMatchObject([200, { error: { http_code: 422 } }]);
    }
  });

  it('Supabase hears that no channel reaches an email address', async () => {
    const { secret, body } = readRecordedCall('supabase-email');
    const hook = await hooks.create('supabase', { secret });
    const { status, json } = await hook.call({ body });
    expect([status, json]).toMatchObject([200, { error: { http_code: 422 } }]);
  });

  it.each([0.001, 60, 525_600, 1e300])(
    'Kratos may say that a code is valid for %d minutes',
    async (expires_in_minutes) => {
      const hook = await hooks.create('kratos');
      const { body } = readRecordedCall('kratos');
      const template_data = { login_code: '904417', expires_in_minutes };
      const recipient = nextNumber();
      expect((await hook.call({ body: { ...body, recipient, template_data } })).json).toEqual({});
      const [relay] = await h.database.models.RelayedMessage.findRows({
        where: { phoneNumber: recipient },
      });
      const lifetime = Number(relay?.expiresAt) - Number(relay?.createdAt);
      expect(lifetime).toBeGreaterThanOrEqual(30_000);
      expect(lifetime).toBeLessThanOrEqual(3_600_000);
    },
  );

  it('a paused hook refuses its calls', async () => {
    const hook = await hooks.create('kratos');
    await hooks.api('PATCH', `/${hook.id}`, { isActive: false });
    const { body } = readRecordedCall('kratos');
    const { status, json } = await hook.call({ body });
    expect([status, json]).toMatchObject([200, { status: 'refused' }]);
  });

  it('a refused call is shown with its reason, without a code', async () => {
    const hook = await hooks.create('generic');
    await hook.call({ body: { to: '+6581234567', code: '482913' } });
    await hook.call({ body: { to: nextNumber(), code: 'no' } });
    const calls = await hook.calls();
    expect(calls).toMatchObject([
      { status: 'refused', reason: 'validation_failed', phoneNumber: null },
      { status: 'refused', reason: 'region_not_allowed', phoneNumber: null },
    ]);
  });
});

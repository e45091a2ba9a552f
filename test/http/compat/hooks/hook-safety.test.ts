import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HookDialect } from '../../../../src/domain/hooks/hook.ts';
import { countEvents } from '../../../../src/services/operations/maintenance.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  type CallAnswer,
  createHookCalls,
  readRecordedCall,
} from '../../../support/http/hook-calls.ts';
import { receiverVariables } from '../../../support/http/webhook-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import { waitFor } from '../../../support/wait-for.ts';

type Headers = Readonly<Record<string, string>>;

const SIGNED: Readonly<Partial<Record<HookDialect, string>>> = {
  ...{ supabase: 'webhook-signature', zitadel: 'zitadel-signature' },
  authgear: 'x-authgear-body-signature',
};
const SECRET = ['logto', 'kratos', 'authentik', 'keycloak', 'generic'] as const;

/** A body that would be a fault if it were parsed. */
const NO_JSON = '{"to":';

onOneDatabase('a hook on %s', (database) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let hooks: ReturnType<typeof createHookCalls>;
  beforeAll(async () => {
    h = await createHarness({ dialect: database, env: receiverVariables });
    hooks = createHookCalls(h);
  });
  afterEach(() => h.gateway.behaveLike());
  afterAll(() => h.close());

  /** The messages that were sent while `act` ran. */
  async function sentBy(act: () => Promise<unknown>) {
    const before = h.gateway.messages.length;
    await act();
    return h.gateway.messages.slice(before);
  }

  const generic = async (fields: object = {}) => {
    const hook = await hooks.create('generic', { ...fields });
    return (body: object, headers?: Headers) =>
      hook.call({ body: { to: nextNumber(), code: '482913', ...body }, headers: headers ?? {} });
  };

  describe('rule 1: proves its calls over the bytes, before they are parsed', () => {
    const broken = (name: string) => (headers: Headers) => ({
      ...headers,
      [name]: (headers[name] ?? '').replace(/.{4}(=*)$/, 'AAAA$1'),
    });
    const without = (name: string) => (headers: Headers) => {
      const { [name]: _, ...rest } = headers;
      return rest;
    };

    it.each(Object.entries(SIGNED))('%s: a wrong or missing signature', async (server, name) => {
      const hook = await hooks.create(server as HookDialect);
      for (const change of [broken(name), without(name)]) {
        const { status } = await hook.call({ raw: NO_JSON, change });
        expect(status).toBe(401);
      }
      const other = await hooks.create(server as HookDialect);
      expect((await hook.call({ raw: NO_JSON, secret: other.secret })).status).toBe(401);
      expect((await hook.call({ raw: NO_JSON })).status).not.toBe(401);
      expect(await hook.calls()).toHaveLength(1);
    });

    it.each(SECRET)('%s: a wrong or missing secret', async (server) => {
      const hook = await hooks.create(server);
      expect((await hook.call({ raw: NO_JSON, secret: 'wv_hook_another_secret' })).status).toBe(
        401,
      );
      expect((await hook.post(NO_JSON, {})).status).toBe(401);
      expect((await hook.post(NO_JSON, { authorization: '' })).status).toBe(401);
      expect((await hook.call({ raw: NO_JSON })).status).not.toBe(401);
    });

    it.each(['supabase', 'zitadel'] as const)(
      '%s: one that is too old or too new',
      async (server) => {
        const hook = await hooks.create(server);
        for (const signedIn of [-301, 302]) {
          expect((await hook.call({ raw: NO_JSON, signedIn })).status).toBe(401);
        }
        expect((await hook.call({ raw: NO_JSON, signedIn: -290 })).status).not.toBe(401);
      },
    );

    it.each(['supabase-sms', 'zitadel'])('%s: one that was accepted before', async (name) => {
      const { dialect, body } = readRecordedCall(name);
      const hook = await hooks.create(dialect);
      const raw = JSON.stringify(body);
      const headers = { ...hook.sign(raw), 'content-type': 'application/json' };
      const statuses: number[] = [];
      const sent = await sentBy(async () => {
        for (let index = 0; index < 2; index += 1) {
          statuses.push((await hook.post(raw, headers)).status);
        }
      });
      expect([statuses, sent.length]).toEqual([[200, 401], 1]);
    });

    it('does not reveal whether a hook exists, also for another server', async () => {
      const hook = await hooks.create('logto');
      const wrong = hooks.connect('logto', 'hk_doesnotexist', hook.secret);
      const other = hooks.connect('authentik', hook.id, hook.secret);
      for (const { status, text } of [
        await wrong.call({ body: {} }),
        await other.call({ body: {} }),
      ]) {
        expect([status, text]).toEqual([401, expect.stringContaining('signature or the secret')]);
      }
    });

    it('accepts the previous secret for a day after a rotation', async () => {
      const hook = await hooks.create('generic');
      const { data } = await hooks.api('POST', `/${hook.id}/rotate`, {});
      const next = String(data['secret']);
      const call = (secret: string) =>
        hook.call({ secret, body: { to: nextNumber(), code: '482913' } });
      expect([(await call(hook.secret)).status, (await call(next)).status]).toEqual([202, 202]);
      h.advance(86_401);
      expect([(await call(hook.secret)).status, (await call(next)).status]).toEqual([401, 202]);
    });
  });

  it('rule 2: recognises an event without an ID for ten minutes', async () => {
    const { secret, body } = readRecordedCall('kratos');
    const hook = await hooks.create('kratos', { secret });
    const numbered = { ...body, recipient: nextNumber() };
    const sent = await sentBy(async () => {
      await hook.call({ body: numbered });
      h.advance(590);
      await hook.call({ body: numbered });
      h.advance(20);
      await hook.call({ body: numbered });
    });
    expect(sent).toHaveLength(2);
  });

  it('rule 3: an error names neither the code nor the number', async () => {
    const call = await generic({ regions: ['SG'] });
    const answers: CallAnswer[] = [];
    const to = nextNumber();
    answers.push(await call({ to, code: '558877' }));
    answers.push(await call({ to: '081234567890', code: '558877' }));
    answers.push(await call({ to, code: '55' }));
    answers.push(await call({ to, code: '558877', unknown: '558877' }));
    for (const { status, text } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain('558877');
      expect(text).not.toContain(to.slice(3));
      expect(text).not.toContain('81234567890');
    }
  });

  it('rule 4: makes no verification, and a delivery of its own kind', async () => {
    const call = await generic();
    const to = nextNumber();
    expect((await call({ to, code: '771530' })).status).toBe(202);
    expect(await h.database.models.OTPLog.count({ where: { phoneNumber: to } })).toBe(0);
    const verified = await h.client.post('/api/otp/verify', { phoneNumber: to, otp: '771530' });
    expect(verified.status).toBe(400);
    const [relay] = await h.database.models.RelayedMessage.findRows({ where: { phoneNumber: to } });
    const { relayId } = relay ?? { relayId: '' };
    const where = { verificationId: relayId };
    expect(await h.database.models.Delivery.findRows({ where })).toMatchObject([
      { kind: 'relayed', status: 'accepted' },
    ]);
    const timeline = await h.client.get(`/api/otp/${relayId}/timeline`);
    expect(timeline.body.data).toMatchObject({
      ...{ kind: 'relayed', status: 'sent', channel: 'http' },
      events: [{ kind: 'requested' }, { kind: 'attempt' }, { kind: 'accepted' }],
    });
    await h.activity.flush();
    const logged = await h.client.get('/api/analytics/logs/activity?action=otp_relay&limit=1');
    expect(logged.body.data).toMatchObject({
      items: [{ action: 'otp_relay', status: 'success', verificationId: relayId }],
    });
    await countEvents(h.maintenance);
    const board = await h.client.get('/api/analytics/dashboard');
    const relayed = board.body.data?.['relayed'] as { readonly today: number };
    expect(relayed.today).toBeGreaterThan(0);
    expect(board.body.data?.['otp']).toEqual({ total: 0, today: 0 });
  });

  it('is part of what is exported and erased about a recipient', async () => {
    const call = await generic();
    const to = nextNumber();
    await call({ to, code: '771530' });
    const path = `/api/recipients/${encodeURIComponent(to)}`;
    const exported = await h.client.get(path);
    expect(exported.body.data).toMatchObject({
      relayed: [{ status: 'accepted', channel: 'http' }],
      deliveries: [{ channel: 'http', status: 'accepted' }],
    });
    const erased = await h.client.delete(path);
    expect(erased.body.data).toMatchObject({ deliveries: 1 });
    expect(await h.database.models.RelayedMessage.count({ where: { phoneNumber: to } })).toBe(0);
    expect((await h.client.get(path)).body.data).toMatchObject({ relayed: [], deliveries: [] });
  });

  it('rule 5: counts on the limits of numbers, and on its own', async () => {
    const call = await generic({ sendsPerHour: 4 });
    const to = nextNumber();
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      statuses.push((await call({ to, code: `48291${index}` })).status);
    }
    // Half of LIMIT_SENDS_PER_PHONE_HOUR=5 at once, rounded up, and half of the four of the hook.
    expect(statuses).toEqual([202, 202, 429, 429]);
    const other = await generic();
    const more = await other({ to, code: '482915' });
    expect([more.status, (await other({ to, code: '482916' })).status]).toEqual([202, 429]);
    expect((await call({})).status).toBe(429);
  });

  describe('rule 6: does not trust texts', () => {
    const TEXT = 'Your shop code is 482913';
    const textOf = async (fields: object, text: string) => {
      const call = await generic(fields);
      const [sent] = await sentBy(() => call({ text }));
      return sent?.text;
    };

    it('sends our own text, unless the hook relays texts', async () => {
      expect(await textOf({}, TEXT)).not.toBe(TEXT);
      expect(await textOf({ relayText: true }, TEXT)).toBe(TEXT);
    });

    it('sends our own text in place of a long one, a link, or one without the code', async () => {
      await h.client.put('/api/accounts/default/sender', { domains: ['shop.example'] });
      const links = { relayText: true, linkDomains: ['shop.example'] };
      const long = `${TEXT} ${'x'.repeat(320)}`;
      for (const text of [long, `${TEXT} https://evil.example/login`, 'Pay now: call 0900']) {
        expect(await textOf(links, text)).toMatch(/^482913 /);
      }
      const webOtp = `${TEXT}\n\n@app.shop.example #482913`;
      expect(await textOf(links, `${TEXT} https://shop.example/x`)).toContain('shop.example/x');
      expect(await textOf({ relayText: true }, webOtp)).toMatch(/^482913 /);
    });

    it.each(['12', '12345678901', '12 34 56', '<b>1234</b>'])(
      'refuses the code %j',
      async (code) => {
        const call = await generic();
        expect((await call({ code })).status).toBe(400);
      },
    );
  });

  it('rule 7: answers after three seconds at most, and goes on in the background', async () => {
    await h.client.post('/api/webhooks', { url: 'http://127.0.0.1:1024/', events: ['*'] });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    h.gateway.behaveLike((_, response) => {
      void held.then(() => response.writeHead(500).end());
    });
    const hook = await hooks.create('supabase');
    const { body } = readRecordedCall('supabase-sms');
    const uuid = { metadata: { uuid: 'slow' }, sms: { otp: '482913', phone: nextNumber() } };
    const startedAt = performance.now();
    const { status } = await hook.call({ body: { ...body, ...uuid } });
    expect(status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(4500);
    expect(await hook.calls()).toMatchObject([{ status: 'sending' }]);
    release();
    const ended = await waitFor(async () => {
      const [call] = await hook.calls();
      return call?.['status'] === 'sending' ? undefined : call;
    }, 'the call to end');
    expect(ended).toMatchObject({ status: 'failed', deliveries: [{ status: 'failed' }] });
    // Its caller knows nothing of it, so that it is an event.
    const event = await waitFor(async () => {
      const { body: events } = await h.client.get('/api/events?type=delivery.failed');
      const [first] = (events.data?.['items'] ?? []) as readonly { data: object }[];
      return first;
    }, 'the event of the failure');
    expect(event.data).toMatchObject({
      ...{ verificationId: ended['id'], hookId: hook.id, kind: 'relayed' },
      ...{ reason: 'provider_unavailable', phoneNumber: expect.stringContaining('****') },
    });
  });

  it('rule 8: sends an event again that was not sent, because its server repeats it', async () => {
    // A refusal that is clear: after others, the message may have left.
    h.gateway.behaveLike((_, response) => void response.writeHead(429).end());
    const hook = await hooks.create('kratos');
    const { body } = readRecordedCall('kratos');
    const numbered = { ...body, recipient: nextNumber() };
    const refused = await hook.call({ body: numbered });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    h.gateway.behaveLike();
    const sent = await sentBy(() => hook.call({ body: numbered }));
    expect(sent.map(({ to }) => to)).toEqual([numbered.recipient]);
  });

  it('rule 9: adds the + of Supabase, and takes E.164 only', async () => {
    const hook = await hooks.create('supabase');
    const call = (phone: string, uuid: string) =>
      hook.call({ body: { metadata: { uuid }, sms: { otp: '482913', phone } } });
    const number = nextNumber();
    const sent = await sentBy(() => call(number.slice(1), 'plain'));
    expect(sent.map(({ to }) => to)).toEqual([number]);
    for (const phone of ['081234567890', '', 'abc', '62']) {
      expect((await call(phone, `wrong ${phone}`)).json).toMatchObject({
        error: { http_code: 422 },
      });
    }
  });

  it('rule 10: sends nothing in test mode, and shows its calls', async () => {
    const hook = await hooks.create('generic', { mode: 'test' });
    const sent = await sentBy(() => hook.call({ body: { to: nextNumber(), code: '482913' } }));
    expect(sent).toEqual([]);
    expect(await hook.calls()).toMatchObject([{ status: 'test', codeLength: 6, deliveries: [] }]);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createMailHarness, type MailServer } from '../../../support/http/email-calls.ts';
import type { Harness } from '../../../support/http/harness.ts';
import { createHookCalls, readRecordedCall } from '../../../support/http/hook-calls.ts';

const RECORDED = [
  ...(['supabase-sms', 'supabase-mfa', 'logto', 'kratos', 'zitadel'] as const),
  ...(['authgear', 'authentik', 'keycloak', 'generic'] as const),
];

/** The good answer of each server, as its source reads it. */
const GOOD: Readonly<Record<string, unknown>> = {
  authgear: { code: 'ok' },
  generic: { deliveryId: expect.stringMatching(/^[0-9a-f]{32}$/), status: 'accepted' },
};

onOneDatabase('the recorded calls of servers on %s', (dialect) => {
  let h: Harness;
  let mail: MailServer;
  let hooks: ReturnType<typeof createHookCalls>;
  beforeAll(async () => {
    // All of them are to the same number.
    const env = { LIMIT_SENDS_PER_PHONE_HOUR: '0', LIMIT_SENDS_PER_PHONE_DAY: '0' };
    ({ h, mail } = await createMailHarness({ dialect, env }));
    hooks = createHookCalls(h);
  });
  afterAll(() => h.close());

  it.each(RECORDED)('delivers %s once, and shows no code in the answer', async (name) => {
    const { dialect: server, secret, headers, body, delivers } = readRecordedCall(name);
    const hook = await hooks.create(server, { secret });
    const before = h.gateway.messages.length;
    // A repetition has another signature.
    const again = { body, headers, signedIn: -5 };
    const answers = [await hook.call({ body, headers }), await hook.call(again)];
    const sent = h.gateway.messages.slice(before);
    expect(sent.map(({ to, code }) => ({ to, code }))).toEqual([
      { to: delivers.to, code: delivers.code },
    ]);
    for (const { status, text, json, headers: answered } of answers) {
      expect(status).toBe(server === 'generic' ? 202 : 200);
      expect(json).toEqual(GOOD[server] ?? {});
      expect(answered.get('content-type')).toMatch(/^application\/json/);
      expect(text).not.toContain(delivers.code);
    }
    expect(await hook.calls()).toMatchObject([
      {
        ...{ purpose: delivers.purpose, status: 'accepted', channel: 'http', reason: null },
        codeLength: delivers.code.length,
        deliveries: [{ channel: 'http', status: 'accepted' }],
      },
    ]);
  });

  it('takes the text of Keycloak from a form, too', async () => {
    const { secret, body, delivers } = readRecordedCall('keycloak');
    const hook = await hooks.create('keycloak', { secret });
    const raw = new URLSearchParams(body as Record<string, string>).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await hook.call({ raw, headers })).status).toBe(200);
    expect(h.gateway.codeFor(delivers.to)).toBe(delivers.code);
    const broken = await hook.call({ raw: '{"to":"+6281234567890","text":"a "quote""}' });
    expect(broken.status).toBe(400);
  });

  it('says when the same Idempotency-Key comes again', async () => {
    const { secret, headers, body } = readRecordedCall('generic');
    const hook = await hooks.create('generic', { secret });
    const first = await hook.call({ body, headers });
    const second = await hook.call({ body: { ...body, code: '111222' }, headers });
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect([second.json, second.headers.get('idempotent-replayed')]).toEqual([first.json, 'true']);
  });

  it('delivers the recorded email by the channel that reaches email addresses', async () => {
    const { secret, body, delivers } = readRecordedCall('supabase-email');
    const hook = await hooks.create('supabase', { secret, channels: ['http', 'email'] });
    expect((await hook.call({ body })).json).toEqual({});
    const mails = mail.mails.filter(({ to }) => to.includes(delivers.to));
    expect(mails).toHaveLength(1);
    expect(await hook.calls()).toMatchObject([{ purpose: 'magiclink', channel: 'email' }]);
  });
});

import twilio from 'twilio';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { toAccountSid } from '../../../src/domain/compat/twilio-sids.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { createAccessCalls } from '../../support/http/access-calls.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { refusalOf } from '../../support/http/twilio-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const ACCOUNT = toAccountSid('default');

onOneDatabase('the messages of the package of Twilio on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let messages: ReturnType<typeof connect>['messages'];
  beforeAll(async () => {
    h = await createHarness({
      ...{ dialect, env: { ALLOWED_REGIONS: 'ID', LIMIT_SENDS_PER_PHONE_HOUR: '1' } },
    });
    ({ messages } = connect(API_KEY));
  });
  afterEach(() => h.gateway.behaveLike());
  afterAll(() => h.close());

  function connect(password: string) {
    const client = twilio(ACCOUNT, password, { accountSid: ACCOUNT });
    client.api.baseUrl = h.url;
    return client;
  }

  it('sends the text of the application, and shows neither it nor its code', async () => {
    const to = nextNumber();
    const body = '482913 is your FusionAuth code';
    const sent = await messages.create({ to, from: '+15550100', body });
    expect(sent).toMatchObject({
      ...{ to, from: '+15550100', body: '', status: 'sent', direction: 'outbound-api' },
      ...{ accountSid: ACCOUNT, sid: expect.stringMatching(/^SM[0-9a-f]{32}$/), errorCode: null },
    });
    expect(sent.dateCreated).toBeInstanceOf(Date);
    expect(h.gateway.messages.at(-1)).toMatchObject({ to, code: '482913', text: body });
    const read = await messages(sent.sid).fetch();
    expect(read).toMatchObject({ sid: sent.sid, to, status: 'sent', body: '' });
    expect(JSON.stringify([sent, read])).not.toContain('482913');
    expect(await h.database.models.OTPLog.count({ where: { phoneNumber: to } })).toBe(0);
  });

  it('refuses with the codes of Twilio', async () => {
    const to = nextNumber();
    const body = '482913 is your code';
    const create = (fields: object) => refusalOf(messages.create({ to, body, ...fields }));
    expect(await create({ to: '+1' })).toBe('400 21211');
    expect(await create({ to: '+6581234567' })).toBe('400 21408');
    expect(await create({ body: 'no code' })).toBe('400 21602');
    expect(await create({ body: `${body} ${'x'.repeat(320)}` })).toBe('400 21617');
    expect(await create({ body: `${body} https://evil.example` })).toBe('400 30007');
    expect(await create({ mediaUrl: ['https://a.example/x.png'] })).toMatch(/^400 /);
    expect(h.gateway.messages.filter((sent) => sent.to === to)).toEqual([]);
    await messages.create({ to, body });
    expect(await create({})).toBe('429 20429');
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    expect(await create({ to: nextNumber() })).toBe('503 20503');
    expect(await refusalOf(messages(`SM${'0'.repeat(32)}`).fetch())).toBe('404 20404');
    expect(await refusalOf(connect('wv_live_wrong').messages.create({ to, body }))).toBe(
      '401 20003',
    );
  });

  it('links to the domains of the account only', async () => {
    const owner = createAccessCalls(h).as(API_KEY);
    const saved = await owner.put('/api/accounts/default/sender', { domains: ['shop.example'] });
    expect(saved.status).toBe(200);
    const text = '482913 is your code. https://shop.example/login';
    await messages.create({ to: nextNumber(), body: text });
    expect(h.gateway.messages.at(-1)?.text).toBe(text);
  });

  it('needs the scope for texts of the caller, and its own account', async () => {
    const access = createAccessCalls(h);
    const sender = await access.createKey({ scopes: ['otp:send'] });
    const create = (key: string) =>
      refusalOf(connect(key).messages.create({ to: nextNumber(), body: 'Code 482913' }));
    expect(await create(sender.secret)).toBe('403 20403');
    const texts = await access.createKey({ scopes: ['messages:send'] });
    expect(await create(texts.secret)).toMatch(/^resolved/);
    const other = await access.createKeyOf('other', { scopes: ['*'] });
    expect(await create(other.secret)).toBe('401 20003');
  });

  it('sends a request with the same idempotency token once', async () => {
    const to = nextNumber();
    const send = () =>
      fetch(`${h.url}/2010-04-01/Accounts/${ACCOUNT}/Messages.json`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${ACCOUNT}:${API_KEY}`).toString('base64')}`,
          'i-twilio-idempotency-token': to,
        },
        body: new URLSearchParams({ To: to, Body: '482913 is your code' }),
      });
    const answers = await Promise.all([send(), send(), send()]);
    const sids = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { sid: string }).sid),
    );
    expect(new Set(sids).size).toBe(1);
    expect(h.gateway.messages.filter((sent) => sent.to === to)).toHaveLength(1);
  });
});

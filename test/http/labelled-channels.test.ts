import { afterAll, beforeAll, expect, it } from 'vitest';
import { countEvents } from '../../src/services/operations/maintenance.ts';
import { onOneDatabase } from '../support/database/lanes.ts';
import { createAccountCalls } from '../support/http/account-calls.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { answerJson, hangUp, startRecordingServer } from '../support/providers/recording-server.ts';
import { errorOf, signForm, startTwilio } from '../support/providers/twilio.ts';

type Twilio = Awaited<ReturnType<typeof startTwilio>>;
type ListedChannel = { readonly name: string; readonly kind: string; readonly callbackUrl: string };

const PUBLIC_URL = 'https://otp.example.com';
const US_SID = `AC${'1a'.repeat(16)}`;
const EU_SID = `AC${'2b'.repeat(16)}`;
const TOKENS = { 'twilio:us': 'us-token', 'twilio:eu': 'eu-token' } as const;

/** The longest label. */
const GATEWAY = 'http:the-own_gateway1';

const nextNumber = createPhoneNumbers();

onOneDatabase('channels with a label on %s', (dialect) => {
  let us: Twilio;
  let eu: Twilio;
  let sms: Awaited<ReturnType<typeof startRecordingServer>>;
  let h: Harness;
  let otp: OtpCalls;
  let listed: readonly ListedChannel[];

  beforeAll(async () => {
    us = await startTwilio(US_SID, TOKENS['twilio:us']);
    eu = await startTwilio(EU_SID, TOKENS['twilio:eu']);
    sms = await startRecordingServer(answerJson(200, {}));
    h = await createHarness({
      dialect,
      env: {
        ...{ OTP_CHANNELS: `twilio:us,twilio:eu,${GATEWAY}`, PUBLIC_URL, HTTP_CHANNEL_TOKEN: '' },
        ...{ TWILIO_US_ACCOUNT_SID: US_SID, TWILIO_US_AUTH_TOKEN: TOKENS['twilio:us'] },
        ...{ TWILIO_US_FROM: '+15005550006', TWILIO_US_API_URL: us.url },
        ...{ TWILIO_EU_ACCOUNT_SID: EU_SID, TWILIO_EU_AUTH_TOKEN: TOKENS['twilio:eu'] },
        ...{ TWILIO_EU_FROM: 'Example', TWILIO_EU_API_URL: eu.url },
        ...{ HTTP_CHANNEL_THE_OWN_GATEWAY1_URL: sms.url, OTP_RESEND_SECONDS: '0' },
      },
    });
    otp = createOtpCalls(h);
    const { body } = await h.client.get('/api/channels');
    listed = body.data as unknown as readonly ListedChannel[];
  });
  afterAll(async () => {
    await h.close();
    await us.close();
    await eu.close();
    await sms.close();
  });

  const urlOf = (name: string) => listed.find((one) => one.name === name)?.callbackUrl ?? '';
  const deliveriesTo = async (verificationId: unknown) =>
    h.database.models.Delivery.findAll({
      where: { verificationId: String(verificationId) },
      order: [['id', 'ASC']],
    });

  async function send(fields: Readonly<Record<string, unknown>> = {}) {
    const phoneNumber = nextNumber();
    const { status, body } = await otp.send(phoneNumber, fields);
    return { phoneNumber, status, body, data: body.data ?? {} };
  }

  /** A report of Twilio, signed by one account and sent to the callback URL of one channel. */
  async function report(
    sid: string | null,
    { to, by = to }: { readonly to: keyof typeof TOKENS; readonly by?: keyof typeof TOKENS },
  ) {
    const url = urlOf(to);
    const form = { MessageSid: sid ?? '', MessageStatus: 'delivered' };
    return h.client.call({
      method: 'POST',
      path: new URL(url).pathname,
      headers: { 'x-twilio-signature': signForm(url, form, TOKENS[by]) },
      body: new URLSearchParams(form).toString(),
    });
  }

  it('send each with its own account, and are stored under their names', async () => {
    const first = await send();
    const second = await send({ channel: 'twilio:eu' });
    const third = await send({ workflow: [{ channel: 'twilio:eu' }, { channel: 'twilio:us' }] });
    const fourth = await send({ channel: GATEWAY });
    const all = [first, second, third, fourth];
    expect(all.map(({ data }) => data['channel'])).toEqual([
      ...['twilio:us', 'twilio:eu', 'twilio:eu', GATEWAY],
    ]);
    expect(us.forms()[0]?.get('To')).toBe(first.phoneNumber);
    expect(us.forms()[0]?.get('From')).toBe('+15005550006');
    expect(eu.forms().map((form) => [form.get('To'), form.get('From')])).toEqual([
      [second.phoneNumber, 'Example'],
      [third.phoneNumber, 'Example'],
    ]);
    for (const { phoneNumber, data } of all) {
      expect((await otp.row(phoneNumber)).channel).toBe(data['channel']);
      const [delivery] = await deliveriesTo(data['verificationId']);
      expect(delivery?.channel).toBe(data['channel']);
    }
  });

  it('take over from each other', async () => {
    us.answerWith(errorOf(20003, 401));
    const { data } = await send();
    expect(data['channel']).toBe('twilio:eu');
    const deliveries = await deliveriesTo(data['verificationId']);
    expect(deliveries.map(({ channel, status }) => [channel, status])).toEqual([
      ['twilio:us', 'failed'],
      ['twilio:eu', 'accepted'],
    ]);
    us.answerWith();
  });

  it('read the receipts of their own messages only', async () => {
    const { data, phoneNumber } = await send({ channel: 'twilio:us' });
    const [delivery] = await deliveriesTo(data['verificationId']);
    const sid = delivery?.providerMessageId ?? null;
    const statusOf = async () => (await otp.status(phoneNumber)).body.data?.['delivery'];
    // The other account has a message with the same SID.
    expect((await report(sid, { to: 'twilio:eu' })).status).toBe(200);
    expect((await report(sid, { to: 'twilio:us', by: 'twilio:eu' })).status).toBe(403);
    const path = new URL(urlOf('twilio:us')).pathname.replace(':us', ':eu');
    expect((await h.client.call({ method: 'POST', path })).status).toBe(404);
    expect(await statusOf()).toMatchObject({ status: 'accepted' });
    expect((await report(sid, { to: 'twilio:us' })).status).toBe(200);
    expect(await statusOf()).toMatchObject({ status: 'delivered' });
  });

  it('are listed, each with its kind and a callback URL, which it gives to its provider', async () => {
    expect(listed.map(({ name, kind }) => [name, kind])).toEqual([
      ['twilio:us', 'twilio'],
      ['twilio:eu', 'twilio'],
      [GATEWAY, 'http'],
    ]);
    expect(urlOf('twilio:us')).toMatch(
      /^https:\/\/otp\.example\.com\/api\/callbacks\/twilio:us\/[\w-]{43}$/,
    );
    expect(urlOf('twilio:us').slice(-43)).not.toBe(urlOf('twilio:eu').slice(-43));
    await send();
    expect(us.forms().at(-1)?.get('StatusCallback')?.split('?')[0]).toBe(urlOf('twilio:us'));
  });

  it('have figures of their own', async () => {
    await countEvents(h.maintenance);
    const { body } = await h.client.get('/api/analytics/dashboard');
    const groups = body.data?.['byChannel'] as readonly { channel: string }[];
    expect(groups.map(({ channel }) => channel).sort()).toEqual([
      ...[GATEWAY, 'twilio:eu', 'twilio:us'],
    ]);
    const ofOne = await h.client.get(`/api/analytics/funnel?channel=${GATEWAY}`);
    expect(ofOne.body.data?.['total']).toMatchObject({ sent: 1 });
    const metrics = (await h.client.get('/metrics')).raw;
    for (const channel of ['twilio:us', 'twilio:eu', GATEWAY]) {
      expect(metrics).toContain(`_count{channel="${channel}",outcome="accepted"}`);
    }
  });

  it('are skipped one by one while they are misconfigured', async () => {
    us.answerWith(errorOf(20003, 401));
    for (let index = 0; index < 3; index += 1) await send();
    const { body } = await h.client.get('/api/channels');
    expect(body.data).toMatchObject([{ isSkipped: true }, { isSkipped: false }, {}]);
    us.answerWith();
    expect((await send({ channel: 'twilio:us' })).data['channel']).toBe('twilio:us');
  });

  it('are named in the error when all fail', async () => {
    us.answerWith(hangUp);
    eu.answerWith(errorOf(21211, 400));
    sms.answerWith(answerJson(400, {}));
    const { status, body } = await send();
    for (const server of [us, eu, sms]) server.answerWith();
    expect(status).toBe(503);
    expect(body.errors?.map(({ path, code }) => [path, code])).toEqual([
      ['twilio:us', 'unavailable'],
      ['twilio:eu', 'not_on_channel'],
      [GATEWAY, 'refused'],
    ]);
  });

  it('are refused in a request unless they are enabled', async () => {
    for (const [channel, words] of [
      ['twilio', 'twilio:us, twilio:eu'],
      ['twilio:asia', 'twilio:us, twilio:eu'],
      ['whatsapp', 'twilio:us, twilio:eu'],
      ['sms', 'vonage'],
      ['sms:us', 'vonage'],
      ['whatsapp:us', 'vonage'],
      ['twilio:US', 'vonage'],
      ['twilio:', 'vonage'],
      ['twilio:us ', 'vonage'],
      [`twilio:${'a'.repeat(17)}`, 'vonage'],
    ] as const) {
      for (const [fields, path] of [
        [{ channel }, 'channel'],
        [{ workflow: [{ channel: 'twilio:us' }, { channel }] }, 'workflow.1.channel'],
      ] as const) {
        const { status, body } = await send(fields);
        expect([status, body.errors?.[0]?.path, body.errors?.[0]?.code]).toEqual([
          ...[400, path, 'invalid_value'],
        ]);
        expect(body.errors?.[0]?.message).toContain(words);
      }
    }
  });

  it('are the steps of an account', async () => {
    const shop = await createAccountCalls(h, 'shop');
    const path = '/api/accounts/shop/workflow';
    const workflow = [{ channel: 'twilio:eu' }, { channel: 'twilio:us' }];
    expect((await shop.client.put(path, { workflow })).status).toBe(200);
    expect((await shop.otp.send(nextNumber())).body.data?.['channel']).toBe('twilio:eu');
    const unknown = await shop.client.put(path, { workflow: [{ channel: 'twilio:asia' }] });
    expect([unknown.status, unknown.body.errors?.[0]?.path]).toEqual([400, 'workflow.0.channel']);
  });

  it('use their own template, or that of their kind, or that of all', async () => {
    const { client, otp: calls } = await createAccountCalls(h, 'kopi');
    const put = (channel: string, text: string) =>
      client.put(`/api/templates/${channel}/en`, { text });
    const textOn = async (channel: 'twilio:us' | 'twilio:eu') => {
      const { status } = await calls.send(nextNumber(), { channel, locale: 'en' });
      expect(status).toBe(200);
      const server = channel === 'twilio:us' ? us : eu;
      return server.forms().at(-1)?.get('Body');
    };
    await put('*', 'all {{code}}');
    expect(await textOn('twilio:us')).toMatch(/^all \d{6}$/);
    await put('twilio', 'kind {{code}}');
    expect(await textOn('twilio:us')).toMatch(/^kind \d{6}$/);
    const saved = await put('twilio:us', 'own {{code}}');
    expect([saved.status, saved.body.data?.['channel']]).toEqual([200, 'twilio:us']);
    expect(await textOn('twilio:us')).toMatch(/^own \d{6}$/);
    expect(await textOn('twilio:eu')).toMatch(/^kind \d{6}$/);
    await put('http', 'other {{code}}');
    expect(await textOn('twilio:eu')).toMatch(/^kind \d{6}$/);
    expect((await put('vonage', 'later {{code}}')).status).toBe(200);

    const unknown = await put('twilio:asia', '{{code}}');
    expect([unknown.status, unknown.body.errors?.[0]?.path]).toEqual([400, 'channel']);
    expect((await client.delete('/api/templates/twilio:us/en')).status).toBe(200);
    expect(await textOn('twilio:us')).toMatch(/^kind \d{6}$/);
  });
});

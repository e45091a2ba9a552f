import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { answerJson } from '../../../support/providers/recording-server.ts';
import {
  CLOUD_NUMBER,
  graphError,
  messagesOf,
  signAsMeta,
  startWhatsAppCloud,
  textFrom,
} from '../../../support/providers/whatsapp-cloud.ts';
import { readWaiting } from '../../../support/verification/inbound-lab.ts';
import { waitFor } from '../../../support/wait-for.ts';

const PERSON = '+6281234567890';
const EU_NUMBER = { display_phone_number: '4930901820', phone_number_id: '777' };
const SECRET = 'app-secret';

let h: Harness;
let meta: Awaited<ReturnType<typeof startWhatsAppCloud>>;
let drawn = 0;

beforeAll(async () => {
  meta = await startWhatsAppCloud();
  const account = {
    ACCESS_TOKEN: 'EAAG-token',
    TEMPLATE: 'login_code',
    APP_SECRET: SECRET,
    API_URL: meta.url,
  };
  const variables = (prefix: string, values: object) =>
    Object.fromEntries(
      Object.entries({ ...account, ...values }).map(([name, value]) => [
        `${prefix}_${name}`,
        value,
      ]),
    );
  h = await createHarness({
    env: {
      OTP_CHANNELS: 'http,whatsapp_cloud,whatsapp_cloud:eu',
      PUBLIC_URL: 'https://otp.example.com',
      ...variables('WHATSAPP_CLOUD', {
        PHONE_NUMBER_ID: CLOUD_NUMBER.phone_number_id,
        NUMBER: '+15550783881',
      }),
      ...variables('WHATSAPP_CLOUD_EU', { PHONE_NUMBER_ID: '777', NUMBER: '+4930901820' }),
    },
  });
});
beforeEach(() => {
  meta.requests.length = 0;
  meta.answerWith();
});
afterAll(async () => {
  await h.close();
  await meta.close();
});

async function begin(fields: object = {}) {
  const body = { method: 'inbound', companyName: 'Kopi & Roti', ...fields };
  return readWaiting(await h.client.post('/api/otp/send', body));
}

const read = async (id: string) => (await h.client.get(`/api/otp/inbound/${id}`)).body.data;

/** Reports messages as Meta does. Resolves with the status of our answer. */
async function report(webhook: unknown, channel = 'whatsapp_cloud', secret = SECRET) {
  const { pathname: path } = new URL(h.callbacks.callbackUrls.urlOf(channel) ?? '');
  const body = JSON.stringify(webhook);
  const headers = { 'x-hub-signature-256': signAsMeta(secret, body) };
  return (await h.client.call({ method: 'POST', path, headers, body })).status;
}

function write(text: string, changes: object = {}) {
  drawn += 1;
  const sent = textFrom(PERSON.slice(1), text, { id: `wamid.${drawn}`, sentAt: h.now() });
  return { ...sent, ...changes };
}

const verify = (verificationId: string, otp?: string) =>
  h.client.post('/api/otp/verify', { verificationId, ...(otp !== undefined && { otp }) });

const unknownTokens = async () => {
  const { raw } = await h.client.get('/metrics');
  return Number(/inbound_verifications_total\{outcome="unknown_token"\} (\d+)/.exec(raw)?.[1] ?? 0);
};

describe('the number of a WhatsApp business account', () => {
  it('receives the message that verifies its sender', async () => {
    const started = await begin({ phoneNumber: PERSON });
    const { verificationId, link, text } = started;
    expect(started).toMatchObject({ channel: 'whatsapp_cloud', sessionId: null });
    expect(link).toBe(`https://wa.me/15550783881?text=${encodeURIComponent(text)}`);
    expect(await report(messagesOf([write(text)]))).toBe(200);
    expect(await read(verificationId)).toMatchObject({
      status: 'verified',
      phoneNumber: PERSON,
      channel: 'whatsapp_cloud',
      sessionId: null,
    });
    expect(await verify(verificationId)).toMatchObject({ status: 200 });
    expect(meta.requests).toEqual([]);
  });

  it('answers with a code, which verifies when it is entered', async () => {
    const { verificationId, text } = await begin({ locale: 'en' });
    expect(await report(messagesOf([write(text)]))).toBe(200);
    const [reply] = meta.requests;
    expect(reply?.url).toBe(`/v26.0/${CLOUD_NUMBER.phone_number_id}/messages`);
    const sent = JSON.parse(reply?.body ?? '') as { text: { body: string } };
    expect(sent).toMatchObject({ to: PERSON, type: 'text', text: { preview_url: false } });
    const [code = ''] = /\d{6}/.exec(sent.text.body) ?? [];
    expect(await verify(verificationId, code)).toMatchObject({
      status: 200,
      body: { data: { phoneNumber: PERSON } },
    });
    expect(h.logLines.join('\n')).not.toContain(code);
  });

  it('takes the message again after a reply that Meta refused', async () => {
    const { verificationId, text } = await begin();
    meta.answerWith(answerJson(400, graphError(131047)));
    await report(messagesOf([write(text)]));
    expect(await read(verificationId)).toMatchObject({
      status: 'waiting',
      problem: 'reply_failed',
    });
    meta.answerWith();
    await report(messagesOf([write(text)]));
    expect(await read(verificationId)).toMatchObject({ status: 'code_sent' });
  });

  it('counts a message once, however often and on however many connections it is reported', async () => {
    const { verificationId, text } = await begin();
    const webhook = messagesOf([write(text)]);
    await Promise.all(Array.from({ length: 12 }, () => report(webhook)));
    expect(meta.requests).toHaveLength(1);
    expect(await read(verificationId)).toMatchObject({ status: 'code_sent', refusals: 0 });
    const before = await unknownTokens();
    const wrong = messagesOf([write('WV-0000-1111-2222-3333')]);
    await Promise.all(Array.from({ length: 12 }, () => report(wrong)));
    expect(await unknownTokens()).toBe(before + 1);
  });

  it('does not take a message that is forwarded, old, unsigned, or of a person without a number', async () => {
    const { verificationId, text } = await begin({ phoneNumber: PERSON });
    const forwarded = write(text, { context: { forwarded: true } });
    expect(await report(messagesOf([forwarded]))).toBe(200);
    const old = write(text, { timestamp: String(Math.floor(h.now().getTime() / 1000) - 800) });
    expect(await report(messagesOf([old]))).toBe(200);
    expect(await report(messagesOf([write(text)]), 'whatsapp_cloud', 'wrong')).toBe(403);
    expect(await read(verificationId)).toMatchObject({ status: 'waiting', refusals: 0 });
    expect(await report(messagesOf([write(text, { from: undefined })]))).toBe(200);
    expect(await read(verificationId)).toMatchObject({
      status: 'waiting',
      problem: 'pending_identity',
    });
  });

  it('has numbers of their own for each instance, whose tokens do not count at another', async () => {
    const { verificationId, text, link } = await begin({
      phoneNumber: PERSON,
      channel: 'whatsapp_cloud:eu',
    });
    expect(link).toContain('https://wa.me/4930901820?');
    await report(messagesOf([write(text)]));
    await report(messagesOf([write(text)], EU_NUMBER));
    expect(await read(verificationId)).toMatchObject({ status: 'waiting' });
    await report(messagesOf([write(text)], EU_NUMBER), 'whatsapp_cloud:eu');
    await waitFor(
      async () => ((await read(verificationId))?.['status'] === 'verified' ? true : undefined),
      'the verification',
    );
  });

  it('is not that of a channel without one', async () => {
    const start = (fields: object) =>
      h.client.post('/api/otp/send', { method: 'inbound', companyName: 'x', ...fields });
    for (const fields of [
      { channel: 'http' },
      { channel: 'whatsapp' },
      { channel: 'whatsapp_cloud', sessionId: 'default' },
    ]) {
      expect(await start(fields)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
    }
    expect(await start({ sessionId: 'none' })).toMatchObject({
      body: { code: 'session_not_found' },
    });
  });
});

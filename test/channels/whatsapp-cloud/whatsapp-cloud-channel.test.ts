import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CallbackRequest } from '../../../src/channels/contract.ts';
import { whatsAppCloudChannel } from '../../../src/channels/whatsapp-cloud/index.ts';
import { signBody } from '../../../src/channels/whatsapp-cloud/webhook.ts';
import {
  createWhatsAppCloudChannel,
  type WhatsAppCloudOptions,
} from '../../../src/channels/whatsapp-cloud/whatsapp-cloud-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { answerJson, hang, hangUp } from '../../support/providers/recording-server.ts';
import {
  acceptedBy,
  graphError,
  signAsMeta,
  startWhatsAppCloud,
  webhookOf,
} from '../../support/providers/whatsapp-cloud.ts';

type Provider = Awaited<ReturnType<typeof startWhatsAppCloud>>;

const TOKEN = 'EAAG-token';
const APP_SECRET = 'app-secret';

const optionsFor = (
  { url }: Provider,
  changes: Partial<WhatsAppCloudOptions> = {},
): WhatsAppCloudOptions => ({
  name: 'whatsapp_cloud',
  phoneNumberId: '106540352242922',
  accessToken: TOKEN,
  template: 'login_code',
  language: undefined,
  defaultLanguage: undefined,
  appSecret: APP_SECRET,
  verifyToken: 'meatyhamhock',
  ownNumber: undefined,
  apiUrl: url,
  apiVersion: 'v26.0',
  wantsReceipts: true,
  ...changes,
});

itIsAChannel('the whatsapp_cloud channel', async () => {
  const provider = await startWhatsAppCloud();
  const channel = createWhatsAppCloudChannel(optionsFor(provider));
  const leaked = newMessage().code;
  const answers = [
    ...[131026, 131056, 132001, 190, 424242].map((code) =>
      answerJson(400, graphError(code, leaked)),
    ),
    answerJson(500, graphError(131000, leaked)),
    answerJson(302, {}),
    hang,
    hangUp,
  ];
  const faults = Object.fromEntries(
    answers.map((answer, index) => [index, () => provider.answerWith(answer)]),
  );
  const close = async () => {
    await channel.close();
    await provider.close();
  };
  return { channel, received: provider.codes, faults, close };
});

describe('the whatsapp_cloud channel', () => {
  let provider: Provider;
  const opened: ReturnType<typeof createWhatsAppCloudChannel>[] = [];
  const open = (changes: Partial<WhatsAppCloudOptions> = {}) => {
    const channel = createWhatsAppCloudChannel(optionsFor(provider, changes));
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    provider = await startWhatsAppCloud();
  });
  afterEach(async () => {
    provider.answerWith();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => provider.close());

  it('sends the authentication template, with the code in the text and in the button', async () => {
    const accepted = await open().send(newMessage({ code: '483920', locale: 'id' }));
    expect(accepted.providerMessageId).toMatch(/^wamid\./);
    const request = provider.requests.at(-1);
    expect(request).toMatchObject({ method: 'POST', url: '/v26.0/106540352242922/messages' });
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+6281234567890',
      type: 'template',
      template: {
        name: 'login_code',
        language: { code: 'id' },
        components: [
          { type: 'body', parameters: [{ type: 'text', text: '483920' }] },
          {
            type: 'button',
            sub_type: 'url',
            index: '0',
            parameters: [{ type: 'text', text: '483920' }],
          },
        ],
      },
      biz_opaque_callback_data: 'message',
    });
  });

  it('sends the template in the configured language, and asks for no receipts without a URL for them', async () => {
    await open({ language: 'en_US', wantsReceipts: false }).send(newMessage({ locale: 'id' }));
    const sent = JSON.parse(provider.requests.at(-1)?.body ?? '');
    expect(sent.template.language).toEqual({ code: 'en_US' });
    expect(sent).not.toHaveProperty('biz_opaque_callback_data');
  });

  describe('when the template is not translated:', () => {
    const languageOf = (body: string): string => JSON.parse(body).template.language.code;
    const sentLanguages = () => provider.requests.map(({ body }) => languageOf(body));
    /** Accepts messages in these languages only. */
    const translate = (translations: readonly string[], code = 132001) => {
      provider.requests.length = 0;
      provider.answerWith((request, response) => {
        const isTranslated = translations.includes(languageOf(request.body));
        const answer = isTranslated
          ? answerJson(200, acceptedBy('+62812', 'wamid.1'))
          : answerJson(code === 132001 ? 404 : 400, graphError(code));
        answer(request, response);
      });
    };

    it('sends it in the default language, once', async () => {
      translate(['id']);
      const sent = await open({ defaultLanguage: 'id' }).send(newMessage({ locale: 'sw' }));
      expect(sent.status).toBe('accepted');
      expect(sentLanguages()).toEqual(['sw', 'id']);
    });

    it('sends it in English if no default is set, and before that without the region', async () => {
      translate(['en']);
      await open().send(newMessage({ locale: 'sw' }));
      expect(sentLanguages()).toEqual(['sw', 'en']);
      translate(['de', 'en']);
      await open().send(newMessage({ locale: 'de-AT' }));
      expect(sentLanguages()).toEqual(['de_AT', 'de']);
    });

    it.each([100, 131009, 132001, 132005, 132012, 132015, 132016])(
      'sends it in the default language after error %i, which may concern one translation',
      async (code) => {
        translate(['id'], code);
        await open({ defaultLanguage: 'id' }).send(newMessage({ locale: 'sw' }));
        expect(sentLanguages()).toEqual(['sw', 'id']);
      },
    );

    it.each([131026, 131056, 190])('does not repeat a message after error %i', async (code) => {
      translate([], code);
      await failureOf(open({ defaultLanguage: 'id' }).send(newMessage({ locale: 'sw' })));
      expect(sentLanguages()).toEqual(['sw']);
    });

    it('is misconfigured only if a language that the operator set is missing', async () => {
      translate(['ms']);
      for (const locale of ['sw', 'en', 'tlh', 'pt-BR']) {
        const error = await failureOf(open().send(newMessage({ locale })));
        expect(error).toMatchObject({ reason: 'refused', mayHaveArrived: false });
        expect(error.message).toContain('132001');
      }
      for (const changes of [{ defaultLanguage: 'id' }, { language: 'id' }]) {
        const error = await failureOf(open(changes).send(newMessage({ locale: 'sw' })));
        expect(error).toMatchObject({ reason: 'misconfigured', mayHaveArrived: false });
      }
    });
  });

  it.each([
    ['an ID that is too long', acceptedBy('+62812', `wamid.${'x'.repeat(200)}`)],
    ['no messages', { messaging_product: 'whatsapp' }],
    ['an empty object', {}],
  ])('takes a 200 with %s for yes, without an ID', async (_, body) => {
    provider.answerWith(answerJson(200, body));
    expect(await open().send(newMessage())).toEqual({ messageId: 'message', status: 'accepted' });
  });

  it('says when Meta holds a message back', async () => {
    const message = { id: 'wamid.1', message_status: 'held_for_quality_assessment' };
    provider.answerWith(answerJson(200, { messages: [message] }));
    expect((await open().send(newMessage())).details).toContain('quality');
  });

  it.each([
    ...[131026].map((code) => [code, 'not_on_channel'] as const),
    ...[131021, 131030, 131047, 131049, 130472].map((code) => [code, 'refused'] as const),
    ...[4, 80007, 130429, 131048, 131056].map((code) => [code, 'unavailable'] as const),
    ...[0, 3, 10, 100, 190, 200, 299, 368, 131005].map((code) => [code, 'misconfigured'] as const),
    ...[131008, 131031, 131042, 132000, 132001].map((code) => [code, 'misconfigured'] as const),
    ...[132005, 132007, 132012, 132015, 133010].map((code) => [code, 'misconfigured'] as const),
    ...[777, 139999].map((code) => [code, 'refused'] as const),
  ])('takes error %i for %s', async (code, reason) => {
    provider.answerWith(answerJson(400, graphError(code, TOKEN)));
    const error = await failureOf(open({ language: 'en' }).send(newMessage()));
    expect(error).toMatchObject({ reason, mayHaveArrived: false });
    expect(error.message).toContain(String(code));
    expect(error.message).not.toContain(TOKEN);
  });

  it.each([
    [302, 'misconfigured'],
    [400, 'refused'],
    [401, 'misconfigured'],
    [404, 'misconfigured'],
    [429, 'unavailable'],
    [503, 'unavailable'],
  ])('takes a %i without a known error for %s', async (status, reason) => {
    for (const body of [{}, graphError(424242)]) {
      provider.answerWith(answerJson(status, body));
      const error = await failureOf(open().send(newMessage()));
      expect(error).toMatchObject({ reason, mayHaveArrived: status >= 500 });
    }
  });

  it('does not know whether a message is out after a server error or a lost connection', async () => {
    for (const answer of [answerJson(500, graphError(131000)), hangUp]) {
      provider.answerWith(answer);
      const error = await failureOf(open().send(newMessage()));
      expect(error).toMatchObject({ reason: 'unavailable', mayHaveArrived: true });
    }
    provider.answerWith(hang);
    const late = newMessage({ deadline: AbortSignal.timeout(200) });
    expect(await failureOf(open().send(late))).toMatchObject({ reason: 'timeout' });
    provider.answerWith(answerJson(500, graphError(3)));
    expect(await failureOf(open().send(newMessage()))).toMatchObject({
      reason: 'misconfigured',
      mayHaveArrived: false,
    });
  });

  describe('reads callbacks:', () => {
    const read = (request: Partial<CallbackRequest>, changes: Partial<WhatsAppCloudOptions> = {}) =>
      open(changes).readCallback?.({
        method: 'POST',
        url: 'https://otp.example.com/api/callbacks/whatsapp_cloud/token',
        headers: {},
        body: Buffer.alloc(0),
        now: new Date(),
        ...request,
      });
    const readSigned = (webhook: unknown, secret = APP_SECRET) => {
      const body = typeof webhook === 'string' ? webhook : JSON.stringify(webhook);
      const headers = { 'x-hub-signature-256': signAsMeta(secret, body) };
      return read({ body: Buffer.from(body), headers });
    };
    const refused = { name: 'CallbackRefusedError' };

    const STATUS = {
      id: 'wamid.1',
      recipient_id: '6281234567890',
      timestamp: '1764400000',
      status: 'delivered',
    };

    it('several reports in one, of our messages and of others', async () => {
      const webhook = webhookOf(
        { ...STATUS, status: 'sent' },
        { ...STATUS, biz_opaque_callback_data: 'our-message' },
        { ...STATUS, id: 'wamid.2', status: 'read' },
        { ...STATUS, id: 'wamid.3', biz_opaque_callback_data: 'not one of ours!' },
        { ...STATUS, status: 'a later invention' },
        'nonsense',
      );
      webhook.entry.push(...webhookOf({ ...STATUS, id: 'wamid.4' }).entry);
      expect(await readSigned(webhook)).toEqual({
        receipts: [
          { messageId: 'our-message', status: 'delivered' },
          { providerMessageId: 'wamid.2', status: 'read' },
          { providerMessageId: 'wamid.3', status: 'delivered' },
          { providerMessageId: 'wamid.4', status: 'delivered' },
        ],
      });
    });

    it.each([
      [131026, 'not_on_channel'],
      [131049, 'refused'],
      [131056, 'unavailable'],
      [132015, 'misconfigured'],
      [424242, 'refused'],
    ])('a failure with error %i, which is %s', async (code, reason) => {
      const { error } = graphError(code, '483920');
      const answer = await readSigned(webhookOf({ ...STATUS, status: 'failed', errors: [error] }));
      expect(answer?.receipts).toMatchObject([{ status: 'failed', reason }]);
      expect(JSON.stringify(answer)).toContain(String(code));
      expect(JSON.stringify(answer)).not.toContain('483920');
    });

    it('a failure without an error', async () => {
      for (const errors of [undefined, [], 'nonsense']) {
        const answer = await readSigned(webhookOf({ ...STATUS, status: 'failed', errors }));
        expect(answer?.receipts).toMatchObject([{ status: 'failed', reason: 'refused' }]);
      }
    });

    it.each([
      [
        'a received message',
        { entry: [{ changes: [{ value: { messages: [{ id: 'wamid.9' }] } }] }] },
      ],
      ['another event', { entry: [{ changes: [{ field: 'account_update', value: 'nonsense' }] }] }],
      ['no entries', {}],
      ['a list', []],
    ])('%s as nothing new', async (_, webhook) => {
      expect(await readSigned(webhook)).toEqual({ receipts: [] });
    });

    it('the same report any number of times', async () => {
      const webhook = webhookOf(STATUS);
      expect(await readSigned(webhook)).toEqual(await readSigned(webhook));
    });

    it('the bytes as they arrived, with escaped characters', async () => {
      const body = JSON.stringify(webhookOf({ ...STATUS, note: '?' })).replace('?', '\\u00e4\\/');
      expect((await readSigned(body))?.receipts).toHaveLength(1);
    });

    it('none with a signature of another key, of another body, or without one', async () => {
      const webhook = webhookOf(STATUS);
      await expect(readSigned(webhook, 'another secret')).rejects.toMatchObject(refused);
      const body = Buffer.from(JSON.stringify(webhook));
      const signature = signAsMeta(APP_SECRET, `${body} `);
      for (const headers of [
        {},
        { 'x-hub-signature-256': '' },
        { 'x-hub-signature-256': signature },
        { 'x-hub-signature-256': signAsMeta(APP_SECRET, String(body)).replace('sha256=', '') },
      ]) {
        await expect(read({ body, headers })).rejects.toMatchObject(refused);
      }
    });

    it('none at all without the app secret', () => {
      expect(open({ appSecret: undefined }).readCallback).toBeUndefined();
    });

    it('none that is signed but is not JSON', async () => {
      await expect(readSigned('{"entry":')).rejects.toMatchObject(refused);
    });

    const verification = (query: string, changes: Partial<WhatsAppCloudOptions> = {}) =>
      read({ method: 'GET', url: `https://otp.example.com/api/callbacks/x/y?${query}` }, changes);

    it('the verification of the URL that Meta documents', async () => {
      const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock';
      expect(await verification(query)).toEqual({ receipts: [], text: '1158201444' });
    });

    it.each([
      'hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong',
      'hub.mode=subscribe&hub.challenge=1',
      'hub.mode=subscribe&hub.verify_token=meatyhamhock',
      'hub.mode=other&hub.challenge=1&hub.verify_token=meatyhamhock',
      '',
    ])('no other verification: %s', async (query) => {
      await expect(verification(query)).rejects.toMatchObject(refused);
    });

    it('no verification without a token of ours', async () => {
      const query = 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=';
      await expect(verification(query, { verifyToken: undefined })).rejects.toMatchObject(refused);
    });
  });

  it('signs as other senders of X-Hub-Signature-256 document', () => {
    // From the documentation of GitHub, for the same header. Meta documents the algorithm without an example.
    const body = Buffer.from('Hello, World!');
    expect(signBody("It's a Secret to Everybody", body)).toBe(
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });

  it('is created from its variables, under its own name', async () => {
    const parts = { name: 'whatsapp_cloud', callbackUrl: undefined };
    const channel = whatsAppCloudChannel.create(
      {
        WHATSAPP_CLOUD_PHONE_NUMBER_ID: '1',
        WHATSAPP_CLOUD_ACCESS_TOKEN: TOKEN,
        WHATSAPP_CLOUD_TEMPLATE: 'login_code',
        WHATSAPP_CLOUD_LANGUAGE: undefined,
        WHATSAPP_CLOUD_DEFAULT_LANGUAGE: undefined,
        WHATSAPP_CLOUD_APP_SECRET: undefined,
        WHATSAPP_CLOUD_VERIFY_TOKEN: undefined,
        WHATSAPP_CLOUD_NUMBER: undefined,
        WHATSAPP_CLOUD_API_URL: provider.url,
        WHATSAPP_CLOUD_API_VERSION: 'v25.0',
      },
      parts,
    );
    opened.push(channel);
    expect(channel.name).toBe('whatsapp_cloud');
    expect(channel.drawMessageId().length).toBeGreaterThanOrEqual(11);
    await channel.send(newMessage());
    expect(provider.requests.at(-1)?.url).toBe('/v25.0/1/messages');
  });
});

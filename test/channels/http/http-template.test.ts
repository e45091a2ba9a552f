import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FailureRule } from '../../../src/channels/http/failure-rules.ts';
import {
  createHttpChannel,
  type HttpChannelOptions,
} from '../../../src/channels/http/http-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import {
  answerJson,
  hang,
  hangUp,
  startRecordingServer,
} from '../../support/providers/recording-server.ts';

type Provider = Awaited<ReturnType<typeof startRecordingServer>>;

const FORM = 'user=contoh&number={{toDigits}}&message={{text}}';
const RULES: readonly FailureRule[] = [
  { path: 'status', equals: '5', reason: 'misconfigured' },
  { status: 200, contains: 'no such number', reason: 'not_on_channel' },
];

const startProvider = () => startRecordingServer(answerJson(200, { status: 0, id: 'sms-1' }));

const SHAPES = {
  form: { url: '/send', body: FORM, bodyType: 'form' },
  query: { url: `/send?${FORM}`, method: 'GET' },
} as const;

/** The message in a form or a query. */
const messageIn = ({ url, body }: Provider['requests'][number]) =>
  new URLSearchParams(body || url.split('?', 2)[1]).get('message') ?? '';

for (const [shape, { url, ...options }] of Object.entries(SHAPES)) {
  itIsAChannel(`the http channel with a ${shape}`, async () => {
    const provider = await startProvider();
    const channel = createHttpChannel({
      name: 'http',
      url: `${provider.url}${url}`,
      token: undefined,
      idPath: 'id',
      failures: RULES,
      ...options,
    });
    const echo = newMessage().text;
    const answers = [
      answerJson(200, { status: 5, echo }),
      answerJson(200, { error: `no such number for ${echo}` }),
      answerJson(500, { echo }),
      hang,
      hangUp,
    ];
    const faults = Object.fromEntries(
      answers.map((answer, index) => [index, () => provider.answerWith(answer)]),
    );
    const received = () => provider.requests.map(messageIn);
    const close = async () => {
      await channel.close();
      await provider.close();
    };
    return { channel, received, faults, close };
  });
}

describe('the http channel', () => {
  let provider: Provider;
  const opened: ReturnType<typeof createHttpChannel>[] = [];
  const open = ({ url = '/send', ...options }: Partial<HttpChannelOptions> = {}) => {
    const address = `${provider.url}${url}`;
    const channel = createHttpChannel({ name: 'http', token: undefined, ...options, url: address });
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    provider = await startProvider();
  });
  afterEach(async () => {
    provider.answerWith();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => provider.close());

  it('sends a form', async () => {
    await open({ body: FORM, bodyType: 'form', token: 'secret' }).send(newMessage());
    expect(provider.requests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/send',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: 'Bearer secret',
      },
      body: 'user=contoh&number=6281234567890&message=8675309123%20is%20your%20verification%20code.',
    });
  });

  it('sends JSON with its own headers', async () => {
    await open({
      method: 'PUT',
      body: '{"destination":["{{to}}"],"otp":"{{code}}","ref":"{{messageId}}","brand":"{{companyName}}"}',
      headers: { authorization: 'Basic abc', 'x-api-key': 'key' },
      token: 'unused',
    }).send(newMessage());
    const request = provider.requests.at(-1);
    expect(request).toMatchObject({
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: 'Basic abc',
        'x-api-key': 'key',
      },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      destination: ['+6281234567890'],
      otp: '8675309123',
      ref: 'message',
      brand: '',
    });
  });

  it('sends a query, without a body', async () => {
    const url = '/sms?key=k&destination={{toDigits}}&message={{text}}';
    await open({ url, method: 'GET' }).send(newMessage());
    const request = provider.requests.at(-1);
    expect(request).toMatchObject({
      method: 'GET',
      url: '/sms?key=k&destination=6281234567890&message=8675309123%20is%20your%20verification%20code.',
      body: '',
    });
    expect(request?.headers).not.toHaveProperty('content-type');
  });

  it('does not know whether a query is out when it is unanswered', async () => {
    const url = '/sms?destination={{toDigits}}&message={{text}}';
    for (const answer of [hang, hangUp]) {
      provider.answerWith(answer);
      const message = newMessage({ deadline: AbortSignal.timeout(300) });
      const error = await failureOf(open({ url, method: 'GET' }).send(message));
      expect(error.mayHaveArrived).toBe(true);
    }
  });

  it('knows that a query is not out when no one listens', async () => {
    const closed = await startProvider();
    await closed.close();
    const url = `${closed.url}/sms?destination={{toDigits}}&message={{text}}`;
    const channel = createHttpChannel({ name: 'http', token: undefined, url, method: 'GET' });
    opened.push(channel);
    expect(await failureOf(channel.send(newMessage()))).toMatchObject({
      reason: 'unavailable',
      mayHaveArrived: false,
    });
  });

  it('does not let a message change the request around it', async () => {
    const text = '8675309123", "to": "+1\r\nX-Header: 1&to=%2B1';
    await open({ body: '{"to":"{{to}}","text":"{{text}}"}' }).send(newMessage({ text }));
    expect(JSON.parse(provider.requests.at(-1)?.body ?? '')).toEqual({
      to: '+6281234567890',
      text,
    });
    await open({ body: FORM, bodyType: 'form' }).send(newMessage({ text }));
    expect([...new URLSearchParams(provider.requests.at(-1)?.body)]).toEqual([
      ['user', 'contoh'],
      ['number', '6281234567890'],
      ['message', text],
    ]);
  });

  it.each([
    ['id', { id: 'sms-7' }, 'sms-7'],
    ['data.0.id', { data: [{ id: 812 }] }, '812'],
    ['0.message.id', [{ message: { id: 'a b' } }], 'a b'],
    ['data.id', { 'data.id': 'flat' }, 'flat'],
    ['id', { id: 'x'.repeat(129) }, undefined],
    ['id', { id: 2 ** 60 }, undefined],
    ['id', { id: 'line\nbreak' }, undefined],
    ['id', { id: {} }, undefined],
    ['id', {}, undefined],
    ['id.length', { id: 'text' }, undefined],
    ['constructor.name', {}, undefined],
    ['id', null, undefined],
  ])('finds the ID at %s in %j', async (idPath, body, id) => {
    provider.answerWith(answerJson(202, body));
    expect(await open({ idPath }).send(newMessage())).toEqual({
      messageId: 'message',
      status: 'accepted',
      ...(id !== undefined && { providerMessageId: id }),
    });
  });

  it('takes a 2xx for yes that is not JSON, without an ID', async () => {
    provider.answerWith((_, response) => void response.end('OK 1701'));
    const accepted = await open({ idPath: 'id' }).send(newMessage());
    expect(accepted).not.toHaveProperty('providerMessageId');
  });

  describe('decides by rules:', () => {
    const sendWith = async (failures: readonly FailureRule[], status: number, body: unknown) => {
      provider.answerWith((_, response) => {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        response.writeHead(status).end(text);
      });
      return open({ failures }).send(newMessage());
    };

    it.each<[FailureRule, number, unknown]>([
      [{ status: 409, reason: 'refused' }, 409, {}],
      [{ path: 'error', reason: 'refused' }, 200, { error: 'no' }],
      [{ path: 'a.0.b', equals: 'x', reason: 'refused' }, 200, { a: [{ b: 'x' }] }],
      [{ path: 'status', equals: '5', reason: 'refused' }, 200, { status: 5 }],
      [{ path: 'status', equals: 5, reason: 'refused' }, 200, { status: '5' }],
      [{ path: 'ok', equals: false, reason: 'refused' }, 200, { ok: false }],
      [{ path: 'id', equals: null, reason: 'refused' }, 200, { id: null }],
      [{ path: 'reason', contains: 'blocked', reason: 'refused' }, 200, { reason: 'is blocked' }],
      [{ contains: '1706', reason: 'refused' }, 200, 'ERR 1706'],
      [{ equals: '1706', reason: 'refused' }, 200, '1706'],
      [{ status: 200, contains: '1706', reason: 'refused' }, 200, '1706'],
    ])('%j refuses %i %j', async (rule, status, body) => {
      const error = await failureOf(sendWith([rule], status, body));
      expect(error).toMatchObject({ reason: 'refused', mayHaveArrived: false });
      expect(error.message).toContain('HTTP_CHANNEL_FAILURES');
    });

    it.each<[FailureRule, number, unknown]>([
      [{ status: 409, reason: 'refused' }, 200, {}],
      [{ path: 'error', reason: 'refused' }, 200, {}],
      [{ path: 'error', reason: 'refused' }, 200, 'error'],
      [{ path: 'status', equals: '5', reason: 'refused' }, 200, { status: 50 }],
      [{ path: 'status', equals: '5', contains: '6', reason: 'refused' }, 200, { status: 5 }],
      [{ status: 201, contains: '1706', reason: 'refused' }, 200, '1706'],
    ])('%j accepts %i %j', async (rule, status, body) => {
      await expect(sendWith([rule], status, body)).resolves.toMatchObject({ status: 'accepted' });
    });

    it('the first that fits decides, and otherwise the status', async () => {
      const rules: FailureRule[] = [
        { path: 'code', equals: 7, reason: 'fraud_blocked' },
        { status: 400, reason: 'not_on_channel' },
      ];
      const reasonFor = async (status: number, body: unknown) =>
        (await failureOf(sendWith(rules, status, body))).reason;
      expect(await reasonFor(400, { code: 7 })).toBe('fraud_blocked');
      expect(await reasonFor(400, { code: 8 })).toBe('not_on_channel');
      expect(await reasonFor(401, { code: 8 })).toBe('misconfigured');
      expect(await reasonFor(500, { code: 8 })).toBe('unavailable');
    });

    it('a server error that is clearly a refusal leaves no doubt', async () => {
      const rules: FailureRule[] = [{ path: 'error', equals: 'balance', reason: 'misconfigured' }];
      const clear = await failureOf(sendWith(rules, 500, { error: 'balance' }));
      expect(clear).toMatchObject({ reason: 'misconfigured', mayHaveArrived: false });
      const unclear = await failureOf(sendWith(rules, 500, { error: 'other' }));
      expect(unclear).toMatchObject({ reason: 'unavailable', mayHaveArrived: true });
    });
  });
});

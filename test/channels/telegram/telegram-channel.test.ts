import { createHash, createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { telegramChannel } from '../../../src/channels/telegram/index.ts';
import { signReport } from '../../../src/channels/telegram/report.ts';
import { createTelegramChannel } from '../../../src/channels/telegram/telegram-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { answerJson, hang, hangUp } from '../../support/providers/recording-server.ts';
import {
  signAsTelegram,
  startTelegramGateway,
  statusOf,
} from '../../support/providers/telegram.ts';

type Provider = Awaited<ReturnType<typeof startTelegramGateway>>;
type Options = Parameters<typeof createTelegramChannel>[0];

const TOKEN = 'AAEC-token';
const CALLBACK_URL = 'https://otp.example.com/api/callbacks/telegram/token';

const optionsFor = ({ url }: Provider, changes: Partial<Options> = {}): Options => ({
  name: 'telegram',
  callbackUrl: CALLBACK_URL,
  accessToken: TOKEN,
  senderUsername: undefined,
  apiUrl: url,
  ...changes,
});

const newTelegramMessage = (changes: Parameters<typeof newMessage>[0] = {}) =>
  newMessage({ code: '483920', ...changes });

itIsAChannel('the telegram channel', async () => {
  const provider = await startTelegramGateway();
  const channel = createTelegramChannel(optionsFor(provider));
  const refuse = (error: string) => answerJson(200, { ok: false, error });
  const answers = [
    ...['PHONE_NUMBER_NOT_FOUND', 'ACCESS_TOKEN_INVALID', 'FLOOD_WAIT_30'].map(refuse),
    refuse('CODE 483920 IS WRONG'),
    refuse('BALANCE_NOT_ENOUGH'),
    answerJson(502, {}),
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
  const received = () => provider.sent().map(({ code }) => String(code));
  return { channel, received, faults, changes: { code: '483920' }, close };
});

describe('the telegram channel', () => {
  let provider: Provider;
  const opened: ReturnType<typeof createTelegramChannel>[] = [];
  const open = (changes: Partial<Options> = {}) => {
    const channel = createTelegramChannel(optionsFor(provider, changes));
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    provider = await startTelegramGateway();
  });
  afterEach(async () => {
    provider.answerWith();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => provider.close());

  it('asks whether it can send, and sends under the same request', async () => {
    const before = provider.requests.length;
    const accepted = await open({ senderUsername: 'contoh' }).send(newTelegramMessage());
    const [check, send, ...others] = provider.requests.slice(before);
    expect(others).toEqual([]);
    expect(check).toMatchObject({ method: 'POST', url: '/checkSendAbility' });
    expect(JSON.parse(check?.body ?? '')).toEqual({ phone_number: '+6281234567890' });
    expect(send).toMatchObject({ method: 'POST', url: '/sendVerificationMessage' });
    expect(JSON.parse(send?.body ?? '')).toEqual({
      phone_number: '+6281234567890',
      request_id: accepted.providerMessageId,
      code: '483920',
      ttl: 300,
      sender_username: 'contoh',
      callback_url: CALLBACK_URL,
      payload: 'message',
    });
    for (const request of [check, send]) {
      expect(request?.headers).toMatchObject({
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
      });
    }
  });

  it.each([
    undefined,
    'http://otp.example.com/api/callbacks/telegram/token',
    `${CALLBACK_URL}/${'x'.repeat(256)}`,
  ])('asks for no reports at a URL that Telegram does not call: %s', async (callbackUrl) => {
    await open({ callbackUrl }).send(newTelegramMessage());
    expect(provider.sent().at(-1)).not.toHaveProperty('callback_url');
    expect(provider.sent().at(-1)).not.toHaveProperty('payload');
  });

  it.each([
    [1, 30],
    [30, 30],
    [299.9, 299],
    [600, 600],
    [7200, 3600],
  ])('limits a life of %i seconds to what Telegram accepts: %i', async (ttlSeconds, ttl) => {
    await open().send(newTelegramMessage({ ttlSeconds }));
    expect(provider.sent().at(-1)?.['ttl']).toBe(ttl);
  });

  it('refuses a code that is too long for Telegram, before it asks', async () => {
    const before = provider.requests.length;
    for (const code of ['123456789', '1234567890']) {
      const error = await failureOf(open().send(newTelegramMessage({ code })));
      expect(error).toMatchObject({ reason: 'misconfigured', mayHaveArrived: false });
      expect(error.message).toContain('OTP_LENGTH');
      expect(error.message).not.toContain(code);
    }
    expect(provider.requests).toHaveLength(before);
    for (const code of ['123456', '12345678']) await open().send(newTelegramMessage({ code }));
  });

  it('sends nothing to a number without Telegram', async () => {
    const before = provider.sent().length;
    const refusal = { ok: false, error: 'PHONE_NUMBER_NOT_FOUND' };
    provider.answerMethodWith('checkSendAbility', 200, refusal);
    const error = await failureOf(open().send(newTelegramMessage()));
    expect(error).toMatchObject({ reason: 'not_on_channel', mayHaveArrived: false });
    expect(provider.sent()).toHaveLength(before);
  });

  const ERRORS = [
    ['PHONE_NUMBER_NOT_AVAILABLE', 'not_on_channel'],
    ['PHONE_NUMBER_INVALID', 'refused'],
    ['ACCESS_TOKEN_INVALID', 'misconfigured'],
    ['BALANCE_NOT_ENOUGH', 'misconfigured'],
    ['SENDER_NOT_VERIFIED', 'misconfigured'],
    ['CODE_INVALID', 'misconfigured'],
    ['FLOOD_WAIT_17', 'unavailable'],
    ['A_LATER_INVENTION', 'refused'],
  ] as const;

  it.each(
    ['checkSendAbility', 'sendVerificationMessage'].flatMap((method) =>
      ERRORS.map(([error, reason]) => [method, error, reason] as const),
    ),
  )('takes the answer of %s %s for %s', async (method, name, reason) => {
    for (const status of [200, 400]) {
      provider.answerMethodWith(method, status, { ok: false, error: name });
      const error = await failureOf(open().send(newTelegramMessage()));
      expect(error).toMatchObject({ reason, mayHaveArrived: false });
      expect(error.message).toContain(name);
    }
  });

  it.each([
    [302, 'misconfigured'],
    [400, 'refused'],
    [401, 'misconfigured'],
    [404, 'misconfigured'],
    [429, 'unavailable'],
    [200, 'unavailable'],
    [503, 'unavailable'],
  ])('takes a %i without an error for %s', async (status, reason) => {
    const isUnclear = status === 200 || status >= 500;
    provider.answerMethodWith('sendVerificationMessage', status, { ok: 'perhaps' });
    const sending = failureOf(open().send(newTelegramMessage()));
    expect(await sending).toMatchObject({ reason, mayHaveArrived: isUnclear });
    provider.answerMethodWith('checkSendAbility', status, { ok: 'perhaps' });
    const checking = failureOf(open().send(newTelegramMessage()));
    expect(await checking).toMatchObject({ reason, mayHaveArrived: false });
  });

  it('knows that nothing is out while the check is unanswered', async () => {
    provider.answerWith(hangUp);
    expect(await failureOf(open().send(newTelegramMessage()))).toMatchObject({
      reason: 'unavailable',
      mayHaveArrived: false,
    });
    provider.answerWith(hang);
    const late = newTelegramMessage({ deadline: AbortSignal.timeout(200) });
    expect(await failureOf(open().send(late))).toMatchObject({
      reason: 'timeout',
      mayHaveArrived: false,
    });
  });

  it('does not know whether a message is out when the send is unanswered', async () => {
    for (const answer of [hang, hangUp]) {
      provider.answerWith((request, response) => {
        if (request.url === '/sendVerificationMessage') return answer(request, response);
        answerJson(200, { ok: true, result: statusOf('request') })(request, response);
      });
      const message = newTelegramMessage({ deadline: AbortSignal.timeout(300) });
      expect((await failureOf(open().send(message))).mayHaveArrived).toBe(true);
    }
  });

  it('takes a message that Telegram sent already for one that may have arrived', async () => {
    const answer = { ok: false, error: 'MESSAGE_ALREADY_SENT' };
    provider.answerMethodWith('sendVerificationMessage', 200, answer);
    expect((await failureOf(open().send(newTelegramMessage()))).mayHaveArrived).toBe(true);
  });

  describe('reads reports:', () => {
    const NOW = new Date('2026-11-29T12:00:00Z');
    const SECONDS = NOW.getTime() / 1000;
    const refused = { name: 'CallbackRefusedError' };

    const read = (headers: Readonly<Record<string, string>>, body: string) =>
      open().readCallback?.({
        method: 'POST',
        url: CALLBACK_URL,
        headers,
        body: Buffer.from(body),
        now: NOW,
      });
    const headersFor = (body: string, timestamp = String(SECONDS), token = TOKEN) => ({
      'x-request-timestamp': timestamp,
      'x-request-signature': signAsTelegram(token, timestamp, body),
    });
    const readSigned = (report: unknown) => {
      const body = typeof report === 'string' ? report : JSON.stringify(report);
      return read(headersFor(body), body);
    };
    const reportOf = (status: string, more: object = {}) =>
      statusOf('request1', { delivery_status: { status, updated_at: SECONDS }, ...more });

    it.each(['delivered', 'read'])('%s', async (status) => {
      expect(await readSigned(reportOf(status))).toEqual({
        receipts: [{ providerMessageId: 'request1', status }],
      });
      expect(await readSigned(reportOf(status, { payload: 'our-message' }))).toEqual({
        receipts: [{ messageId: 'our-message', status }],
      });
    });

    it.each([
      ['expired', 'unavailable'],
      ['revoked', 'refused'],
    ])('%s, as a failure for the reason %s', async (status, reason) => {
      expect((await readSigned(reportOf(status)))?.receipts).toMatchObject([
        { providerMessageId: 'request1', status: 'failed', reason },
      ]);
    });

    it('the same report any number of times', async () => {
      const report = reportOf('delivered');
      expect(await readSigned(report)).toEqual(await readSigned(report));
    });

    it.each([
      ['sent', reportOf('sent')],
      ['a later invention', reportOf('constructor')],
      ['an entered code', statusOf('request1', { verification_status: { status: 'code_valid' } })],
    ])('%s, as nothing new', async (_, report) => {
      expect(await readSigned(report)).toEqual({ receipts: [] });
    });

    it.each(['', '{"request_id":', '[]', '{}', '"text"'])('no body such as %j', async (body) => {
      await expect(readSigned(body)).rejects.toMatchObject(refused);
    });

    it('none that was changed, is signed with another token, or is not signed', async () => {
      const body = JSON.stringify(reportOf('delivered'));
      const { 'x-request-timestamp': timestamp, 'x-request-signature': signature } =
        headersFor(body);
      await expect(read(headersFor(body), `${body} `)).rejects.toMatchObject(refused);
      for (const headers of [
        headersFor(body, timestamp, 'another token'),
        { ...headersFor(body), 'x-request-timestamp': String(SECONDS + 1) },
        { 'x-request-signature': signature },
        { 'x-request-timestamp': timestamp },
        { 'x-request-timestamp': timestamp, 'x-request-signature': '' },
        {},
      ]) {
        await expect(read(headers, body)).rejects.toMatchObject(refused);
      }
    });

    it.each([
      [-301, false],
      [-299, true],
      [299, true],
      [301, false],
    ])('one that was signed %i seconds from now: %s', async (seconds, isRead) => {
      const body = JSON.stringify(reportOf('delivered'));
      const reading = read(headersFor(body, String(SECONDS + seconds)), body);
      if (isRead) await expect(reading).resolves.toHaveProperty('receipts.length', 1);
      else await expect(reading).rejects.toMatchObject(refused);
    });

    it.each(['', 'now', '-5', '1e9', ' 1764417600'])(
      'no timestamp such as %j',
      async (timestamp) => {
        const body = JSON.stringify(reportOf('delivered'));
        await expect(read(headersFor(body, timestamp), body)).rejects.toMatchObject(refused);
      },
    );

    it('with a key that is the digest of the token, not its hexadecimal form', () => {
      const key = createHash('sha256').update(TOKEN).digest();
      const expected = createHmac('sha256', key).update('1764417600\n{}').digest('hex');
      expect(signReport(TOKEN, '1764417600', Buffer.from('{}'))).toBe(expected);
    });
  });

  it('is created from its variables, under its own name', async () => {
    const channel = telegramChannel.create(
      {
        TELEGRAM_ACCESS_TOKEN: TOKEN,
        TELEGRAM_SENDER_USERNAME: undefined,
        TELEGRAM_API_URL: provider.url,
      },
      { name: 'telegram', callbackUrl: undefined },
    );
    opened.push(channel);
    expect(channel.name).toBe('telegram');
    expect(channel.drawMessageId().length).toBeGreaterThanOrEqual(11);
    await channel.send(newTelegramMessage());
  });
});

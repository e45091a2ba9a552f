import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createVonageChannel } from '../../../src/channels/vonage/vonage-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { answerJson, basic, hang, hangUp } from '../../support/providers/recording-server.ts';
import {
  API_KEY,
  API_SECRET,
  answerStatuses,
  startVonage,
} from '../../support/providers/vonage.ts';

type Vonage = Awaited<ReturnType<typeof startVonage>>;
type Options = Partial<Parameters<typeof createVonageChannel>[0]>;

const CALLBACK_URL = 'https://otp.example.com/api/callbacks/vonage/token';

function createChannel({ url: apiUrl }: Vonage, options: Options = {}) {
  return createVonageChannel({
    name: 'vonage',
    callbackUrl: undefined,
    apiUrl,
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    from: 'Waverify',
    signatureSecret: undefined,
    ...options,
  });
}

itIsAChannel('the vonage channel', async () => {
  const vonage = await startVonage();
  const channel = createChannel(vonage);
  const behaviours = [
    ...['1', '4', '5', '6', '9', '29'].map((status) => answerStatuses(status)),
    ...[answerJson(302, {}), answerJson(401, {}), answerJson(500, {}), hang, hangUp],
  ];
  const faults = Object.fromEntries(
    behaviours.map((behaviour, index) => [index, () => vonage.answerWith(behaviour)]),
  );
  const close = async () => {
    await channel.close();
    await vonage.close();
  };
  const received = () => vonage.forms().map((form) => form.get('text') ?? '');
  return { channel, received, faults, close };
});

describe('the vonage channel', () => {
  let vonage: Vonage;
  const opened: ReturnType<typeof createVonageChannel>[] = [];
  const open = (options?: Options) => {
    const channel = createChannel(vonage, options);
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    vonage = await startVonage();
  });
  afterEach(async () => {
    vonage.answerWith();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => vonage.close());

  it('posts the form that Vonage documents, and nothing else', async () => {
    await open({ callbackUrl: CALLBACK_URL, from: '+6281200000000' }).send(newMessage());
    expect(Object.fromEntries(vonage.forms().at(-1) ?? [])).toEqual({
      to: '6281234567890',
      from: '6281200000000',
      text: '8675309123 is your verification code.',
      type: 'text',
      ttl: '300000',
      'client-ref': 'message',
      callback: CALLBACK_URL,
    });
    expect(vonage.requests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/sms/json',
      headers: {
        authorization: basic(API_KEY, API_SECRET),
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
  });

  it('asks for no receipts without a callback URL', async () => {
    await open().send(newMessage());
    expect(vonage.forms().at(-1)?.has('callback')).toBe(false);
  });

  it('keeps a message for 20 seconds at least, as Vonage requires', async () => {
    await open().send(newMessage({ ttlSeconds: 7 }));
    expect(vonage.forms().at(-1)?.get('ttl')).toBe('20000');
  });

  it.each([
    ['8675309123 adalah kode verifikasi Anda. Berlaku 5 menit.', 'text'],
    ['8675309123 is your Café Ñandú_[1] code', 'unicode'],
    ['8675309123 is your Café Öl_[1] code', 'text'],
    ['8675309123 is your 東京 code', 'unicode'],
    ['8675309123 is your `x` code', 'unicode'],
  ])('sends "%s" as %s', async (text, type) => {
    await open().send(newMessage({ text }));
    expect(vonage.forms().at(-1)?.get('type')).toBe(type);
  });

  it('returns the ID of the first part, by which the receipts name the message', async () => {
    vonage.answerWith(answerStatuses('0', '0'));
    const answer = await open().send(newMessage());
    expect(answer.providerMessageId).toBe('0A0000000123450');
  });

  it.each([
    ['1', 'unavailable', false],
    ['2', 'misconfigured', false],
    ['4', 'misconfigured', false],
    ['5', 'unavailable', true],
    ['6', 'not_on_channel', false],
    ['7', 'refused', false],
    ['8', 'misconfigured', false],
    ['9', 'misconfigured', false],
    ['10', 'unavailable', false],
    ['15', 'misconfigured', false],
    ['29', 'refused', false],
    ['32', 'misconfigured', false],
    ['33', 'not_on_channel', false],
    ['77', 'refused', false],
  ])('reports status %s as %s', async (status, reason, mayHaveArrived) => {
    vonage.answerWith(answerStatuses(status));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason, mayHaveArrived });
    expect(error.message).toMatch(new RegExp(`^Vonage reported status ${status}\\b`));
    expect(error.message).not.toContain('6281234567890');
  });

  it('does not know whether a message arrives of which one part was refused', async () => {
    vonage.answerWith(answerStatuses('0', '9'));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason: 'misconfigured', mayHaveArrived: true });
  });

  it.each([
    [302, 'misconfigured', false],
    [401, 'misconfigured', false],
    [422, 'refused', false],
    [429, 'unavailable', false],
    [503, 'unavailable', true],
  ])('reports HTTP %i as %s', async (status, reason, mayHaveArrived) => {
    vonage.answerWith(answerJson(status, {}));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason, mayHaveArrived });
  });

  it.each(['<html>', '{}', '{"messages":[]}'])('does not take %s for a yes', async (body) => {
    vonage.answerWith((_, response) => void response.writeHead(200).end(body));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason: 'unavailable', mayHaveArrived: true });
  });

  it('is refused with a wrong secret', async () => {
    const error = await failureOf(open({ apiSecret: 'wrong' }).send(newMessage()));
    expect(error.message).toBe('Vonage reported status 4 (wrong credentials)');
  });
});

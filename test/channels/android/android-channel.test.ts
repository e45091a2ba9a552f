import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAndroidChannel } from '../../../src/channels/android/android-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { acceptedAs, PASSWORD, startAndroid, USERNAME } from '../../support/providers/android.ts';
import { answerJson, basic, hang, hangUp } from '../../support/providers/recording-server.ts';

type Android = Awaited<ReturnType<typeof startAndroid>>;
type Options = Partial<Parameters<typeof createAndroidChannel>[0]>;

const CALLBACK_URL = 'https://otp.example.com/api/callbacks/android/token';

function createChannel({ url: apiUrl }: Android, options: Options = {}) {
  return createAndroidChannel({
    name: 'android',
    callbackUrl: undefined,
    apiUrl,
    username: USERNAME,
    password: PASSWORD,
    webhookKey: undefined,
    simNumber: undefined,
    ...options,
  });
}

itIsAChannel('the android channel', async () => {
  const android = await startAndroid();
  const channel = createChannel(android);
  const textMessage = { text: newMessage().text };
  const behaviours = [
    ...[302, 400, 401, 403, 404, 500].map((status) => answerJson(status, { message: 'no' })),
    answerJson(202, acceptedAs('Failed', { textMessage, phoneNumbers: ['+62'] }, 'no service')),
    ...[hang, hangUp],
  ];
  const faults = Object.fromEntries(
    behaviours.map((behaviour, index) => [index, () => android.answerWith(behaviour)]),
  );
  const close = async () => {
    await channel.close();
    await android.close();
  };
  const received = () => android.messages().map(({ textMessage: { text } }) => text);
  return { channel, received, faults, close };
});

describe('the android channel', () => {
  let android: Android;
  const opened: ReturnType<typeof createAndroidChannel>[] = [];
  const open = (options?: Options) => {
    const channel = createChannel(android, options);
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    android = await startAndroid();
  });
  afterEach(async () => {
    android.answerWith();
    android.webhooks.clear();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => android.close());

  it('posts what the app documents, and nothing else', async () => {
    await open().send(newMessage({ messageId: 'first' }));
    expect(android.messages().at(-1)).toEqual({
      id: 'first',
      textMessage: { text: '8675309123 is your verification code.' },
      phoneNumbers: ['+6281234567890'],
      ttl: 300,
      priority: 100,
      withDeliveryReport: false,
    });
    expect(android.requests.at(-1)?.headers).toMatchObject({
      authorization: basic(USERNAME, PASSWORD),
      'content-type': 'application/json',
    });
  });

  it('sends from the SIM that is set', async () => {
    await open({ simNumber: 2 }).send(newMessage({ messageId: 'second SIM' }));
    expect(android.messages().at(-1)).toHaveProperty('simNumber', 2);
  });

  it('takes an ID that was used before for accepted', async () => {
    const channel = open();
    for (const _ of [1, 2]) {
      const answer = await channel.send(newMessage({ messageId: 'repeated' }));
      expect(answer).toEqual({ messageId: 'repeated', status: 'accepted' });
    }
  });

  it.each([
    [302, 'misconfigured', false],
    [400, 'refused', false],
    [401, 'misconfigured', false],
    [403, 'misconfigured', false],
    [404, 'misconfigured', false],
    [429, 'unavailable', false],
    [500, 'unavailable', true],
  ])('reports status %i as %s', async (status, reason, mayHaveArrived) => {
    android.answerWith(answerJson(status, { message: 'no' }));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason, mayHaveArrived });
    expect(error.message).toBe(`the phone's gateway returned ${status}`);
  });

  it.each([
    ['Send result: RESULT_ERROR_NO_SERVICE (Failed because …)', 'unavailable'],
    ['RESULT_ERROR_FDN_CHECK_FAILURE', 'refused'],
    ['Invalid phone number', 'not_on_channel'],
    ['TTL expired', 'timeout'],
    ['8675309123', 'refused'],
  ])('reports a message that failed with "%s" as %s', async (fault, reason) => {
    const answer = acceptedAs('Failed', { phoneNumbers: ['+62'] }, fault);
    android.answerWith(answerJson(202, answer));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason, mayHaveArrived: false });
    expect(error.message).not.toContain('8675309123');
  });

  it('does not know whether a message left before the connection broke', async () => {
    android.answerWith(hangUp);
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason: 'unavailable', mayHaveArrived: true });
  });

  it('registers its callback URL once, for the events of a delivery', async () => {
    const channel = open({ callbackUrl: CALLBACK_URL });
    await channel.send(newMessage({ messageId: 'a' }));
    await expect.poll(() => android.webhooks.size).toBe(2);
    await channel.send(newMessage({ messageId: 'b' }));
    const registered = [...android.webhooks.values()];
    expect(registered.map(({ event }) => event)).toEqual(['sms:delivered', 'sms:failed']);
    expect(registered.map(({ url }) => url)).toEqual([CALLBACK_URL, CALLBACK_URL]);
    expect(android.requests.filter(({ url }) => url === '/webhooks')).toHaveLength(2);
    expect(android.messages().at(-1)).toHaveProperty('withDeliveryReport', true);
  });

  it('replaces a registration when its URL has a new token', async () => {
    await open({ callbackUrl: CALLBACK_URL }).send(newMessage({ messageId: 'c' }));
    await expect.poll(() => android.webhooks.size).toBe(2);
    const newUrl = CALLBACK_URL.replace('token', 'other');
    await open({ callbackUrl: newUrl }).send(newMessage({ messageId: 'd' }));
    const urls = () => [...android.webhooks.values()].map(({ url }) => url);
    await expect.poll(urls).toEqual([newUrl, newUrl]);
  });

  it('reports to operators that the app refuses the callback URL', async () => {
    const channel = open({ callbackUrl: CALLBACK_URL });
    android.answerWith(({ url }, response) => {
      response.writeHead(url === '/webhooks' ? 400 : 202).end('{"state":"Pending"}');
    });
    const details = async () => (await channel.send(newMessage())).details;
    await expect.poll(details).toBe("the phone's gateway refused the callback URL with 400");
  });

  it.each([
    ['could not be reached', hangUp],
    ['had a fault', answerJson(500, { message: 'no' })],
  ])('registers again when the gateway %s', async (_, behaviour) => {
    const channel = open({ callbackUrl: CALLBACK_URL });
    android.answerWith(behaviour);
    await failureOf(channel.send(newMessage({ messageId: 'e' })));
    android.answerWith();
    const send = async () => {
      await channel.send(newMessage({ messageId: 'f' }));
      return android.webhooks.size;
    };
    await expect.poll(send).toBe(2);
  });
});

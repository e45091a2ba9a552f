import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTwilioChannel } from '../../../src/channels/twilio/twilio-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { answerJson, basic, hang, hangUp } from '../../support/providers/recording-server.ts';
import { ACCOUNT_SID, AUTH_TOKEN, errorOf, startTwilio } from '../../support/providers/twilio.ts';

type Twilio = Awaited<ReturnType<typeof startTwilio>>;
type Options = Partial<Parameters<typeof createTwilioChannel>[0]>;

const FROM = '+15005550006';
const CALLBACK_URL = 'https://otp.example.com/api/callbacks/twilio/token';

function createChannel({ url: apiUrl }: Twilio, options: Options = {}) {
  return createTwilioChannel({
    name: 'twilio',
    callbackUrl: undefined,
    apiUrl,
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    from: FROM,
    ...options,
  });
}

itIsAChannel('the twilio channel', async () => {
  const twilio = await startTwilio();
  const channel = createChannel(twilio);
  const behaviours = [
    ...[errorOf(21211, 400), errorOf(20003, 401), errorOf(20429, 429), errorOf(20503, 503)],
    ...[answerJson(302, {}), answerJson(500, {}), hang, hangUp],
  ];
  const faults = Object.fromEntries(
    behaviours.map((behaviour, index) => [index, () => twilio.answerWith(behaviour)]),
  );
  const close = async () => {
    await channel.close();
    await twilio.close();
  };
  const received = () => twilio.forms().map((form) => form.get('Body') ?? '');
  return { channel, received, faults, close };
});

describe('the twilio channel', () => {
  let twilio: Twilio;
  const opened: ReturnType<typeof createTwilioChannel>[] = [];
  const open = (options?: Options) => {
    const channel = createChannel(twilio, options);
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    twilio = await startTwilio();
  });
  afterEach(async () => {
    twilio.answerWith();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => twilio.close());

  it('posts the form that Twilio documents, and nothing else', async () => {
    await open({ callbackUrl: CALLBACK_URL }).send(newMessage());
    expect(Object.fromEntries(twilio.forms().at(-1) ?? [])).toEqual({
      To: '+6281234567890',
      From: FROM,
      Body: '8675309123 is your verification code.',
      StatusCallback: `${CALLBACK_URL}?id=message`,
      ValidityPeriod: '300',
    });
    expect(twilio.requests.at(-1)).toMatchObject({
      method: 'POST',
      url: `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`,
      headers: {
        authorization: basic(ACCOUNT_SID, AUTH_TOKEN),
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
  });

  it('asks for no receipts without a callback URL', async () => {
    await open().send(newMessage());
    expect(twilio.forms().at(-1)?.has('StatusCallback')).toBe(false);
  });

  it('sends through a messaging service', async () => {
    const from = `MG${'1b'.repeat(16)}`;
    await open({ from }).send(newMessage());
    const form = twilio.forms().at(-1);
    expect(form?.get('MessagingServiceSid')).toBe(from);
    expect(form?.has('From')).toBe(false);
  });

  it('returns the SID, under which Twilio knows the message', async () => {
    const { providerMessageId } = await open().send(newMessage());
    expect(providerMessageId).toMatch(/^SM\d{32}$/);
  });

  it('accepts a 2xx that cannot be read', async () => {
    twilio.answerWith((_, response) => void response.writeHead(201).end('{"sid":'));
    expect(await open().send(newMessage())).toEqual({ messageId: 'message', status: 'accepted' });
  });

  it.each([
    [20003, 401, 'misconfigured'],
    [20404, 404, 'misconfigured'],
    [20429, 429, 'unavailable'],
    [21211, 400, 'not_on_channel'],
    [21408, 403, 'misconfigured'],
    [21610, 400, 'refused'],
    [21612, 400, 'refused'],
    [21614, 400, 'not_on_channel'],
    [30450, 400, 'fraud_blocked'],
    [99999, 400, 'refused'],
    [99999, 403, 'misconfigured'],
  ])('reports error %i (HTTP %i) as %s', async (code, status, reason) => {
    twilio.answerWith(errorOf(code, status));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason, mayHaveArrived: false });
    expect(error.message).toMatch(new RegExp(`^Twilio reported ${code}`));
    expect(error.message).not.toContain('6281234567890');
  });

  it.each([
    [302, 'misconfigured', false],
    [400, 'refused', false],
    [429, 'unavailable', false],
    [500, 'unavailable', true],
    [503, 'unavailable', true],
  ])('reports status %i without a code as %s', async (status, reason, mayHaveArrived) => {
    twilio.answerWith((_, response) => void response.writeHead(status).end('<html>'));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason, mayHaveArrived });
    expect(error.message).toBe(`Twilio returned ${status}`);
  });

  it('reports a message that failed at once', async () => {
    twilio.answerWith(answerJson(201, { sid: 'SM1', status: 'failed', error_code: 30006 }));
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason: 'not_on_channel', mayHaveArrived: false });
  });

  it('does not know whether a message left before the connection broke', async () => {
    twilio.answerWith(hangUp);
    const error = await failureOf(open().send(newMessage()));
    expect(error).toMatchObject({ reason: 'unavailable', mayHaveArrived: true });
  });

  it('is refused with a wrong token', async () => {
    const error = await failureOf(open({ authToken: 'wrong' }).send(newMessage()));
    expect(error.reason).toBe('misconfigured');
    expect(error.message).toBe('Twilio reported 20003 (wrong credentials)');
  });
});

import { describe, expect, it } from 'vitest';
import { CallbackRefusedError } from '../../../src/channels/contract.ts';
import { isSignedByTwilio } from '../../../src/channels/twilio/signature.ts';
import { createTwilioChannel } from '../../../src/channels/twilio/twilio-channel.ts';
import { newCallback } from '../../support/providers/callback.ts';
import { ACCOUNT_SID, AUTH_TOKEN, signForm } from '../../support/providers/twilio.ts';

const URL = 'https://otp.example.com/api/callbacks/twilio/token';
const SID = `SM${'2c'.repeat(16)}`;

const channel = createTwilioChannel({
  name: 'twilio',
  callbackUrl: URL,
  apiUrl: 'http://127.0.0.1:9',
  accountSid: ACCOUNT_SID,
  authToken: AUTH_TOKEN,
  from: '+15005550006',
});

type Form = Record<string, string>;

const formOf = (changes: Form): Form => ({
  AccountSid: ACCOUNT_SID,
  ApiVersion: '2010-04-01',
  From: '+15005550006',
  MessageSid: SID,
  MessageStatus: 'delivered',
  SmsSid: SID,
  SmsStatus: 'delivered',
  To: '+6281234567890',
  ...changes,
});

const read = (form: Form, signature = signForm(URL, form)) =>
  channel.readCallback?.(
    newCallback({
      url: URL,
      headers: { 'x-twilio-signature': signature },
      body: new URLSearchParams(form).toString(),
    }),
  );

describe('the receipts of twilio', () => {
  it.each(['delivered', 'read'])('report that a message was %s', async (status) => {
    const answer = await read(formOf({ MessageStatus: status }));
    expect(answer).toEqual({ receipts: [{ providerMessageId: SID, status }] });
  });

  it('name our message, whose ID the signed URL has', async () => {
    const url = `${URL}?id=message`;
    const form = formOf({});
    const headers = { 'x-twilio-signature': signForm(url, form) };
    const body = new URLSearchParams(form).toString();
    const answer = await channel.readCallback?.(newCallback({ url, headers, body }));
    expect(answer).toEqual({ receipts: [{ messageId: 'message', status: 'delivered' }] });
    const another = channel.readCallback?.(newCallback({ url: `${url}2`, headers, body }));
    await expect(another).rejects.toThrow(CallbackRefusedError);
  });

  it.each(['accepted', 'queued', 'sending', 'sent', 'something new'])(
    'say nothing with the status %s',
    async (status) => {
      expect(await read(formOf({ MessageStatus: status }))).toEqual({ receipts: [] });
    },
  );

  it.each([
    ['30003', 'unavailable'],
    ['30005', 'not_on_channel'],
    ['30006', 'not_on_channel'],
    ['30007', 'refused'],
    ['30008', 'unavailable'],
    ['30036', 'timeout'],
    ['30450', 'fraud_blocked'],
    ['12345', 'refused'],
  ])('report error %s as %s', async (code, reason) => {
    const answer = await read(formOf({ MessageStatus: 'undelivered', ErrorCode: code }));
    const [receipt] = answer?.receipts ?? [];
    expect(receipt).toMatchObject({ providerMessageId: SID, status: 'failed', reason });
    expect(receipt).toHaveProperty('details', expect.stringContaining(code));
  });

  it('report a failure without a code', async () => {
    const [receipt] = (await read(formOf({ MessageStatus: 'failed' })))?.receipts ?? [];
    expect(receipt).toMatchObject({ status: 'failed', details: 'Twilio reported failed' });
  });

  it.each([
    ['with a wrong key', signForm(URL, formOf({}), 'another token')],
    ['of another form', signForm(URL, formOf({ MessageStatus: 'failed' }))],
    ['of another URL', signForm(`${URL}2`, formOf({}))],
    ['that is no signature', 'signature'],
    ['that is empty', ''],
  ])('are refused with a signature %s', async (_, signature) => {
    await expect(read(formOf({}), signature)).rejects.toThrow(CallbackRefusedError);
  });

  it('are refused without a signature, or a message', async () => {
    const body = new URLSearchParams(formOf({})).toString();
    const unsigned = channel.readCallback?.(newCallback({ url: URL, body }));
    await expect(unsigned).rejects.toThrow(CallbackRefusedError);
    await expect(read({ MessageStatus: 'delivered' })).rejects.toThrow(CallbackRefusedError);
  });
});

/** https://www.twilio.com/docs/usage/security, and the tests of Twilio's libraries. */
describe('the signature of twilio', () => {
  const DOCUMENTED_URL = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const DOCUMENTED_FORM = {
    Digits: '1234',
    To: '+18005551212',
    From: '+14158675309',
    Caller: '+14158675309',
    CallSid: 'CA1234567890ABCDE',
  };
  const isSigned = (url: string, fields: URLSearchParams, signature: string, token = '12345') =>
    isSignedByTwilio({ url, fields, signature }, token);

  it('is that of the documented examples', () => {
    const fields = new URLSearchParams(DOCUMENTED_FORM);
    expect(isSigned(DOCUMENTED_URL, fields, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=')).toBe(true);
    const mixedCase = 'https://MyCompany.com/myapp.php?foo=1&bar=2';
    expect(isSigned(mixedCase, fields, 'g9IN/x4Cft2g517EjYvEvM/W7LU=')).toBe(true);
    const repeated = 'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234';
    expect(
      isSigned(DOCUMENTED_URL, new URLSearchParams(repeated), 'IK+Dwps556ElfBT0I3Rgjkr1wJU='),
    ).toBe(true);
  });

  it('differs for another token, form or URL', () => {
    const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
    const fields = new URLSearchParams(DOCUMENTED_FORM);
    expect(isSigned(DOCUMENTED_URL, fields, signature, '12346')).toBe(false);
    expect(isSigned(`${DOCUMENTED_URL}&baz=3`, fields, signature)).toBe(false);
    fields.set('Digits', '1235');
    expect(isSigned(DOCUMENTED_URL, fields, signature)).toBe(false);
  });

  it.each([
    ['https://otp.example.com/hook', 'https://otp.example.com:443/hook'],
    ['http://otp.example.com/hook', 'http://otp.example.com:80/hook'],
    ['https://otp.example.com:8443/hook', 'https://otp.example.com/hook'],
    ['https://user:pass@[::1]:8443/hook', 'https://user:pass@[::1]/hook'],
    ["https://otp.example.com/hook?name=O'Neil", 'https://otp.example.com/hook?name=O%27Neil'],
  ])('of %s may be made over %s', (url, signedUrl) => {
    const signature = signForm(signedUrl, DOCUMENTED_FORM);
    const fields = new URLSearchParams(DOCUMENTED_FORM);
    expect(isSigned(url, fields, signature, AUTH_TOKEN)).toBe(true);
  });
});

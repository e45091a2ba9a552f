import { describe, expect, it } from 'vitest';
import { CallbackRefusedError, type CallbackRequest } from '../../../src/channels/contract.ts';
import { createVonageChannel } from '../../../src/channels/vonage/vonage-channel.ts';
import { newCallback } from '../../support/providers/callback.ts';
import { signReceipt } from '../../support/providers/vonage.ts';

const URL = 'https://otp.example.com/api/callbacks/vonage/token';
const SECRET = 'vonage-signature-secret';
const MESSAGE_ID = '0A0000000123ABCD1';

type Fields = Readonly<Record<string, string>>;

const fieldsOf = (changes: Fields = {}): Fields => ({
  msisdn: '6281234567890',
  to: 'A&B=C',
  'network-code': '51010',
  messageId: MESSAGE_ID,
  price: '0.03330000',
  status: 'delivered',
  scts: '2611291200',
  'err-code': '0',
  'client-ref': 'message',
  'message-timestamp': '2026-11-29 12:00:00',
  ...changes,
});

const signed = (fields: Fields, secret = SECRET): Fields => {
  const withTime = { ...fields, timestamp: '1796126400', nonce: 'aaaaaaaa-bbbb' };
  return { ...withTime, sig: signReceipt(withTime, secret) };
};

const asQuery = (fields: Fields) =>
  newCallback({ method: 'GET', url: `${URL}?${new URLSearchParams(fields)}` });
const asForm = (fields: Fields) =>
  newCallback({
    url: URL,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
const asJson = (fields: Fields) =>
  newCallback({
    url: URL,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(fields),
  });

async function read(request: CallbackRequest, signatureSecret?: string) {
  const channel = createVonageChannel({
    name: 'vonage',
    callbackUrl: URL,
    apiUrl: 'http://127.0.0.1:9',
    apiKey: 'key',
    apiSecret: 'secret',
    from: 'Waverify',
    signatureSecret,
  });
  return (await channel.readCallback?.(request))?.receipts;
}

describe('the receipts of vonage', () => {
  it.each([
    ['a query', asQuery],
    ['a form', asForm],
    ['JSON', asJson],
  ])('are read from %s, with and without a signature', async (_, as) => {
    const expected = [{ messageId: 'message', status: 'delivered' }];
    expect(await read(as(fieldsOf()))).toEqual(expected);
    expect(await read(as(signed(fieldsOf())))).toEqual(expected);
    expect(await read(as(signed(fieldsOf())), SECRET)).toEqual(expected);
  });

  it('name the message by the ID of Vonage if they do not repeat ours', async () => {
    const { 'client-ref': _, ...others } = fieldsOf();
    const expected = [{ providerMessageId: MESSAGE_ID, status: 'delivered' }];
    expect(await read(asForm(others))).toEqual(expected);
  });

  it.each(['accepted', 'buffered', 'unknown'])('say nothing with the status %s', async (status) => {
    expect(await read(asForm(fieldsOf({ status })))).toEqual([]);
  });

  it.each([
    ['failed', '1', 'unavailable'],
    ['failed', '3', 'not_on_channel'],
    ['failed', '4', 'refused'],
    ['rejected', '6', 'refused'],
    ['failed', '12', 'not_on_channel'],
    ['expired', '2', 'unavailable'],
    ['expired', '0', 'timeout'],
    ['failed', '77', 'refused'],
  ])('report %s with err-code %s as %s', async (status, code, reason) => {
    const receipts = await read(asForm(fieldsOf({ status, 'err-code': code })));
    expect(receipts).toEqual([
      {
        messageId: 'message',
        status: 'failed',
        reason,
        details: expect.stringContaining(`${status}, err-code ${code}`),
      },
    ]);
  });

  it('do not repeat what is no code', async () => {
    const receipts = await read(asForm(fieldsOf({ status: 'failed', 'err-code': 'a text' })));
    expect(receipts).toMatchObject([{ reason: 'refused' }]);
    expect(JSON.stringify(receipts)).not.toContain('a text');
  });

  it.each([
    ['no signature', fieldsOf()],
    ['an empty signature', fieldsOf({ sig: '' })],
    ['a signature with another secret', signed(fieldsOf(), 'another secret')],
    ['a changed status', { ...signed(fieldsOf({ status: 'failed' })), status: 'delivered' }],
    ['a field that was added', { ...signed(fieldsOf()), extra: '1' }],
  ])('are refused with %s', async (_, fields) => {
    for (const as of [asQuery, asForm, asJson]) {
      await expect(read(as(fields), SECRET)).rejects.toThrow(CallbackRefusedError);
    }
  });

  it('are refused without a message, or if they cannot be read', async () => {
    const { messageId: _, ...others } = fieldsOf();
    const headers = { 'content-type': 'application/json' };
    for (const request of [asForm(others), newCallback({ headers, body: '[' }), newCallback()]) {
      await expect(read(request)).rejects.toThrow(CallbackRefusedError);
    }
  });

  it('are signed as Vonage documents it', () => {
    // &a=1&b=x_y_z, with the key "secret".
    const sig = signReceipt({ b: 'x&y=z', a: '1' }, 'secret');
    expect(sig).toBe('DF118F87671493DF4ADACDAC13CFE0589ACD128B696C2EECF46E96E6494C11F5');
  });
});

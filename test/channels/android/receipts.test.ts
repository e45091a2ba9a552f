import { describe, expect, it } from 'vitest';
import { createAndroidChannel } from '../../../src/channels/android/android-channel.ts';
import { CallbackRefusedError } from '../../../src/channels/contract.ts';
import { signWebhook } from '../../support/providers/android.ts';
import { newCallback } from '../../support/providers/callback.ts';

const KEY = 'android-webhook-key';
const NOW = new Date('2026-11-29T12:00:00Z');
const minutesFromNow = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

const bodyOf = (event: string, payload: Record<string, unknown> = {}) =>
  JSON.stringify({
    id: 'Ey6ECgOkVVFjz3CL48B8C',
    webhookId: 'waverify-00000000-delivered',
    event,
    deviceId: 'ffffffffceb0b1db0000018e937c815b',
    payload: {
      messageId: 'message',
      sender: null,
      recipient: '+6281234567890',
      simNumber: 1,
      phoneNumber: '+6281234567890',
      ...payload,
    },
  });

async function read(body: string, headers: Readonly<Record<string, string>>, webhookKey?: string) {
  const channel = createAndroidChannel({
    name: 'android',
    callbackUrl: undefined,
    apiUrl: 'http://127.0.0.1:9',
    username: 'sms',
    password: 'password',
    webhookKey,
    simNumber: undefined,
  });
  const request = newCallback({ body, headers, now: NOW });
  return (await channel.readCallback?.(request))?.receipts;
}

const DELIVERED = bodyOf('sms:delivered', { deliveredAt: '2026-11-29T19:00:00.000+07:00' });

describe('the receipts of android', () => {
  it('report that a message was delivered', async () => {
    const expected = [{ messageId: 'message', status: 'delivered' }];
    expect(await read(DELIVERED, {})).toEqual(expected);
    expect(await read(DELIVERED, signWebhook(DELIVERED, KEY, NOW), KEY)).toEqual(expected);
  });

  it.each([
    ['Send result: RESULT_ERROR_GENERIC_FAILURE (Generic failure cause)', 'unavailable'],
    ['Send result: RESULT_ERROR_SHORT_CODE_NOT_ALLOWED (…)', 'refused'],
    ['Delivery result from SC +62855000000: 64', 'refused'],
    ['TTL expired', 'timeout'],
  ])('report a failure with "%s" as %s', async (fault, reason) => {
    const receipts = await read(bodyOf('sms:failed', { reason: fault }), {});
    expect(receipts).toEqual([
      { messageId: 'message', status: 'failed', reason, details: expect.stringMatching(/phone/) },
    ]);
  });

  it.each(['sms:sent', 'sms:received', 'system:ping', 'something:new'])(
    'say nothing with the event %s',
    async (event) => {
      expect(await read(bodyOf(event), {})).toEqual([]);
    },
  );

  it.each([-5, -1, 0, 5])(
    'are accepted with a clock that differs by %i minutes',
    async (minutes) => {
      const headers = signWebhook(DELIVERED, KEY, minutesFromNow(minutes));
      expect(await read(DELIVERED, headers, KEY)).toHaveLength(1);
    },
  );

  const valid = signWebhook(DELIVERED, KEY, NOW);

  it.each([
    ['without headers', {}],
    ['without a signature', { 'x-timestamp': valid['x-timestamp'] }],
    ['without a timestamp', { 'x-signature': valid['x-signature'] }],
    ['with a wrong key', signWebhook(DELIVERED, 'another key', NOW)],
    ['with the signature of another body', signWebhook(bodyOf('sms:failed'), KEY, NOW)],
    [
      'with a changed timestamp',
      { ...valid, 'x-timestamp': `${Number(valid['x-timestamp']) + 1}` },
    ],
    ['six minutes late', signWebhook(DELIVERED, KEY, minutesFromNow(-6))],
    ['six minutes early', signWebhook(DELIVERED, KEY, minutesFromNow(6))],
  ])('are refused %s', async (_, headers) => {
    await expect(read(DELIVERED, headers, KEY)).rejects.toThrow(CallbackRefusedError);
  });

  it.each(['', '[', '{}', '"text"', '{"event":"sms:delivered"}'])(
    'are refused as %s',
    async (body) => {
      await expect(read(body, {})).rejects.toThrow(CallbackRefusedError);
    },
  );
});

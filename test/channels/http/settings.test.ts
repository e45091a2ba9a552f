import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../../config/env.ts';
import { httpChannel } from '../../../src/channels/http/index.ts';

const BASE = { OTP_CHANNELS: 'http', HTTP_CHANNEL_URL: 'https://sms.example/send' };

const read = (changes: Readonly<Record<string, string>>) =>
  readEnv({ ...BASE, ...changes }, () => '');

/** The lines of the message that stops the start. */
function faultsOf(changes: Readonly<Record<string, string>>): string[] {
  try {
    read(changes);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

const RECEIPTS = {
  HTTP_CHANNEL_ID_PATH: 'id',
  HTTP_CHANNEL_RECEIPT_ID_PATH: 'id',
  HTTP_CHANNEL_RECEIPT_STATUS_PATH: 'status',
  HTTP_CHANNEL_RECEIPT_STATUSES: '{"DELIVRD":"delivered"}',
};

describe('the variables of the http channel', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['only the URL', {}],
    ['a JSON body', { HTTP_CHANNEL_BODY: '{"to":"{{to}}","text":"{{text}}"}' }],
    [
      'a form',
      { HTTP_CHANNEL_BODY_TYPE: 'form', HTTP_CHANNEL_BODY: 'to={{toDigits}}&code={{code}}' },
    ],
    [
      'a query',
      {
        HTTP_CHANNEL_METHOD: 'GET',
        HTTP_CHANNEL_URL: 'https://sms.example/?to={{to}}&text={{text}}',
      },
    ],
    ['receipts', RECEIPTS],
    ['headers', { HTTP_CHANNEL_HEADERS: '{"X-Api-Key":"a b","Authorization":"Basic x"}' }],
    [
      'rules',
      {
        HTTP_CHANNEL_FAILURES:
          '[{"status":200,"path":"a.b","equals":false,"contains":"x","reason":"fraud_blocked"}]',
      },
    ],
  ])('may be %s', (_, changes) => {
    expect(faultsOf(changes)).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['HTTP_CHANNEL_METHOD', { HTTP_CHANNEL_METHOD: 'DELETE' }],
    ['HTTP_CHANNEL_BODY', { HTTP_CHANNEL_BODY: '{"to":{{to}},"text":"{{text}}"}' }],
    ['HTTP_CHANNEL_BODY', { HTTP_CHANNEL_BODY: '{"to":"{{to}}","text":"{{message}}"}' }],
    ['HTTP_CHANNEL_BODY', { HTTP_CHANNEL_BODY: '{"to":"{{to}}"}' }],
    ['HTTP_CHANNEL_BODY', { HTTP_CHANNEL_BODY: '{"text":"{{text}}"}' }],
    ['HTTP_CHANNEL_BODY', { HTTP_CHANNEL_BODY_TYPE: 'form' }],
    ['HTTP_CHANNEL_BODY', { HTTP_CHANNEL_METHOD: 'GET', HTTP_CHANNEL_BODY: '{}' }],
    ['HTTP_CHANNEL_URL', { HTTP_CHANNEL_URL: 'https://sms.example/{{to}}' }],
    ['HTTP_CHANNEL_HEADERS', { HTTP_CHANNEL_HEADERS: 'X-Api-Key: hidden' }],
    ['HTTP_CHANNEL_HEADERS', { HTTP_CHANNEL_HEADERS: '{"X-Api-Key":5}' }],
    ['HTTP_CHANNEL_HEADERS', { HTTP_CHANNEL_HEADERS: '{"X Api":"hidden"}' }],
    ['HTTP_CHANNEL_HEADERS', { HTTP_CHANNEL_HEADERS: '{"X-Api":"hidden\\r\\nX: 1"}' }],
    ['HTTP_CHANNEL_HEADERS', { HTTP_CHANNEL_HEADERS: '{"Content-Length":"1"}' }],
    ['HTTP_CHANNEL_HEADERS', { HTTP_CHANNEL_HEADERS: '{"X-Code":"{{code}}"}' }],
    ['HTTP_CHANNEL_ID_PATH', { HTTP_CHANNEL_ID_PATH: 'data..id' }],
    ['HTTP_CHANNEL_FAILURES', { HTTP_CHANNEL_FAILURES: '{"status":200}' }],
    ['HTTP_CHANNEL_FAILURES', { HTTP_CHANNEL_FAILURES: '[{"reason":"refused"}]' }],
    ['HTTP_CHANNEL_FAILURES', { HTTP_CHANNEL_FAILURES: '[{"status":200}]' }],
    ['HTTP_CHANNEL_FAILURES', { HTTP_CHANNEL_FAILURES: '[{"status":200,"reason":"broken"}]' }],
    ['HTTP_CHANNEL_FAILURES', { HTTP_CHANNEL_FAILURES: '[{"statuss":200,"reason":"refused"}]' }],
    [
      'HTTP_CHANNEL_RECEIPT_STATUSES',
      { ...RECEIPTS, HTTP_CHANNEL_RECEIPT_STATUSES: '{"SENT":"sent"}' },
    ],
    ['HTTP_CHANNEL_RECEIPT_STATUS_PATH', { ...RECEIPTS, HTTP_CHANNEL_RECEIPT_STATUS_PATH: '' }],
    ['HTTP_CHANNEL_RECEIPT_ID_PATH', { ...RECEIPTS, HTTP_CHANNEL_ID_PATH: '' }],
  ])('stop the start with one message about %s: %j', (variable, changes) => {
    const faults = faultsOf(changes);
    expect(faults).toEqual([expect.stringContaining(`  ${variable}: `)]);
    expect(faults[0]).not.toContain('hidden');
  });

  it('name every placeholder that is missing', () => {
    const GET = { HTTP_CHANNEL_METHOD: 'GET' };
    expect(faultsOf(GET)).toEqual([
      expect.stringContaining('HTTP_CHANNEL_URL: needs {{to}}'),
      expect.stringContaining('HTTP_CHANNEL_URL: needs {{text}}'),
    ]);
  });

  it('name every variable of receipts that is missing', () => {
    const [, ...faults] = Object.keys(RECEIPTS);
    for (const only of faults) {
      const set = { HTTP_CHANNEL_ID_PATH: 'id', [only]: RECEIPTS[only as keyof typeof RECEIPTS] };
      const missing = faults.filter((name) => name !== only);
      expect(faultsOf(set)).toEqual(missing.map((name) => expect.stringContaining(`${name}: `)));
    }
  });

  it('accept receipts by our own ID, if the request has it', () => {
    const body = '{"to":"{{to}}","text":"{{text}}","ref":"{{messageId}}"}';
    const changes = { ...RECEIPTS, HTTP_CHANNEL_ID_PATH: '', HTTP_CHANNEL_BODY: body };
    expect(faultsOf(changes)).toEqual([]);
  });

  it('are not checked together while the channel is off', () => {
    expect(faultsOf({ OTP_CHANNELS: 'console', HTTP_CHANNEL_BODY: '{{what}}' })).toEqual([]);
  });

  it('are right in the examples of the documents', () => {
    const text = readFileSync(new URL('../../../docs/channels.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```ini\n(.*?)```/gs)].map(([, example = '']) => example);
    const usedBy = (name: string) => examples.filter((example) => example.includes(name));
    expect(usedBy('HTTP_CHANNEL_BODY_TYPE=form')).toHaveLength(1);
    expect(usedBy('HTTP_CHANNEL_METHOD=GET')).toHaveLength(1);
    for (const example of usedBy('HTTP_CHANNEL_URL')) {
      const source = parseEnv(example) as Readonly<Record<string, string>>;
      expect(source['HTTP_CHANNEL_FAILURES']).toMatch(/\]$/);
      expect([example, faultsOf(source)]).toEqual([example, []]);
    }
  });

  it('create the channel', async () => {
    const parts = { name: 'http', callbackUrl: undefined };
    const channel = httpChannel.create(read(RECEIPTS), parts);
    const receipt = await channel.readCallback?.({
      method: 'GET',
      url: 'https://otp.example.com/api/callbacks/http/token?id=1&status=DELIVRD',
      headers: {},
      body: Buffer.alloc(0),
      now: new Date(),
    });
    expect(receipt?.receipts).toEqual([{ providerMessageId: '1', status: 'delivered' }]);
    await channel.close();
  });
});

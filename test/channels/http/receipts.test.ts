import { describe, expect, it } from 'vitest';
import type { CallbackRequest } from '../../../src/channels/contract.ts';
import { createHttpChannel } from '../../../src/channels/http/http-channel.ts';
import { type ReceiptMapping, readReceipt } from '../../../src/channels/http/receipts.ts';

const MAPPING: ReceiptMapping = {
  idPath: 'data.0.id',
  statusPath: 'data.0.status',
  statuses: new Map([
    ['DELIVRD', 'delivered'],
    ['SEEN', 'read'],
    ['UNDELIV', 'failed'],
    ['1', 'delivered'],
  ]),
  hasProviderId: true,
};
const FLAT: ReceiptMapping = { ...MAPPING, idPath: 'id', statusPath: 'status' };
const URL_OF_RECEIPTS = 'https://otp.example.com/api/callbacks/http/token';

const read = (
  mapping: ReceiptMapping,
  { body = '', ...request }: { body?: string } & Partial<Omit<CallbackRequest, 'body'>>,
) =>
  readReceipt(mapping, {
    method: 'POST',
    url: URL_OF_RECEIPTS,
    headers: {},
    now: new Date(),
    body: Buffer.from(body),
    ...request,
  }).receipts;

const refusalOf = (request: () => unknown) => expect(request).toThrow(/^its body|^it has no/);

describe('a receipt of the http channel', () => {
  it('is JSON', () => {
    const body = JSON.stringify({ data: [{ id: 'sms-1', status: 'DELIVRD' }] });
    expect(read(MAPPING, { body })).toEqual([{ providerMessageId: 'sms-1', status: 'delivered' }]);
    expect(read(MAPPING, { body: ` ${body}\n` })).toHaveLength(1);
  });

  it('is a form', () => {
    const expected = [{ providerMessageId: 'sms 1', status: 'read' }];
    expect(read(FLAT, { body: 'id=sms+1&status=SEEN&time=2026' })).toEqual(expected);
    const nested = { ...MAPPING, idPath: 'data[id]', statusPath: 'data[status]' };
    expect(read(nested, { body: 'data[id]=sms+1&data%5Bstatus%5D=SEEN' })).toEqual(expected);
  });

  it('is a query, with either method', () => {
    const url = `${URL_OF_RECEIPTS}?id=812&status=1`;
    for (const method of ['GET', 'POST'] as const) {
      expect(read(FLAT, { method, url })).toEqual([
        { providerMessageId: '812', status: 'delivered' },
      ]);
    }
  });

  it('names our own ID if the gateway has none', () => {
    const url = `${URL_OF_RECEIPTS}?id=message&status=SEEN`;
    expect(read({ ...FLAT, hasProviderId: false }, { method: 'GET', url })).toEqual([
      { messageId: 'message', status: 'read' },
    ]);
  });

  it('may report a failure', () => {
    expect(read(FLAT, { body: 'id=1&status=UNDELIV' })).toEqual([
      {
        providerMessageId: '1',
        status: 'failed',
        reason: 'refused',
        details: expect.stringContaining('UNDELIV'),
      },
    ]);
  });

  it('may have numbers for words', () => {
    expect(read(FLAT, { body: '{"id":7,"status":1}' })).toEqual([
      { providerMessageId: '7', status: 'delivered' },
    ]);
  });

  it.each(['SENT', 'delivrd', '', 'constructor', '__proto__'])(
    'says nothing new with a word that is not listed: %j',
    (word) => {
      expect(read(FLAT, { body: `id=1&status=${word}` })).toEqual([]);
    },
  );

  it.each([
    ['nothing', ''],
    ['half of JSON', '{"id":"1","status":'],
    ['JSON without the ID', '{"status":"SEEN"}'],
    ['JSON without the status', '{"id":"1"}'],
    ['a form without the ID', 'status=SEEN'],
    ['an ID that is too long', `id=${'x'.repeat(129)}&status=SEEN`],
    ['an ID with a zero byte', 'id=%00&status=SEEN'],
    ['an ID that is an object', '{"id":{},"status":"SEEN"}'],
  ])('is refused if it is %s', (_, body) => {
    refusalOf(() => read(FLAT, { body }));
  });

  it('is read only if the mapping is set', () => {
    const options = { name: 'http', url: 'https://sms.example/', token: undefined };
    expect(createHttpChannel(options)).not.toHaveProperty('readCallback');
    expect(createHttpChannel({ ...options, receipts: MAPPING })).toHaveProperty('readCallback');
  });
});

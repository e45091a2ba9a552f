import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

let h: Harness;
const nextNumber = createPhoneNumbers();

beforeAll(async () => {
  h = await createHarness({ env: { LIMIT_SENDS_PER_PREFIX_HOUR: '0' } });
});
afterAll(() => h.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const KEY = { 'x-api-key': API_KEY };

function post(path: string, headers: Readonly<Record<string, string>>, body?: string | Buffer) {
  return h.client.call({ method: 'POST', path, headers, ...(body !== undefined && { body }) });
}

describe('F19a: nothing in a body', () => {
  const EMPTY: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['no body and no type', {}],
    ['no body and a JSON type', JSON_TYPE],
    ['no body and a length of 0', { ...JSON_TYPE, 'content-length': '0' }],
    ['no body, no type and a length of 0', { 'content-length': '0' }],
    ['no body and the type of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no body and the type of a text', { 'content-type': 'text/plain', 'content-length': '0' }],
  ];

  it.each(EMPTY)('is an empty object where every field is optional: %s', async (_, headers) => {
    const key = { name: 'shop', scopes: ['otp:send'] };
    const { body } = await h.client.post('/api/keys', key);
    const rotated = await post(`/api/keys/${body.data?.['keyId']}/rotate`, { ...KEY, ...headers });
    expect(rotated.status).toBe(201);
    const made = await post('/api/sessions', { ...KEY, ...headers });
    expect(made.status).toBe(201);
    const restarted = await post('/api/sessions/none/restart', { ...KEY, ...headers });
    expect(restarted.body.code).toBe('session_not_found');
  });

  it.each(EMPTY)('is refused by the names of what is missing otherwise: %s', async (_, headers) => {
    const refused = await post('/api/otp/send', { ...KEY, ...headers });
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    expect(refused.body.errors?.map(({ path }) => path)).toEqual(['phoneNumber']);
  });

  it.each([' ', '\r\n', ' \t\n'])('is no bytes at all: blanks are no JSON: %j', async (body) => {
    const restarted = await post('/api/sessions/none/restart', { ...KEY, ...JSON_TYPE }, body);
    expect(restarted.body.code).toBe('invalid_json');
  });

  it('is no bytes at all: blanks of another type are refused, too', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const headers = { ...KEY, 'content-type': type };
      const refused = await post('/api/sessions/none/restart', headers, ' ');
      expect([type, refused.status]).toEqual([type, 415]);
    }
  });
});

describe('the type of a body', () => {
  const send = (type: string) => {
    const body = JSON.stringify({ phoneNumber: nextNumber() });
    return post('/api/otp/send', { ...KEY, 'content-type': type }, body);
  };

  it.each([
    'application/json; charset=utf8',
    'application/json; charset="UTF-8"',
    'application/json;',
    'application/json; charset=utf-8;',
    'Application/JSON;odata.metadata=minimal',
    'application/json ; odata.metadata=minimal; charset=utf-8',
  ])('is JSON: %s', async (type) => {
    expect((await send(type)).status).toBe(200);
  });

  it.each([
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=latin1',
    'application/json; charset="utf-8',
    'application/json; charset',
    'application/json, text/plain',
    'application/jsonp',
    'application/vnd.api+json',
    'application/x-www-form-urlencoded',
    'text/plain',
  ])('is refused: %s', async (type) => {
    expect((await send(type)).status).toBe(415);
  });
});

describe('F21a: a byte order mark', () => {
  const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
  const send = (body: Buffer) => post('/api/otp/send', { ...KEY, ...JSON_TYPE }, body);

  it('before a body is ignored', async () => {
    const text = Buffer.from(JSON.stringify({ phoneNumber: nextNumber() }));
    expect((await send(Buffer.concat([BOM, text]))).status).toBe(200);
    expect((await send(BOM)).body.code).toBe('validation_failed');
  });

  it('is refused twice, within a body, and of another encoding', async () => {
    const text = Buffer.from('{}');
    for (const body of [
      Buffer.concat([BOM, BOM, text]),
      Buffer.concat([text, BOM]),
      Buffer.from('\ufeff{}', 'utf16le'),
    ]) {
      expect((await send(body)).body.code).toBe('invalid_json');
    }
  });
});

describe('F18b: how a key is shown', () => {
  const ask = (headers: Readonly<Record<string, string>>) =>
    h.client.call({ method: 'GET', path: '/api/auth/me', headers });

  it.each([
    { authorization: `Bearer ${API_KEY}` },
    { authorization: `bearer ${API_KEY}` },
    { authorization: `BEARER ${API_KEY}` },
    { authorization: `Bearer   ${API_KEY}` },
    { authorization: `Bearer ${API_KEY}`, 'x-api-key': '' },
    { authorization: `bearer  ${API_KEY}`, 'x-api-key': ' ' },
    { 'x-api-key': API_KEY, authorization: '' },
  ])('is read: %j', async (headers) => {
    expect((await ask(headers)).status).toBe(200);
  });

  it.each([
    {},
    { 'x-api-key': '' },
    { 'x-api-key': '', authorization: '' },
    { authorization: `Bearer${API_KEY}` },
    { authorization: `Bearer\t${API_KEY}` },
    { authorization: `Bearers ${API_KEY}` },
    { authorization: `Bearer ${API_KEY} ${API_KEY}` },
    { authorization: `Bearer ${API_KEY}`, 'x-api-key': 'wrong' },
  ])('is refused: %j', async (headers) => {
    const { status, body } = await ask(headers);
    expect([status, body.code]).toEqual([401, 'unauthorized']);
  });
});

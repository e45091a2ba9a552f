import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { exchange } from '../support/http/raw-socket.ts';

const SEND = 'POST /api/otp/send HTTP/1.1\r\nHost: x\r\n';
const HEAD = `X-API-Key: ${API_KEY}\r\nContent-Type: application/json\r\n`;
const BODY = '{"phoneNumber":"081234567890"}';
const LENGTH = `Content-Length: ${BODY.length}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

let h: Harness;

beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

/** Requests that two servers could read differently, or that are no HTTP/1.1 at all. */
const ambiguous: [what: string, bytes: string | Buffer][] = [
  ['Content-Length and Transfer-Encoding', `${SEND}${HEAD}${LENGTH}${CHUNKED}\r\n${chunk(BODY)}`],
  ['two different Content-Length', `${SEND}${HEAD}${LENGTH}Content-Length: 5\r\n\r\n${BODY}`],
  ['a list of Content-Length', `${SEND}${HEAD}Content-Length: 5, 6\r\n\r\n${BODY}`],
  ['a signed Content-Length', `${SEND}${HEAD}Content-Length: +${BODY.length}\r\n\r\n${BODY}`],
  ['an unknown transfer coding', `${SEND}${HEAD}Transfer-Encoding: xchunked\r\n\r\n${chunk(BODY)}`],
  [
    'chunked before another coding',
    `${SEND}${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
  ],
  ['a chunk size that is no number', `${SEND}${HEAD}${CHUNKED}\r\nzz\r\n${BODY}\r\n0\r\n\r\n`],
  ['a bare line feed after a header', `${SEND}${HEAD}${LENGTH}X-A: 1\n\r\n${BODY}`],
  ['a space before the colon', `${SEND}${HEAD}Content-Length : ${BODY.length}\r\n\r\n${BODY}`],
  ['a folded header', `${SEND}${HEAD}X-A: 1\r\n 2\r\n${LENGTH}\r\n${BODY}`],
  ['a NUL in a header', `${SEND}${HEAD}X-A: \0\r\n${LENGTH}\r\n${BODY}`],
  ['no Host', `POST /api/otp/send HTTP/1.1\r\n${HEAD}${LENGTH}\r\n${BODY}`],
  ['an unknown method', `SMUGGLE /api/otp/send HTTP/1.1\r\nHost: x\r\n${HEAD}\r\n`],
  ['an unknown version', `POST /api/otp/send HTTP/9.9\r\nHost: x\r\n${HEAD}${LENGTH}\r\n${BODY}`],
  ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex')],
];

describe('a connection that speaks HTTP badly', () => {
  it.each(ambiguous)('is refused with 400 and closed: %s', async (_, bytes) => {
    const { statuses, isClosed } = await exchange(h.url, bytes);
    expect({ statuses, isClosed }).toEqual({ statuses: [400], isClosed: true });
  });

  it('reaches no handler and sends no code', () => {
    expect(h.gateway.messages).toEqual([]);
  });

  it.each([
    ['one header of 17 kB', `X-A: ${'a'.repeat(17_000)}\r\n`],
    ['3000 headers', 'X-Header: 1\r\n'.repeat(3000)],
  ])('is refused with 431: %s', async (_, headers) => {
    const { statuses } = await exchange(h.url, `${SEND}${HEAD}${headers}\r\n`);
    expect(statuses).toEqual([431]);
  });

  it('is refused with 431 for an address of 20 kB', async () => {
    const bytes = `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect((await exchange(h.url, bytes)).statuses).toEqual([431]);
  });

  it('gets 404 or 405 for TRACE, without its request back', async () => {
    const bytes = `TRACE /api/otp/send HTTP/1.1\r\nHost: x\r\nX-Marker: seen\r\n${HEAD}\r\n`;
    const { statuses, text } = await exchange(h.url, bytes);
    expect([404, 405]).toContain(statuses[0]);
    expect(text).not.toContain('seen');
  });

  it('is closed without a tunnel for CONNECT', async () => {
    const bytes = 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n';
    const { statuses, isClosed } = await exchange(h.url, bytes);
    expect(statuses.filter((status) => status < 400)).toEqual([]);
    expect(isClosed).toBe(true);
  });
});

describe('a body over the limit', () => {
  it('is refused with 413 when it comes in chunks', async () => {
    const bytes = `${SEND}${HEAD}${CHUNKED}\r\n${chunk(' '.repeat(20_000))}`;
    expect((await exchange(h.url, bytes)).statuses).toEqual([413]);
  });

  it('is refused with 413 at once when it is only announced', async () => {
    const startedAt = performance.now();
    const { statuses } = await exchange(h.url, `${SEND}${HEAD}Content-Length: 1000000000\r\n\r\n`);
    expect(statuses).toEqual([413]);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('does not cost the next request on the same connection', async () => {
    const post = (body: string) =>
      h.client.call({
        method: 'POST',
        path: '/api/otp/verify',
        headers: { 'x-api-key': API_KEY, 'content-type': 'application/json' },
        body,
      });
    expect((await post(' '.repeat(1_000_000))).status).toBe(413);
    expect((await post('{}')).status).toBe(400);
  });
});

describe('a patient attacker', () => {
  it('cannot use the answer to one request as another: the second of two pipelined ones has its own', async () => {
    const get = 'GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n';
    const { statuses } = await exchange(h.url, `${get}GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(statuses).toEqual([200, 404]);
  });

  it('is cut off when headers do not come within the time for them', async () => {
    const { headersTimeout, requestTimeout } = h.server;
    expect(headersTimeout).toBeLessThanOrEqual(10_000);
    expect(requestTimeout).toBeLessThanOrEqual(15_000);
    // The real times are too long to wait for here; the machinery is the same with shorter ones.
    h.server.headersTimeout = 500;
    const { statuses, isClosed } = await exchange(h.url, `${SEND}X-Slow:`, 9000);
    h.server.headersTimeout = headersTimeout;
    expect({ statuses, isClosed }).toEqual({ statuses: [408], isClosed: true });
  });

  it('does not keep others waiting with 100 half-open connections', async () => {
    const held = Array.from({ length: 100 }, () => exchange(h.url, `${SEND}X-Slow:`, 1000));
    await pause(100);
    const startedAt = performance.now();
    expect((await h.client.get('/api/health')).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(500);
    await Promise.all(held);
  });
});

describe('a foreign Host', () => {
  it.each([
    ['absolute-form', 'GET http://evil.example/api/health HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['two of them', 'GET /api/health HTTP/1.1\r\nHost: a\r\nHost: evil.example\r\n\r\n'],
  ])('is not repeated in an answer: %s', async (_, bytes) => {
    const { text } = await exchange(h.url, bytes);
    expect(text).not.toContain('evil.example');
  });
});

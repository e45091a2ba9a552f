import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../../support/http/otp-calls.ts';

/** The number of the flows. */
const PHONE = '+6281298765432';
/** A number as a client may put it where none belongs. */
const DIGITS = '81234567890';
const LONGEST_LINE = 8192;

/** What breaks a line, a terminal or a log reader: CR, LF, ESC, NEL, U+2028, and sheer length. */
const nasty = [
  'a\r\nb',
  'a\nb',
  'a\u001b[31mb',
  'a\u0085b',
  'a\u2028b',
  `${DIGITS}`,
  'x'.repeat(10_000),
];

let h: Harness;
let otp: OtpCalls;

beforeAll(async () => {
  h = await createHarness({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
  otp = createOtpCalls(h);
});
afterAll(() => h.close());

/** Collects the log lines of some calls. */
async function linesOf(calls: () => Promise<unknown>): Promise<string[]> {
  const before = h.logLines.length;
  await calls();
  return h.logLines.slice(before);
}

/** Whether a line is one JSON line of bearable length. */
function expectSoundLine(line: string): void {
  expect(line.length).toBeLessThanOrEqual(LONGEST_LINE);
  expect(line.endsWith('}\n')).toBe(true);
  // Nothing in it but the line's own end may begin a new line or steer a terminal.
  expect(
    [...line.slice(0, -1)].filter((c) => c < ' ' || /[\u007f-\u009f\u2028\u2029]/.test(c)),
  ).toEqual([]);
  expect(() => JSON.parse(line)).not.toThrow();
}

/** A text as the bytes of a header that a hostile client could send: UTF-8, without line breaks. */
function asHeader(text: string): string {
  return Buffer.from(text.replaceAll(/[\r\n]|\p{Cc}(?<![\u0080-\u009f])/gu, '')).toString('latin1');
}

describe('the log', () => {
  it.each(nasty.map((text) => [JSON.stringify(text.slice(0, 20)), text]))(
    'A50: has one sound line a request, whatever a client puts everywhere: %s',
    async (_, text) => {
      const encoded = encodeURIComponent(text);
      const header = asHeader(text);
      const json = { 'content-type': 'application/json' };
      const key = { 'x-api-key': API_KEY };
      const calls = [
        () => h.client.get(`/api/otp/status/${encoded}`),
        () => h.client.get(`/api/otp/status/${PHONE}?sessionId=${encoded}`),
        () => h.client.get(`/api/otp/status/${PHONE}?${encoded}=1`),
        () => h.client.get(`/nothing/${encoded}`),
        () => h.client.post('/api/otp/send', { phoneNumber: text }),
        () => h.client.post('/api/otp/send', { phoneNumber: PHONE, [text]: text }),
        () => h.client.post(`/api/messages/${encoded}/otp`, { to: 'x' }),
        () => h.client.post('/api/otp/send', { phoneNumber: 'x' }, { 'idempotency-key': header }),
        () => h.client.get('/api/keys', { 'user-agent': `agent ${header.replaceAll(DIGITS, '')}` }),
        () => h.client.get('/api/keys', { 'x-forwarded-for': header }),
        () =>
          h.client.call({
            method: 'GET',
            path: '/api/otp/status/1',
            headers: { ...key, 'x-request-id': `x ${header}` },
          }),
        () =>
          h.client.call({
            method: 'POST',
            path: '/api/otp/send',
            headers: { ...key, ...json },
            body: text,
          }),
        () => h.client.call({ method: 'GET', path: '/metrics', headers: { 'x-api-key': header } }),
      ];
      const lines = await linesOf(async () => {
        for (const call of calls) await call();
      });
      expect(lines).toHaveLength(calls.length);
      for (const line of lines) {
        expectSoundLine(line);
        expect(line).not.toContain(DIGITS);
        expect(line).not.toContain(API_KEY);
      }
    },
  );

  it('names the route, and neither the number nor the code, for a whole flow', async () => {
    let code = '';
    const lines = await linesOf(async () => {
      code = await otp.sendCode(PHONE, { companyName: 'PT. Contoh' });
      await otp.status(PHONE);
      await otp.status(PHONE.slice(1));
      await otp.verify(PHONE, code === '000000' ? '000001' : '000000');
      await otp.verify(PHONE, code);
      await otp.unlock(PHONE);
      await otp.expire(PHONE);
    });
    const routes = lines.map((line) => JSON.parse(line).route);
    expect(routes).toContain('/api/otp/status/:phoneNumber');
    expect(routes).toContain('/api/otp/verify');
    const text = lines.join('');
    expect(text).not.toContain(PHONE.slice(3));
    expect(text.replaceAll(/"requestId":"[^"]+"|"time":"[^"]+"/g, '')).not.toContain(code);
  });

  it('says why a delivery failed, without the number, the text or the code', async () => {
    const phoneNumber = '+6281298760000';
    h.gateway.behaveLike((_, response) => void response.writeHead(503).end(`no ${phoneNumber}`));
    const lines = await linesOf(() => otp.send(phoneNumber));
    h.gateway.behaveLike();
    const failure = lines.find((line) => line.includes('delivery failed')) ?? '{}';
    expect(JSON.parse(failure)).toMatchObject({ channel: 'http', reason: 'unavailable' });
    expect(lines.join('')).not.toContain(phoneNumber.slice(3));
    expect(lines.join('')).not.toContain(h.gateway.codeFor(phoneNumber));
  });
});

describe('a health check', () => {
  const PATHS = ['/api/health', '/api/health/live', '/api/health/ready'];
  const callAll = async (service: Harness, headers = {}) => {
    for (const path of PATHS) await service.client.get(path, headers);
  };

  it('is logged at the level debug if it succeeds, because proxies repeat it every second', async () => {
    const detailed = await createHarness({ env: { LOG_LEVEL: 'debug' } });
    await callAll(detailed);
    const entries = detailed.logLines.map((line) => JSON.parse(line));
    const checks = entries.filter(({ msg, route }) => msg === 'request' && PATHS.includes(route));
    expect(checks.map(({ route, level }) => [route, level])).toEqual(
      PATHS.map((path) => [path, 20]),
    );
    await detailed.close();
    expect(await linesOf(() => callAll(h))).toEqual([]);
  });

  it('is logged as every request if it fails', async () => {
    const lines = await linesOf(() => callAll(h, { 'x-api-key': 'wrong' }));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { route: '/api/health/ready', status: 401, level: 30 },
    ]);
  });
});

describe('a request id', () => {
  it('is the one that the client chose, in the answer and in the log', async () => {
    const id = 'order-42_a=b';
    let answer = await h.client.get('/api/health', { 'x-request-id': id });
    expect(answer.headers['x-request-id']).toBe(id);
    const lines = await linesOf(async () => {
      answer = await h.client.get('/api/otp/status/nobody', { 'x-request-id': id });
    });
    expect(answer.body.requestId).toBe(id);
    expect(lines.map((line) => JSON.parse(line).requestId)).toEqual([id]);
  });

  it.each([
    ['of 10 kB', 'x'.repeat(10_000)],
    ['with blanks', 'a b'],
    ['with markup', '<b>'],
  ])('is a new one instead of one %s', async (_, id) => {
    const answer = await h.client.get('/api/otp/status/nobody', { 'x-request-id': id });
    expect(answer.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['x-request-id']).toBe(answer.body.requestId);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../support/http/client.ts';
import { createHarness } from '../support/http/harness.ts';
import { createOtpCalls, wrongCodes } from '../support/http/otp-calls.ts';
import { type ReceivedSpan, startOtlpReceiver, valuesOf } from '../support/otlp-receiver.ts';

const PHONE = '+6281234567890';
const UNREACHABLE = '+6281234567891';
const COMPANY = 'Kopi Tuku';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const HEADERS = {
  traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
  tracestate: `vendor=${PHONE.slice(1)}`,
  baggage: `phone=${PHONE.slice(1)}`,
};
const RECEIPTS = {
  PUBLIC_URL: 'https://otp.example.com',
  HTTP_CHANNEL_ID_PATH: 'id',
  HTTP_CHANNEL_RECEIPT_ID_PATH: 'id',
  HTTP_CHANNEL_RECEIPT_STATUS_PATH: 'status',
  HTTP_CHANNEL_RECEIPT_STATUSES: '{"DELIVRD":"delivered"}',
};

/** Everything that identifies a person or opens an account. */
const secrets: string[] = [];
let spans: readonly ReceivedSpan[] = [];
let bodies = '';
let authorization: unknown;

const named = (name: string) => spans.filter((span) => span.name === name);
const childrenOf = (parent: ReceivedSpan | undefined) =>
  spans.filter(({ parentSpanId }) => parent !== undefined && parentSpanId === parent.spanId);

beforeAll(async () => {
  const receiver = await startOtlpReceiver();
  const h = await createHarness({
    env: {
      ...RECEIPTS,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector-token',
    },
  });
  const otp = createOtpCalls(h);
  let messages = 0;
  h.gateway.behaveLike((_, response) => {
    messages += 1;
    response.end(JSON.stringify({ id: `gateway-${messages}` }));
  });
  const sent = await h.client.post(
    '/api/otp/send',
    { phoneNumber: PHONE, companyName: COMPANY, clientIp: '203.0.113.7' },
    HEADERS,
  );
  const { messageId, verificationId } = sent.body.data ?? {};
  const url = new URL(String(h.callbacks.callbackUrls.urlOf('http')));
  await h.client.post(url.pathname, { id: 'gateway-1', status: 'DELIVRD' });
  const code = h.gateway.codeFor(PHONE);
  const [wrong = ''] = wrongCodes(code, 1);
  await otp.verify(PHONE, wrong);
  await otp.verify(PHONE, code);
  await otp.send(PHONE);
  await otp.send(PHONE);
  h.gateway.behaveLike((_, response) => void response.writeHead(503).end());
  await otp.send(UNREACHABLE);
  await h.client.get('/api/health/ready');
  secrets.push(PHONE.slice(1), PHONE.slice(3), UNREACHABLE.slice(3), code, wrong, COMPANY, API_KEY);
  secrets.push(
    String(messageId),
    String(verificationId),
    'gateway-',
    '203.0.113.7',
    '127.0.0.1',
    'Bearer',
  );
  await h.close();
  spans = receiver.spans();
  bodies = receiver
    .exports()
    .map(({ body }) => body)
    .join('\n');
  authorization = receiver.exports()[0]?.headers.authorization;
  await receiver.close();
});

describe('the trace of a send', () => {
  const request = () => named('POST /api/otp/send')[0];

  it('is a part of the trace of its caller', () => {
    expect(request()).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID });
  });

  it('has the limits, the hash and the delivery', () => {
    const names = childrenOf(request()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['limits', 'hash', 'deliver']));
    expect(valuesOf(request() as ReceivedSpan)).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/otp/send',
      'http.response.status_code': 200,
    });
  });

  it('goes on with the receipt, which is linked to the request that brought it', () => {
    const [delivery] = named('deliver');
    const [receipt] = named('receipt');
    const [callback] = named('POST /api/callbacks/:channel/:token');
    expect(receipt).toMatchObject({ traceId: TRACE_ID, parentSpanId: delivery?.spanId });
    expect(receipt?.links?.[0]?.spanId).toBe(callback?.spanId);
    expect(valuesOf(receipt as ReceivedSpan)).toEqual({ 'waverify.status': 'delivered' });
  });

  it('says which limit refused it, or why a channel did not accept it', () => {
    const limits = named('limits').map((span) => valuesOf(span)['waverify.limit']);
    expect(limits).toContain('otp-send-cooldown');
    const failed = named('deliver').filter(({ status }) => status.code === 2);
    expect(failed.length).toBeGreaterThan(0);
    for (const span of failed) {
      expect(valuesOf(span)).toEqual({
        'waverify.channel': 'http',
        'waverify.reason': 'unavailable',
      });
    }
  });
});

it('shows a check with its hash, as a trace of its own', () => {
  const checks = named('POST /api/otp/verify');
  expect(checks).toHaveLength(2);
  for (const check of checks) {
    expect(check.traceId).not.toBe(TRACE_ID);
    expect(childrenOf(check).map(({ name }) => name)).toContain('hash');
  }
});

it('has no phone number, code, text, address, ID or key in any span', () => {
  for (const secret of secrets) expect(bodies).not.toContain(secret);
  const values = spans.flatMap((span) => Object.entries(valuesOf(span)));
  const texts = values.flatMap(([, value]) => (typeof value === 'string' ? [value] : []));
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.filter((text) => !/^[\w:/-]+$/.test(text))).toEqual([]);
});

it('leaves out health checks', () => {
  expect(spans.filter(({ name }) => name.includes('health'))).toEqual([]);
});

it('sends the headers that the collector requires', () => {
  expect(authorization).toBe('Bearer collector-token');
});

describe('without a collector', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  let h: Awaited<ReturnType<typeof createHarness>>;

  beforeAll(async () => {
    h = await createHarness({ env });
  });
  afterAll(() => h.close());

  it('codes are sent and checked as usual', async () => {
    const otp = createOtpCalls(h);
    const code = await otp.sendCode(PHONE);
    expect((await otp.verify(PHONE, code)).status).toBe(200);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { exchange } from '../../support/http/raw-socket.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const SEND = '/api/otp/send';
const HEADERS = { 'x-api-key': API_KEY, 'content-type': 'application/json' };

let keys = 0;
const nextKey = () => ({ 'idempotency-key': `key-${++keys}` });

onOneDatabase('Idempotency-Key on %s', (dialect) => {
  const nextPhoneNumber = createPhoneNumbers();
  let h: Harness;

  beforeAll(async () => {
    h = await createHarness({ dialect });
  });
  afterAll(() => h.close());

  const messagesTo = (phoneNumber: string) =>
    h.gateway.messages.filter(({ to }) => to === phoneNumber).length;

  /** Lets the gateway take messages and answer none, until the returned function is called. */
  function holdGateway(): () => void {
    const held: (() => void)[] = [];
    h.gateway.behaveLike((_, response) => {
      held.push(() => response.writeHead(204).end());
    });
    return () => {
      h.gateway.behaveLike();
      for (const answer of held) answer();
    };
  }

  it('A21: sends once for two requests with one key, and answers both alike', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const first = await h.client.post(SEND, { phoneNumber }, key);
    h.advance(1);
    const second = await h.client.post(SEND, { phoneNumber }, key);
    expect(first.status).toBe(200);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect([second.status, second.raw]).toEqual([200, first.raw]);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(messagesTo(phoneNumber)).toBe(1);
  });

  it('A22: replays a verification whose answer was lost on the way', async () => {
    const phoneNumber = nextPhoneNumber();
    await h.client.post(SEND, { phoneNumber });
    const body = { phoneNumber, otp: h.gateway.codeFor(phoneNumber) };
    const key = nextKey();
    const text = JSON.stringify(body);
    const headers = Object.entries({ ...HEADERS, ...key, 'content-length': text.length });
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    await exchange(h.url, `POST /api/otp/verify HTTP/1.1\r\nHost: x\r\n${head}\r\n${text}`);
    const again = await h.client.post('/api/otp/verify', body, key);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
    expect(again.body.data?.['phoneNumber']).toBe(phoneNumber);
    expect((await h.client.post('/api/otp/verify', body)).body.code).toBe('otp_invalid');
  });

  it('A22: finishes a send whose client hung up, and replays it', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const release = holdGateway();
    const client = new AbortController();
    const aborted = fetch(`${h.url}${SEND}`, {
      method: 'POST',
      headers: { ...HEADERS, ...key },
      body: JSON.stringify({ phoneNumber }),
      signal: client.signal,
    }).catch((error: Error) => error.name);
    await expect.poll(() => messagesTo(phoneNumber)).toBe(1);
    client.abort();
    expect(await aborted).toBe('AbortError');
    release();
    const again = () => h.client.post(SEND, { phoneNumber }, key);
    await expect.poll(async () => (await again()).status).toBe(200);
    expect((await again()).headers['idempotent-replayed']).toBe('true');
    expect(messagesTo(phoneNumber)).toBe(1);
  });

  it('counts a wrong attempt once, however often it is replayed', async () => {
    const phoneNumber = nextPhoneNumber();
    await h.client.post(SEND, { phoneNumber });
    const wrong = h.gateway.codeFor(phoneNumber) === '000000' ? '000001' : '000000';
    const attempt = { phoneNumber, otp: wrong };
    const key = nextKey();
    const answers = [];
    for (let i = 0; i < 5; i += 1) {
      answers.push(await h.client.post('/api/otp/verify', attempt, key));
    }
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    expect(new Set(answers.map(({ raw }) => raw)).size).toBe(1);
    const status = await h.client.get(`/api/otp/status/${phoneNumber}`);
    expect(status.body.data?.['attempts']).toBe(1);
  });

  it('takes a field that is null for one that is left out', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const nothing = { locale: null, companyName: null };
    const first = await h.client.post(SEND, { phoneNumber, ...nothing }, key);
    const second = await h.client.post(SEND, { phoneNumber }, key);
    expect([first.status, second.status, second.raw]).toEqual([200, 200, first.raw]);
    const another = await h.client.post(SEND, { phoneNumber, locale: 'id' }, key);
    expect(another.body.code).toBe('idempotency_key_reused');
  });

  it('takes a field that is null for one that is left out, also in a body with steps', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const bodies = [
      { phoneNumber, workflow: [{ channel: 'http' }] },
      { phoneNumber, locale: null, workflow: [{ channel: 'http' }] },
      { phoneNumber, workflow: [{ channel: 'http', waitSeconds: null, until: null }] },
    ];
    const answers = [];
    for (const body of bodies) answers.push(await h.client.post(SEND, body, key));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ raw }) => raw)).size).toBe(1);
    const others = [
      { phoneNumber, workflow: [{ channel: 'http', waitSeconds: 30 }] },
      { phoneNumber, locale: 'id', workflow: [{ channel: 'http' }] },
    ];
    for (const body of others) {
      expect((await h.client.post(SEND, body, key)).body.code).toBe('idempotency_key_reused');
    }
    expect(messagesTo(phoneNumber)).toBe(1);
  });

  it('refuses a body that is nested deeply as any other that is not valid', async () => {
    const deep = `{"phoneNumber":${'['.repeat(8000)}${']'.repeat(8000)}}`;
    const refused = await h.client.call({
      ...{ method: 'POST', path: SEND, body: deep },
      headers: { ...HEADERS, ...nextKey() },
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
  });

  it('A23: refuses a key that comes back with another body', async () => {
    const key = nextKey();
    const [phoneNumber, another] = [nextPhoneNumber(), nextPhoneNumber()];
    await h.client.post(SEND, { phoneNumber }, key);
    const reused = await h.client.post(SEND, { phoneNumber: another }, key);
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(messagesTo(another)).toBe(0);
  });

  it('A24: answers 409 while the first request is still running, and its answer afterwards', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const release = holdGateway();
    const first = h.client.post(SEND, { phoneNumber }, key);
    await expect.poll(() => messagesTo(phoneNumber)).toBe(1);
    const meanwhile = await h.client.post(SEND, { phoneNumber }, key);
    expect([meanwhile.status, meanwhile.body.code]).toEqual([409, 'request_in_progress']);
    expect(Number(meanwhile.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    release();
    const { raw } = await first;
    expect((await h.client.post(SEND, { phoneNumber }, key)).raw).toBe(raw);
    expect(messagesTo(phoneNumber)).toBe(1);
  });

  it('A25: does a request anew when its key is more than a day old', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const first = await h.client.post(SEND, { phoneNumber }, key);
    h.advance(24 * 3600 + 1);
    const later = await h.client.post(SEND, { phoneNumber }, key);
    expect(later.status).toBe(200);
    expect(later.headers['idempotent-replayed']).toBeUndefined();
    expect(later.body.data?.['verificationId']).not.toBe(first.body.data?.['verificationId']);
    expect(messagesTo(phoneNumber)).toBe(2);
  });

  it('gives 200 parallel sends with one key one message', async () => {
    const phoneNumber = nextPhoneNumber();
    const key = nextKey();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => h.client.post(SEND, { phoneNumber }, key)),
    );
    const done = answers.filter(({ status }) => status === 200);
    expect(messagesTo(phoneNumber)).toBe(1);
    expect(new Set(done.map(({ raw }) => raw)).size).toBe(1);
    expect(done.filter(({ headers }) => !headers['idempotent-replayed'])).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200).map(({ body }) => body.code);
    expect(new Set(others)).toEqual(new Set(others.length > 0 ? ['request_in_progress'] : []));
  });
});

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  createWaverify,
  listAll,
  type Waverify,
  WaverifyError,
} from '../../../packages/client/src/index.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

let h: Harness;
let waverify: Waverify;
beforeAll(async () => {
  h = await createHarness();
  // The time limit only ends what hangs: a slow machine may need more than the default.
  waverify = createWaverify({ baseUrl: h.url, apiKey: API_KEY, timeoutMs: 150_000 });
});
afterAll(() => h.close());

async function failureOf(call: Promise<unknown>): Promise<WaverifyError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WaverifyError);
  return error as WaverifyError;
}

describe('the client', () => {
  it('sends a code, refuses a wrong one and accepts the right one', async () => {
    const phoneNumber = nextNumber();
    const { verificationId, status } = await waverify.sendCode({ phoneNumber });
    expectTypeOf(verificationId).toBeString();
    expect(status).toBe('sent');
    const code = h.gateway.codeFor(phoneNumber);
    const wrong = code === '000000' ? '000001' : '000000';
    const error = await failureOf(waverify.checkCode({ verificationId, otp: wrong }));
    expect(error).toMatchObject({ code: 'otp_invalid', status: 400, attemptsLeft: 2 });
    expect(error.requestId).toEqual(expect.any(String));
    const verified = await waverify.checkCode({ verificationId, otp: code });
    expect(verified).toMatchObject({ verificationId, phoneNumber });
  });

  it('names the field that is wrong, and the seconds to wait', async () => {
    const nameless = { phoneNumber: nextNumber(), companyName: '' };
    const invalid = await failureOf(waverify.sendCode(nameless));
    expect(invalid.errors).toMatchObject([{ path: 'companyName' }]);
    const phoneNumber = nextNumber();
    await waverify.sendCode({ phoneNumber });
    const early = await failureOf(waverify.sendCode({ phoneNumber }));
    expect(early).toMatchObject({ code: 'resend_too_soon', status: 429 });
    expect(early.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('puts the fields of its input into the path, the query and the body', async () => {
    const { id } = await waverify.createSession({ sessionId: 'shop' });
    await waverify.updateSession({ id, metadata: { branch: 'Jakarta' } });
    expect(await waverify.getSession({ id })).toMatchObject({ metadata: { branch: 'Jakarta' } });
    const page = await waverify.listSessions({ limit: 1 });
    expect(page).toMatchObject({ data: [{ sessionId: 'shop' }], nextCursor: null, total: 1 });
    await waverify.deleteSession({ id });
  });

  it('goes through all pages of a list', async () => {
    for (const name of ['one', 'two', 'three']) {
      await waverify.createKey({ name, scopes: ['otp:send'] });
    }
    const names: string[] = [];
    for await (const { name } of listAll(waverify.listKeys, { limit: 1 })) names.push(name);
    expect(names.sort()).toEqual(['one', 'three', 'two']);
    const sessions: string[] = [];
    await waverify.createSession({ sessionId: 'a' });
    for await (const { sessionId } of listAll(waverify.listSessions)) sessions.push(sessionId);
    expect(sessions).toEqual(['a']);
  });

  it('reads a stream until its reader leaves', async () => {
    const { id } = await waverify.createSession({ sessionId: 'live' });
    for await (const { event, data } of await waverify.streamSessionEvents({ id })) {
      expect(event).toBe('state');
      expect(data).toMatchObject({ sessionId: 'live' });
      break;
    }
  });

  it('returns what is not JSON as a response', async () => {
    const response = await waverify.exportLog({ log: 'otp' });
    expect(await response.text()).toContain('verificationId');
  });

  it('says what is missing from its input, or unknown to it, before it sends anything', async () => {
    const untyped = waverify as unknown as Record<string, (input?: object) => Promise<unknown>>;
    await expect(untyped['getSession']?.()).rejects.toThrow('getSession: id is missing');
    await expect(untyped['getSession']?.({ id: 'x', name: 1 })).rejects.toThrow(
      'name is not known',
    );
    await expect(untyped['getSession']?.({ id: '..' })).rejects.toThrow('must not be ..');
    expect(() => createWaverify({ baseUrl: 'otp.example.com' })).toThrow(TypeError);
  });

  it('says that something else has answered', async () => {
    const proxy = async () => new Response('<html>');
    const other = createWaverify({ baseUrl: h.url, fetch: proxy });
    expect((await failureOf(other.listKeys())).code).toBe('unexpected_response');
  });
});

type Kind = number | 'close' | 'hang';

function answer(response: ServerResponse, kind: Kind): void {
  if (kind === 'close') response.socket?.destroy();
  if (typeof kind !== 'number') return;
  const body = { success: true, message: '', data: { verificationId: 'x' } };
  response.writeHead(kind, { 'content-type': 'application/json' });
  response.end(kind === 200 ? JSON.stringify(body) : '<html>');
}

describe('a request that fails in passing', () => {
  let server: Server;
  let seen: { readonly path: string; readonly key: unknown }[];
  /** How each next request is answered; the last answer stays. */
  let answers: Kind[];
  let broken: Waverify;
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push({ path: String(request.url), key: request.headers['idempotency-key'] });
      answer(response, (answers.length > 1 ? answers.shift() : answers[0]) ?? 'hang');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    broken = createWaverify({ baseUrl: `http://127.0.0.1:${port}/otp/`, apiKey: 'x' });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const reset = (...next: typeof answers) => {
    [seen, answers] = [[], next];
  };

  it('is sent again with the same key', async () => {
    reset('close', 503, 200);
    expect(await broken.sendCode({ phoneNumber: '+6281234567890' })).toEqual({
      verificationId: 'x',
    });
    expect(seen.map(({ path }) => path)).toEqual(Array(3).fill('/otp/api/otp/send'));
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(seen[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not sent again if that could have a second effect, or after a refusal', async () => {
    reset('close');
    const lost = await failureOf(broken.createKey({ name: 'x', scopes: ['otp:send'] }));
    expect([lost.code, seen.length]).toEqual(['connection_failed', 1]);
    reset(429);
    const limited = await failureOf(broken.sendCode({ phoneNumber: '+6281234567890' }));
    expect([limited.status, limited.code, seen.length]).toEqual([429, 'unexpected_response', 1]);
  });

  it('ends after its time, or when its caller gives up', async () => {
    reset('hang');
    const slow = broken.listKeys({}, { timeoutMs: 50, maxRetries: 0 });
    expect((await failureOf(slow)).code).toBe('timeout');
    const signal = AbortSignal.timeout(50);
    await expect(broken.listKeys({}, { signal })).rejects.toBe(await reasonOf(signal));
  });

  async function reasonOf(signal: AbortSignal): Promise<unknown> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return signal.reason;
  }
});

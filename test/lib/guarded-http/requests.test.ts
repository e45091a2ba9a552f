import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGuardedClient } from '../../../src/lib/guarded-http/guarded-client.ts';
import { type Loopback, startLoopback } from '../../support/guarded-http/loopback.ts';
import { hang, respond, startTarget, type Target } from '../../support/guarded-http/target.ts';

let loopback: Loopback;
let target: Target;
let post: Loopback['post'];

describe('a request', () => {
  beforeAll(async () => {
    loopback = await startLoopback();
    ({ target, post } = loopback);
  });
  afterAll(() => loopback.close());

  it('is one POST with the body, the headers and the path as given', async () => {
    const before = target.requests.length;
    const result = await post(respond(200, [], 'ok'), { path: '/hooks/%C3%A9?a=1&b=%20' });
    expect(result).toEqual({
      kind: 'response',
      status: 200,
      excerpt: 'ok',
      milliseconds: expect.any(Number),
    });
    const [request = '', ...others] = target.requests.slice(before);
    expect(others).toEqual([]);
    expect(request).toMatch(/^POST \/hooks\/%C3%A9\?a=1&b=%20 HTTP\/1\.1\r\n/);
    expect(request).toContain('webhook-id: evt_1\r\n');
    expect(request).toContain(`host: 127.0.0.1:${target.port}\r\n`);
    expect(Buffer.from(request, 'latin1').toString()).toMatch(
      /content-length: 8\r\n[\s\S]*\{"é":1\}$/,
    );
  });

  it.each([301, 302, 303, 307, 308])('follows no %i', async (status) => {
    const secret = await startTarget({ host: '127.0.0.1' });
    const location = `Location: http://127.0.0.1:${secret.port}/latest/meta-data`;
    expect(await post(respond(status, [location]))).toMatchObject({ kind: 'response', status });
    expect(secret.connections()).toBe(0);
    await secret.close();
  });

  it('uses no proxy', async () => {
    const proxy = await startTarget({ host: '127.0.0.1' });
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const direct = createGuardedClient({ allowedNetworks: ['127.0.0.1'] });
    target.behaveLike(respond(200));
    const url = `http://127.0.0.1:${target.port}/`;
    expect(await direct.post({ url, headers: {}, body: '' })).toMatchObject({ status: 200 });
    expect(proxy.connections()).toBe(0);
    vi.unstubAllEnvs();
    await Promise.all([direct.close(), proxy.close()]);
  });

  it('with a header that is not valid is a mistake of the caller, not of the endpoint', async () => {
    const url = `http://127.0.0.1:${target.port}/`;
    const headers = { 'webhook-id': 'evt_1\r\nx: y' };
    await expect(loopback.client.post({ url, headers, body: '' })).rejects.toThrow();
  });
});

describe('a connection', () => {
  beforeEach(async () => {
    loopback = await startLoopback();
    ({ target, post } = loopback);
    return () => loopback.close();
  });

  it('is kept after a body of 16 KiB, and closed within a longer one', async () => {
    await post(respond(200, [], 'x'.repeat(16_384)));
    await pause(300);
    expect(target.open()).toBe(1);
    await post(respond(200, [], 'x'.repeat(1_000_000)));
    // Sooner than an unused one.
    await expect.poll(target.open, { timeout: 1500 }).toBe(0);
    expect(target.connections()).toBe(1);
  });

  it('serves a few requests in a row, but ends after a few seconds even if it is used', async () => {
    const startedAt = performance.now();
    let requests = 0;
    while (performance.now() - startedAt < 6000) {
      expect(await post(respond(200))).toMatchObject({ status: 200 });
      requests += 1;
      await pause(100);
    }
    expect(target.connections()).toBeGreaterThanOrEqual(2);
    expect(target.connections()).toBeLessThan(requests / 2);
  });

  it('ends soon if it is not used, whatever the server offers', async () => {
    await post(respond(200, ['Connection: keep-alive', 'Keep-Alive: timeout=600']));
    expect(target.open()).toBe(1);
    await expect.poll(target.open, { timeout: 3500 }).toBe(0);
  });

  it('ends with the client, and the requests on it', async () => {
    const pending = post(hang);
    await expect.poll(() => target.requests.length).toBe(1);
    await loopback.client.close();
    expect(await pending).toMatchObject({ kind: 'failed', code: 'aborted' });
    await expect.poll(target.open).toBe(0);
  });
});

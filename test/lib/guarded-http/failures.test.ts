import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Loopback, startLoopback } from '../../support/guarded-http/loopback.ts';
import {
  type Behaviour,
  hang,
  hangUp,
  respond,
  startTarget,
  type Target,
  write,
} from '../../support/guarded-http/target.ts';

let loopback: Loopback;
let target: Target;
let post: Loopback['post'];

beforeAll(async () => {
  loopback = await startLoopback();
  ({ target, post } = loopback);
});
afterAll(() => loopback.close());

describe('a failure', () => {
  it.each([
    ['nothing but silence', hang],
    ['half a status', write('HTTP/1.1 20')],
    ['half a head', write('HTTP/1.1 200 OK\r\nX-A: b\r\n')],
    ['informational responses only', write('HTTP/1.1 103 Early Hints\r\n\r\n')],
  ])('is a timeout after %s, and ends the connection', async (_, behaviour) => {
    await expect.poll(target.open, { timeout: 5000 }).toBe(0);
    const before = target.connections();
    const result = await post(behaviour, { timeoutMs: 300 });
    expect(result).toMatchObject({ kind: 'failed', code: 'timeout' });
    expect(result).toHaveProperty(
      'milliseconds',
      expect.toSatisfy((ms) => ms > 300 - 10 && ms < 3000),
    );
    await expect.poll(target.open, { timeout: 1500 }).toBe(0);
    // Nor is there another one.
    await pause(100);
    expect(target.connections()).toBe(before + 1);
  });

  it('is a timeout after a head that never ends', async () => {
    const behaviour: Behaviour = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('X-A: b\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    };
    expect(await post(behaviour, { timeoutMs: 300 })).toMatchObject({ code: 'timeout' });
  });

  it.each([
    ['the server hangs up', hangUp],
    ['the head breaks off', (socket) => void socket.end('HTTP/1.1 200 OK\r\nX-A')],
  ] satisfies [string, Behaviour][])('is one of the connection if %s', async (_, behaviour) => {
    expect(await post(behaviour)).toMatchObject({ kind: 'failed', code: 'connection' });
  });

  it('is one of the connection if no one listens', async () => {
    const gone = await startTarget({ host: '127.0.0.1' });
    await gone.close();
    const url = `http://127.0.0.1:${gone.port}/`;
    expect(await loopback.client.post({ url, headers: {}, body: '' })).toMatchObject({
      kind: 'failed',
      code: 'connection',
      message: expect.stringContaining('ECONNREFUSED'),
      milliseconds: expect.any(Number),
    });
  });

  it.each([
    ['an SMTP server', '220 mail.example.com ESMTP\r\n'],
    ['noise', `\0\x01\x02${'ÿ'.repeat(50)}\r\n`],
    ['another version', 'HTTP/9.9 200 OK\r\n\r\n'],
    ['a status of letters', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'],
    ['a huge head', `HTTP/1.1 200 OK\r\nX-A: ${'b'.repeat(70_000)}\r\n\r\n`],
  ])('is one of the protocol if %s answers', async (_, text) => {
    expect(await post(write(text), { timeoutMs: 5000 })).toMatchObject({
      kind: 'failed',
      code: 'protocol',
    });
  });

  it('is not repeated', async () => {
    const before = target.requests.length;
    await post(hangUp);
    await pause(200);
    expect(target.requests.length).toBe(before + 1);
  });

  it('is no failure of the endpoint if the caller gives up, before or meanwhile', async () => {
    const before = target.requests.length;
    const result = await post(respond(200), { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ kind: 'failed', code: 'aborted' });
    expect(target.requests.length).toBe(before);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    expect(await post(hang, { signal: controller.signal })).toMatchObject({ code: 'aborted' });
    await expect.poll(target.open, { timeout: 5000 }).toBe(0);
  });

  it('has no cause in our process if many requests share a signal, and leaves nothing on it', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const controller = new AbortController();
    const posts = Array.from({ length: 40 }, () => post(hang, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 300);
    const results = await Promise.all(posts);
    expect(new Set(results.map((result) => 'code' in result && result.code))).toEqual(
      new Set(['aborted']),
    );
    await post(respond(200), { signal: new AbortController().signal });
    process.off('warning', note);
    expect(warnings).toEqual([]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await expect.poll(target.open, { timeout: 5000 }).toBe(0);
  });
});

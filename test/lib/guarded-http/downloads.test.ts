import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Loopback, MOST_BYTES, startLoopback } from '../../support/guarded-http/loopback.ts';
import { type Behaviour, hang, respond, write } from '../../support/guarded-http/target.ts';

let loopback: Loopback;
let get: Loopback['get'];

beforeAll(async () => {
  loopback = await startLoopback();
  ({ get } = loopback);
});
afterAll(() => loopback.close());

const redirect = (location: string, status = 302) => respond(status, [`Location: ${location}`]);

/** Redirects `times` times to itself, then responds. */
function redirecting(times: number): Behaviour {
  let left = times;
  return (socket, request) => {
    left -= 1;
    const behave = left < 0 ? respond(200, [], 'here') : redirect(`../again/${left}?x=1`);
    behave(socket, request);
  };
}

describe('a file of a URL', () => {
  it('is read', async () => {
    expect(await get(respond(200, [], 'hello'))).toEqual({ kind: 'read', value: 'hello' });
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
    expect(await get(write(chunked))).toEqual({ kind: 'read', value: 'abc' });
    const ended: Behaviour = (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nto the end');
    expect(await get(ended)).toEqual({ kind: 'read', value: 'to the end' });
  });

  it('may be behind three redirects, but not four', async () => {
    expect(await get(redirecting(3))).toEqual({ kind: 'read', value: 'here' });
    expect(loopback.target.requests.at(-1)).toContain('GET /again/0?x=1 ');
    expect(await get(redirecting(4))).toMatchObject({ kind: 'refused' });
  });

  it.each([
    'http://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'https://user:secret@example.com/',
    'https://',
  ])('is refused if it redirects to %s', async (location) => {
    expect(await get(redirect(location, 307))).toMatchObject({ kind: 'refused' });
  });

  it.each([204, 206, 404, 500, 304])('is not there if the server responds %i', async (status) => {
    expect(await get(respond(status))).toEqual({ kind: 'status', status });
  });

  it('is too large by what the server says, or by what it sends', async () => {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${MOST_BYTES + 1}\r\n\r\n`;
    expect(await get(write(head))).toEqual({ kind: 'too_large' });
    const endless: Behaviour = (socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(10_000)));
      };
      socket.on('drain', more);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      more();
    };
    expect(await get(endless)).toEqual({ kind: 'too_large' });
    const most = 'x'.repeat(MOST_BYTES);
    expect(await get(respond(200, [], most))).toEqual({ kind: 'read', value: most });
  });

  it('fails if it breaks off, or does not end in time', async () => {
    const cut: Behaviour = (socket) =>
      void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    expect(await get(cut)).toMatchObject({ kind: 'failed', code: 'connection' });
    const slow = write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    const patience = { timeoutMs: 200 };
    expect(await get(slow, patience)).toMatchObject({ kind: 'failed', code: 'timeout' });
    expect(await get(hang, patience)).toMatchObject({ kind: 'failed', code: 'timeout' });
    await expect.poll(loopback.target.open).toBe(0);
  });

  it('throws what its reader throws', async () => {
    loopback.target.behaveLike(respond(200, [], 'hello'));
    const url = `http://127.0.0.1:${loopback.target.port}/`;
    const read = async () => Promise.reject(new Error('the disk is full'));
    await expect(loopback.client.get({ url, mostBytes: 10, read })).rejects.toThrow('disk');
    await expect.poll(loopback.target.open).toBe(0);
  });
});

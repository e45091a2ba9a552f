import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Loopback, startLoopback } from '../../support/guarded-http/loopback.ts';
import { type Behaviour, respond, type Target, write } from '../../support/guarded-http/target.ts';

let loopback: Loopback;
let target: Target;
let post: Loopback['post'];

beforeAll(async () => {
  loopback = await startLoopback();
  ({ target, post } = loopback);
});
afterAll(() => loopback.close());

/** Writes the start of a response and then the same text again and again, as long as the client reads. */
function endless(head: string, text: string) {
  const sent = { bytes: 0 };
  const behave: Behaviour = (socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(text)) sent.bytes += text.length;
    };
    socket.on('drain', more);
    socket.write(head);
    more();
  };
  return { sent, behave };
}

describe('a response', () => {
  it('has any status', async () => {
    for (const status of [200, 204, 299, 400, 404, 410, 429, 500, 503, 599]) {
      expect(await post(respond(status))).toMatchObject({ kind: 'response', status });
    }
  });

  it('says when to try again', async () => {
    const retryAfter = async (value: string) => post(respond(503, [`Retry-After: ${value}`]));
    expect(await retryAfter('120')).toMatchObject({ retryAfterSeconds: 120 });
    expect(await retryAfter('Mon, 30 Nov 2026 12:01:00 GMT')).toMatchObject({
      retryAfterSeconds: 60,
    });
    expect(await retryAfter('soon')).not.toHaveProperty('retryAfterSeconds');
  });

  it('may be HTTP/1.0, or end with the connection', async () => {
    const ending =
      (text: string): Behaviour =>
      (socket) =>
        void socket.end(text);
    const old = 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold';
    expect(await post(ending(old))).toMatchObject({ status: 200, excerpt: 'old' });
    expect(await post(ending('HTTP/1.1 201 Created\r\n\r\nnew'))).toMatchObject({
      status: 201,
      excerpt: 'new',
    });
  });

  it('may follow informational ones', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n';
    const behaviour = write(`${early}HTTP/1.1 204 No Content\r\n\r\n`);
    expect(await post(behaviour)).toMatchObject({ status: 204 });
  });

  it('may take its time', async () => {
    const result = await post((socket, request) => {
      setTimeout(() => respond(200)(socket, request), 300);
    });
    expect(result).toMatchObject({ status: 200 });
    expect(result).toHaveProperty(
      'milliseconds',
      expect.toSatisfy((ms) => ms > 300 - 10 && ms < 3000),
    );
  });

  it('counts as far as it came if it breaks off within the body', async () => {
    const behaviour: Behaviour = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin', () => {
        setTimeout(() => socket.destroy(), 100);
      });
    };
    expect(await post(behaviour)).toMatchObject({ status: 200, excerpt: 'begin' });
  });

  it.each([
    [
      'a body of a gigabyte',
      'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n',
      'x'.repeat(4096),
    ],
    ['an endless body', 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(4096)],
    [
      'an endless chunked body',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      `1000\r\n${'x'.repeat(4096)}\r\n`,
    ],
    [
      'an endless body of small chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      '1\r\nx\r\n'.repeat(500),
    ],
  ])('is cut off within %s', async (_, head, text) => {
    const { sent, behave } = endless(head, text);
    const result = await post(behave);
    expect(result).toMatchObject({ kind: 'response', status: 200, excerpt: 'x'.repeat(1024) });
    await expect.poll(target.open, { timeout: 5000 }).toBe(0);
    // What lies in the buffers of both sides.
    expect(sent.bytes).toBeLessThan(30_000_000);
  });

  it('with a body that does not end in time counts as far as it came', async () => {
    const behaviour: Behaviour = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n');
    };
    const result = await post(behaviour, { timeoutMs: 400 });
    expect(result).toMatchObject({ kind: 'response', status: 200, excerpt: 'ok' });
    await expect.poll(target.open, { timeout: 5000 }).toBe(0);
  });
});

describe('an excerpt', () => {
  const excerptOf = async (body: Buffer) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`;
    const result = await post(
      (socket) => void socket.write(Buffer.concat([Buffer.from(head), body])),
    );
    return result.kind === 'response' ? result.excerpt : result;
  };

  it('has no control characters and no text in another direction', async () => {
    const text = 'a\0b\x1b[31mc\x7fd\x85e\u202ef\u2066g\ufeffh\r\n\ti\u2028j';
    expect(await excerptOf(Buffer.from(text))).toBe('ab[31mcd efgh i j');
    expect(await excerptOf(Buffer.from('日本語 💚 👨‍👩‍👧'))).toBe('日本語 💚 👨‍👩‍👧');
  });

  it('is valid UTF-8 wherever it is cut', async () => {
    for (const [start, whole] of [
      ['', 341], // 1023 bytes and one of the next character.
      ['a', 341],
      ['ab', 340],
    ] as const) {
      const body = Buffer.from(start + '語'.repeat(500));
      expect(await excerptOf(body)).toBe(start + '語'.repeat(whole));
    }
  });

  it('replaces what is not UTF-8', async () => {
    expect(await excerptOf(Buffer.from([0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x62]))).toMatch(
      /^a\ufffd+\(\ufffd+b$/,
    );
  });
});

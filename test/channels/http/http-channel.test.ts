import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHttpChannel } from '../../../src/channels/http/http-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';

type Behaviour = NonNullable<Parameters<Gateway['behaveLike']>[0]>;

const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end('{"code":"no"}');
const hang: Behaviour = () => {};
const hangUp: Behaviour = (request) => void request.socket.destroy();
const cutTheBody: Behaviour = (request, response) => {
  response.writeHead(200, { 'content-length': '100000' });
  response.write('{', () => request.socket.destroy());
};

itIsAChannel('the http channel', async () => {
  const gateway = await startGateway();
  const channel = createHttpChannel({ name: 'http', url: gateway.url, token: 'token' });
  const faults = Object.fromEntries(
    [answer(400), answer(401), answer(429), answer(500), answer(302), hang, hangUp].map(
      (behaviour, index) => [index, () => gateway.behaveLike(behaviour)],
    ),
  );
  const close = async () => {
    await channel.close();
    await gateway.close();
  };
  const received = () => gateway.messages.map(({ text }) => text);
  return { channel, received, faults, close };
});

describe('the http channel', () => {
  let gateway: Gateway;
  const opened: ReturnType<typeof createHttpChannel>[] = [];
  const open = (token?: string) => {
    const channel = createHttpChannel({ name: 'http', url: gateway.url, token });
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterEach(async () => {
    gateway.behaveLike();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => gateway.close());

  it('posts what the documents name, and nothing else', async () => {
    await open('secret').send(newMessage({ companyName: 'PT. Contoh', locale: 'id' }));
    expect(gateway.messages.at(-1)).toEqual({
      verificationId: 'verification',
      to: '+6281234567890',
      code: '8675309123',
      text: '8675309123 is your verification code.',
      locale: 'id',
      companyName: 'PT. Contoh',
    });
    expect(gateway.authorizations.at(-1)).toBe('Bearer secret');
  });

  it('leaves out the name and the token that it does not have', async () => {
    await open().send(newMessage());
    expect(gateway.messages.at(-1)).not.toHaveProperty('companyName');
    expect(gateway.authorizations.at(-1)).toBeUndefined();
  });

  it.each([200, 201, 202, 204])('takes %i for yes', async (status) => {
    gateway.behaveLike((_, response) => void response.writeHead(status).end());
    await expect(open().send(newMessage())).resolves.toMatchObject({ status: 'accepted' });
  });

  it.each([
    ...[301, 302, 303, 307, 308, 304, 401, 403, 404].map((status) => [status, 'misconfigured']),
    ...[400, 402, 405, 409, 410, 413, 422].map((status) => [status, 'refused']),
    ...[429, 500, 502, 503, 504].map((status) => [status, 'unavailable']),
  ] as [number, string][])('takes %i for %s', async (status, reason) => {
    gateway.behaveLike(answer(status));
    const error = await failureOf(open().send(newMessage()));
    expect(error.reason).toBe(reason);
    expect(error.message).toBe(`the gateway returned ${status}`);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    const other = await startGateway();
    gateway.behaveLike(answer(status, { location: other.url }));
    const sent = gateway.messages.length;
    await failureOf(open('secret').send(newMessage()));
    expect(other.messages).toEqual([]);
    expect(gateway.messages).toHaveLength(sent + 1);
    await other.close();
  });

  it('gives up a gateway that is silent, at the deadline', async () => {
    gateway.behaveLike(hang);
    const startedAt = performance.now();
    const error = await failureOf(open().send(newMessage({ deadline: AbortSignal.timeout(200) })));
    expect(error.reason).toBe('timeout');
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('does not wait for the end of an answer, however long it is', async () => {
    gateway.behaveLike((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(timer));
      response.writeHead(200);
    });
    const startedAt = performance.now();
    await open().send(newMessage());
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('takes a gateway that hangs up for unavailable', async () => {
    gateway.behaveLike(hangUp);
    expect((await failureOf(open().send(newMessage()))).reason).toBe('unavailable');
  });

  it('takes yes for yes, even when the answer breaks off behind it', async () => {
    gateway.behaveLike(cutTheBody);
    const channel = open();
    const sends = Array.from({ length: 50 }, () => channel.send(newMessage()));
    const results = await Promise.allSettled(sends);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toHaveProperty('reason');
    }
  });

  it('takes an address where nobody listens for unavailable', async () => {
    const port = await findClosedPort();
    const channel = createHttpChannel({
      name: 'http',
      url: `http://127.0.0.1:${port}/`,
      token: '',
    });
    const error = await failureOf(channel.send(newMessage()));
    expect(error.reason).toBe('unavailable');
    expect(error.message).toMatch(/^the gateway could not be reached: .+ \([A-Z_]+\)$/);
    expect(error.mayHaveArrived).toBe(false);
  });

  it.each([
    ...[302, 400, 401, 404, 408, 409, 429].map((status) => [status, false] as const),
    ...[500, 502, 503, 504, 521].map((status) => [status, true] as const),
  ])('knows after %i whether the message may be out: %s', async (status, mayHaveArrived) => {
    gateway.behaveLike(answer(status));
    expect((await failureOf(open().send(newMessage()))).mayHaveArrived).toBe(mayHaveArrived);
  });

  it.each([
    ['closes the connection', hangUp],
    ['resets the connection', (request) => void request.socket.resetAndDestroy()],
    ['answers what is not HTTP', (request) => void request.socket.end('nonsense')],
    ['never answers', hang],
  ] as [string, Behaviour][])(
    'takes a gateway that read the message and %s for one that may have passed it on',
    async (_, behaviour) => {
      gateway.behaveLike(behaviour);
      const channel = open();
      for (const connection of ['new', 'used before']) {
        const sending = channel.send(newMessage({ deadline: AbortSignal.timeout(300) }));
        expect([connection, (await failureOf(sending)).mayHaveArrived]).toEqual([connection, true]);
        gateway.behaveLike();
        await channel.send(newMessage());
        gateway.behaveLike(behaviour);
      }
    },
  );

  it('knows that a message did not leave where there is no address, no TLS, or no connection in time', async () => {
    const silent = createTcpServer((socket) => void socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const plain = gateway.url.replace('http:', 'https:');
    const urls = ['http://gateway.invalid/', plain, `https://127.0.0.1:${port}/`];
    for (const url of urls) {
      const channel = createHttpChannel({ name: 'http', url, token: '' });
      opened.push(channel);
      const sending = channel.send(newMessage({ deadline: AbortSignal.timeout(500) }));
      expect([url, (await failureOf(sending)).mayHaveArrived]).toEqual([url, false]);
    }
    silent.close();
  });
});

async function findClosedPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

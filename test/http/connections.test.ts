import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFull } from '../support/full-run.ts';
import { createAccountCalls } from '../support/http/account-calls.ts';
import { createClient } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, inBatches, type OtpCalls, tally } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

/** More than the server keeps open, in a full run three times as many. */
const SILENT = isFull ? 3000 : 1200;
const STREAMS = isFull ? 1000 : 100;

describe('a server that strangers hold connections of', () => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    h = await createHarness({ env: { LIMIT_SENDS_PER_PREFIX_HOUR: '0' } });
    otp = createOtpCalls(h);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await h.close();
  });

  async function open(begin = ''): Promise<Socket> {
    const socket = connect(Number(new URL(h.url).port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {}); // It is closed to make room: that is what this is about.
    await once(socket, 'connect');
    if (begin !== '') socket.write(begin);
    return socket;
  }

  /** Logs in over connections of its own, which have to be accepted first. */
  async function logInAnew(phone: string) {
    const client = createClient(h.url);
    const fresh = createOtpCalls({ ...h, client });
    try {
      return await fresh.verify(phone, await fresh.sendCode(phone));
    } finally {
      client.close();
    }
  }

  /** Opens connections in the manner of one who wants them all, and logs people in at the same time. */
  async function logInBeside(begin: string): Promise<Record<string, number>> {
    const strangers = inBatches(Array.from({ length: SILENT }), () => open(begin), 100);
    const honest = inBatches(Array.from({ length: 60 }, nextNumber), logInAnew, 3);
    const [answers] = await Promise.all([honest, strangers]);
    const after = nextNumber();
    answers.push(await logInAnew(after));
    expect((await h.client.call({ method: 'GET', path: '/api/health' })).status).toBe(200);
    return tally(answers);
  }

  it('F4: answers honest callers beside silent connections', async () => {
    expect(await logInBeside('')).toEqual({ '200': 61 });
  }, 120_000);

  it('F4: answers honest callers beside requests that never end', async () => {
    const head = 'POST /api/otp/send HTTP/1.1\r\nHost: x\r\nX-API-Key: nobody\r\n';
    const begun = `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    expect(await logInBeside(begun)).toEqual({ '200': 61 });
  }, 120_000);

  it('F4: keeps a connection that is at work, however many come', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const phone = nextNumber();
    h.gateway.behaveLike(async (_, response) => {
      await released;
      response.writeHead(200).end();
    });
    const sending = otp.send(phone);
    await inBatches(Array.from({ length: 1200 }), () => open(), 100);
    release();
    expect((await sending).status).toBe(200);
    h.gateway.behaveLike();
  }, 120_000);
});

describe('streams of one caller', () => {
  it('F4: are 10 at most, and leave room for everybody else', async () => {
    const h = await createHarness();
    const shop = await createAccountCalls(h, 'shop', { scopes: ['sessions:manage'] });
    const other = await createAccountCalls(h, 'bank');
    for (const { sessions } of [shop, other]) await sessions.create('z');
    const opened: Response[] = [];
    const follow = async (key: string) => {
      const response = await fetch(`${h.url}/api/sessions/z/events`, {
        headers: { 'x-api-key': key },
      });
      if (response.status === 200) opened.push(response);
      else await response.text();
      return response;
    };
    const tries = await inBatches(Array.from({ length: STREAMS }), () => follow(shop.secret));
    expect(tries.filter(({ status }) => status === 200)).toHaveLength(10);
    const [refused] = tries.filter(({ status }) => status !== 200);
    expect([refused?.status, Number(refused?.headers.get('retry-after'))]).toEqual([429, 5]);
    expect((await follow(other.secret)).status).toBe(200);
    const otp = createOtpCalls(h);
    expect((await otp.verify('+6281299987890', await otp.sendCode('+6281299987890'))).status).toBe(
      200,
    );

    for (const response of opened) await response.body?.cancel();
    await expect.poll(async () => (await follow(shop.secret)).status).toBe(200);
    for (const response of opened) await response.body?.cancel().catch(() => {});
    await h.close();
  });

  it('F4: give their places back, however they end', async () => {
    const h = await createHarness();
    const shop = await createAccountCalls(h, 'shop');
    await shop.sessions.create('z');
    for (let round = 0; round < 30; round += 1) {
      const leaving = new AbortController();
      const response = await fetch(`${h.url}/api/sessions/z/events`, {
        headers: { 'x-api-key': shop.secret },
        signal: leaving.signal,
      });
      // Told within a moment of the end: the one before may still have its place.
      expect([200, 429]).toContain(response.status);
      leaving.abort();
      const head = await shop.client.call({ method: 'HEAD', path: '/api/sessions/z/events' });
      expect([200, 429]).toContain(head.status);
      expect((await shop.client.get('/api/sessions/nothing/events')).status).toBe(404);
      const file = await shop.client.get('/api/analytics/export?log=activity');
      expect([200, 429]).toContain(file.status);
    }
    const counts = await inBatches(
      Array.from({ length: 10 }),
      async () => {
        const { status } = await shop.client.get('/api/analytics/export?log=otp');
        return status;
      },
      1,
    );
    expect(new Set(counts)).toEqual(new Set([200]));
    await h.close();
  });
});

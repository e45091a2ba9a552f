import { setTimeout as pause } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionEventRoutes } from '../../../../src/http/api/sessions/session-event-routes.ts';
import { createStreamSlots } from '../../../../src/http/api/sessions/stream-slots.ts';
import type { App } from '../../../../src/http/app.ts';
import type { HttpEnv } from '../../../../src/http/http-env.ts';
import { startServer } from '../../../../src/http/server.ts';
import { createTestDatabase } from '../../../support/database/databases.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { openEvents } from '../../../support/http/event-stream.ts';
import { startGateway } from '../../../support/http/gateway.ts';
import { createHarness } from '../../../support/http/harness.ts';
import { createSessionCalls, labVariables } from '../../../support/http/session-calls.ts';
import { OWNER } from '../../../support/owner.ts';
import { startServerProcess } from '../../../support/process/server-process.ts';
import { startSessionLab } from '../../../support/whatsapp/session-lab.ts';

const { lab, h, sessions, close } = await startSessionLab();
afterAll(close);

const follow = (id: string) => openEvents(h.url, `/api/sessions/${id}/events`);

describe('the events of a session', () => {
  it('tell how it stands, then the QR, then every step until it is open, and end with its deletion', async () => {
    const phone = lab.addPhone();
    await sessions.create('live');
    await sessions.restart('live');
    const stream = await follow('live');
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await stream.untilState('unlinked');
    const { body } = await sessions.qr('live');
    await stream.untilState('qr');
    await phone.scanQr(String(body.data?.['qr']));
    await stream.untilState('open');

    const states = stream.states().filter((state, at, all) => state !== all[at - 1]);
    expect(states.slice(0, 3)).toEqual(['unlinked', 'connecting', 'qr']);
    expect(states.slice(3)).toContain('linking');
    expect(states.at(-1)).toBe('open');
    const qrs = stream.events.filter(({ event }) => event === 'qr').map(({ data }) => data);
    expect(qrs).toEqual([
      { qr: body.data?.['qr'], expiresAt: body.data?.['expiresAt'], expiresIn: expect.any(Number) },
      null,
    ]);
    const details = stream.events.findLast(({ event }) => event === 'state')?.data;
    const now = (await sessions.get('live')).body.data;
    expect(Object.keys(details as object)).toEqual(Object.keys(now ?? {}));
    expect(details).toMatchObject({ sessionId: 'live', phoneNumber: phone.number, keptHere: true });

    await sessions.remove('live');
    await stream.untilEnd();
  });

  it('leave out no step, however short it was', async () => {
    const phone = lab.addPhone();
    await sessions.create('steps');
    await sessions.restart('steps');
    const stream = await follow('steps');
    await stream.untilState('unlinked');
    await sessions.pair('steps', phone.number);
    await sessions.pair('steps', phone.number);
    const attempt = ['unlinked', 'connecting', 'qr', 'code'];
    await stream.until(() => stream.states().filter((state) => state === 'code').length === 2, '2');
    expect(stream.states().filter((state, at, all) => state !== all[at - 1])).toEqual([
      ...attempt,
      ...attempt,
    ]);
    await sessions.remove('steps');
    await stream.untilEnd();
  });

  it('reaches everybody who follows, also one who comes late', async () => {
    const phone = lab.addPhone();
    await sessions.create('crowd');
    const streams = await Promise.all(Array.from({ length: 9 }, () => follow('crowd')));
    const { body } = await sessions.qr('crowd');
    await phone.scanQr(String(body.data?.['qr']));
    await Promise.all(streams.map((stream) => stream.untilState('open')));
    const late = await follow('crowd');
    await late.untilState('open');
    expect(late.states()).toEqual(['open']);
    await sessions.remove('crowd');
    await Promise.all([...streams, late].map((stream) => stream.untilEnd()));
  });

  it('tell what another node does with the session', async () => {
    const phone = lab.addPhone();
    await sessions.link('shared', phone);
    const other = await createHarness({ env: labVariables(lab), database: h.testDatabase });
    const stream = await openEvents(other.url, '/api/sessions/shared/events');
    await stream.untilState('open');
    lab.end('conflict', phone.pn);
    await sessions.untilState('shared', 'replaced');
    await stream.untilState('replaced');
    await sessions.remove('shared');
    await stream.untilEnd();
    await other.close();
  });

  it('are followed no more when their reader has left', async () => {
    await sessions.create('left');
    const before = countTimers();
    for (let round = 0; round < 9; round += 1) {
      const stream = await follow('left');
      await stream.until(() => stream.events.length > 0, 'event');
      stream.close();
    }
    await expect.poll(countTimers).toBeLessThan(before + 5);
    await sessions.remove('left');
  });

  it('are not begun for HEAD, whose sender would never read them', async () => {
    await sessions.create('head');
    const before = countTimers();
    for (let round = 0; round < 20; round += 1) {
      const path = '/api/sessions/head/events';
      const headers = { 'x-api-key': API_KEY };
      const answer = await h.client.call({ method: 'HEAD', path, headers });
      expect([answer.status, answer.raw]).toEqual([200, '']);
    }
    await expect.poll(countTimers).toBeLessThan(before + 10);
    await sessions.remove('head');
  });

  /** Every stream that goes on has a timer for its comments. */
  function countTimers(): number {
    return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  }

  it('are kept alive by a comment when there is no news', async () => {
    await sessions.create('calm');
    const bare = new Hono<HttpEnv>();
    bare.use(async (c, next) => {
      c.set('caller', OWNER);
      c.set('authorizeAgain', async () => {});
      await next();
    });
    const streams = createStreamSlots({ perCaller: 1, perAccount: 1, perNode: 1 });
    bare.route('/', sessionEventRoutes({ ...h, streams, heartbeatMs: 20 }));
    const server = await startServer({ app: bare as App, host: '127.0.0.1', port: 0 });
    const { port } = server.address() as { port: number };
    const stream = await openEvents(`http://127.0.0.1:${port}`, '/calm/events');
    await stream.until(() => stream.comments.length >= 3, 'comments');
    expect(stream.comments[0]).toBe(': still here');
    stream.close();
    server.close();
    await sessions.remove('calm');
  });

  it('end when their key is revoked', async () => {
    await sessions.create('revoked');
    const access = createAccessCalls(h);
    const { keyId, secret } = await access.createKey({ scopes: ['sessions:manage'] });
    const stream = await openEvents(h.url, '/api/sessions/revoked/events', secret);
    await stream.until(() => stream.events.length > 0, 'event');
    await access.revoke(keyId);
    await stream.untilEnd();
    await sessions.remove('revoked');
  });

  it('end at once when the node drains, and begin no more then', async () => {
    const node = await createHarness({ env: labVariables(lab) });
    const calls = createSessionCalls(node);
    await calls.create('drained');
    const stream = await openEvents(node.url, '/api/sessions/drained/events');
    await stream.until(() => stream.events.length > 0, 'event');
    const startedAt = performance.now();
    node.health.startDraining();
    await stream.untilEnd();
    const late = await openEvents(node.url, '/api/sessions/drained/events');
    await late.untilEnd();
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await node.close();
  });

  it('do not hold up a process that is told to stop, and neither does a wait for a QR', async () => {
    const testDatabase = await createTestDatabase('sqlite');
    const gateway = await startGateway();
    const node = await startServerProcess({
      databaseUrl: testDatabase.url,
      gatewayUrl: gateway.url,
      env: labVariables(lab),
    });
    await node.client.post('/api/sessions', { sessionId: 'stopped' });
    const stream = await openEvents(node.url, '/api/sessions/stopped/events');
    await stream.until(() => stream.events.length > 0, 'event');
    lab.faults = { ignoreUpgrade: true };
    await node.client.post('/api/sessions', { sessionId: 'waiting' });
    const qr = node.client.get('/api/sessions/waiting/qr');
    await pause(300);
    const startedAt = performance.now();
    expect(await node.stop('SIGTERM')).toBe(0);
    lab.faults = {};
    expect(performance.now() - startedAt).toBeLessThan(6000);
    expect((await qr).body.code).toBe('provider_unavailable');
    await stream.untilEnd();
    await gateway.close();
    await testDatabase.drop();
  });
});

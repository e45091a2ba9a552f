import { afterAll, describe, expect, it } from 'vitest';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { startSessionLab } from '../../../support/whatsapp/session-lab.ts';

const { lab, h, sessions, close } = await startSessionLab();
afterAll(close);

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

describe('a session by HTTP', () => {
  it('goes from its creation by a scanned QR to an open line, and ends with its deletion', async () => {
    const phone = lab.addPhone({ name: 'Toko Kopi' });
    const created = await sessions.create('shop');
    expect(created.status).toBe(201);
    expect(created.headers['location']).toBe('/api/sessions/shop');
    expect(created.body).toMatchObject({ success: true, data: { id: 'shop' } });

    const qr = await sessions.qr('shop');
    expect(qr.status).toBe(200);
    expect((await sessions.status('shop')).body.data).toMatchObject({
      sessionId: 'shop',
      state: 'qr',
      status: 'connecting',
      isConnected: false,
    });
    await phone.scanQr(String(qr.body.data?.['qr']));
    const open = await sessions.untilState('shop', 'open');
    expect(open).toEqual({
      sessionId: 'shop',
      status: 'active',
      state: 'open',
      reason: null,
      errorMessage: null,
      attempt: 0,
      nextTryAt: null,
      isConnected: true,
    });

    expect((await sessions.get('shop')).body.data).toMatchObject({
      phoneNumber: phone.number,
      createdAt: expect.stringMatching(TIME),
      keptHere: true,
      contactsBlockedUntil: null,
      contactsBlockedBy: null,
      queue: { waiting: 0, oldestSeconds: 0 },
    });

    const removed = await sessions.remove('shop');
    expect(removed.status).toBe(200);
    expect(removed.body.data).toEqual({ id: 'shop' });
    expect(phone.devices).toEqual([]);
    for (const answer of [await sessions.get('shop'), await sessions.remove('shop')]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'session_not_found']);
    }
    expect(await dumpTables(h, ['sessions', 'session_credentials'])).not.toContain('shop');
    const log = await dumpTables(h, ['activity_logs']);
    for (const action of ['session_create', 'qr_scan', 'connection_open', 'session_delete']) {
      expect(log).toContain(`"action":"${action}"`);
    }
  });

  it('draws a name when none is given', async () => {
    const { status, body } = await h.client.post('/api/sessions', {});
    expect(status).toBe(201);
    const id = String(body.data?.['id']);
    expect(id).toMatch(/^wa-[A-Za-z0-9_-]{8}$/);
    expect((await sessions.get(id)).status).toBe(200);
    await sessions.remove(id);
  });

  it('refuses a name that is taken, also to all but one of 10 who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => sessions.create('taken')));
    const kinds = answers.map(({ status, body }) => body.code ?? status);
    expect(kinds.filter((kind) => kind === 201)).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'session_exists')).toHaveLength(9);
    expect(answers.find(({ body }) => body.code)?.status).toBe(409);
    await sessions.remove('taken');
  });

  it('lists all sessions, the oldest first', async () => {
    await sessions.create('zeta');
    await sessions.create('alpha');
    const { status, body } = await sessions.list();
    expect(status).toBe(200);
    const all = body.data as unknown as readonly { readonly sessionId: string }[];
    expect(all.map(({ sessionId }) => sessionId)).toEqual(['zeta', 'alpha']);
    await sessions.remove('zeta');
    await sessions.remove('alpha');
    expect((await sessions.list()).body.data).toEqual([]);
  });

  it('restarts without losing its device, and leaves a line in the activity log', async () => {
    const phone = lab.addPhone();
    await sessions.link('again', phone);
    const before = lab.logins(phone.pn);
    const restarted = await sessions.restart('again');
    expect(restarted.status).toBe(200);
    expect(restarted.body.data).toMatchObject({ sessionId: 'again' });
    await sessions.untilState('again', 'open');
    expect(lab.logins(phone.pn)).toBe(before + 1);
    expect(phone.devices).toHaveLength(1);
    expect(await dumpTables(h, ['activity_logs'])).toContain('"action":"session_restart"');
    await sessions.remove('again');
  });

  it('is stopped until it is restarted, and keeps its device', async () => {
    const phone = lab.addPhone();
    await sessions.link('pausing', phone);
    const before = lab.logins(phone.pn);
    const { status, body } = await sessions.stop('pausing');
    expect([status, body.data]).toMatchObject([
      200,
      { state: 'stopped', reason: 'stop_requested', status: 'inactive', isConnected: false },
    ]);
    expect(phone.devices).toHaveLength(1);
    const refused = await sessions.sendMessage('pausing', phone.number, 'Hello');
    expect(refused.body).toMatchObject({ code: 'session_not_connected' });
    expect((await sessions.qr('pausing')).body.code).toBe('session_exists');
    expect((await sessions.stop('pausing')).body.data).toMatchObject({ state: 'stopped' });
    expect(lab.logins(phone.pn)).toBe(before);
    await sessions.restart('pausing');
    await sessions.untilState('pausing', 'open');
    expect(await dumpTables(h, ['activity_logs'])).toContain('"action":"session_stop"');
    await sessions.remove('pausing');
  });

  it('that waits to be linked is no longer shown a QR code after a stop', async () => {
    await sessions.create('waiting');
    await sessions.qr('waiting');
    expect((await sessions.stop('waiting')).body.data).toMatchObject({ state: 'unlinked' });
    await sessions.remove('waiting');
  });

  it('can be linked anew after its device was unlinked on the phone', async () => {
    const phone = lab.addPhone();
    await sessions.link('back', phone);
    phone.unlink();
    const ended = await sessions.untilState('back', 'logged_out');
    expect(ended).toMatchObject({ status: 'error', reason: expect.stringContaining('unlinked') });
    const { body } = await sessions.qr('back');
    await phone.scanQr(String(body.data?.['qr']));
    await sessions.untilState('back', 'open');
    await sessions.remove('back');
  });

  it('has nothing to show, do or delete under a name that nobody has made', async () => {
    const answers = await Promise.all([
      sessions.get('nobody'),
      sessions.status('nobody'),
      sessions.qr('nobody'),
      h.client.get('/api/sessions/nobody/events'),
      sessions.pair('nobody', '+6281234567890'),
      sessions.sendMessage('nobody', '+6281234567890', 'Hello'),
      sessions.restart('nobody'),
      sessions.stop('nobody'),
      sessions.remove('nobody'),
    ]);
    for (const { status, body } of answers) {
      expect([status, body.code]).toEqual([404, 'session_not_found']);
    }
  });

  it('answers HEAD as GET, without a body', async () => {
    await sessions.create('head');
    for (const rest of ['', '/status', '/events']) {
      const path = `/api/sessions/head${rest}`;
      const answer = await h.client.call({
        method: 'HEAD',
        path,
        headers: { 'x-api-key': API_KEY },
      });
      expect([rest, answer.status, answer.raw]).toEqual([rest, 200, '']);
    }
    await sessions.remove('head');
  });

  it('keeps every answer out of caches', async () => {
    await sessions.create('fresh');
    for (const rest of ['', '/status', '/qr', '/qr?format=png', '/qr?format=svg']) {
      const { headers } = await h.client.get(`/api/sessions/fresh${rest}`);
      expect([rest, headers['cache-control']]).toEqual([rest, 'no-store']);
    }
    await sessions.remove('fresh');
  });
});

describe('the name that an account gives itself', () => {
  it('is shown without what would steer a terminal or turn a line around', async () => {
    await sessions.create('named');
    await h.database.statements.change(
      `UPDATE "sessions" SET "userName" = $1 WHERE "sessionId" = 'named'`,
      ['Toko\u001b[31m \u202eipoK\r\n\u2028\u0085☕👩‍🍳'],
    );
    const { body } = await sessions.get('named');
    expect(body.data?.['name']).toBe('Toko[31m ipoK☕👩‍🍳');
    await sessions.remove('named');
  });
});

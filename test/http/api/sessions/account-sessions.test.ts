import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeSession, restartSession } from '../../../../src/services/whatsapp/keep-session.ts';
import { readSession } from '../../../../src/services/whatsapp/read-sessions.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import {
  type AccountCalls,
  createAccountCalls,
  createOperatorCalls,
} from '../../../support/http/account-calls.ts';
import { openEvents } from '../../../support/http/event-stream.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';
import { callerOf, OPERATOR } from '../../../support/owner.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { PATIENT, sentBy } from '../../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

type Row = Readonly<Record<string, unknown>>;

/** The session that both accounts have, each with a number of its own. */
const SHARED = 'main';

onOneDatabase('the sessions of two accounts on %s', (dialect) => {
  let lab: Lab;
  let h: WhatsAppHarness;
  let shop: AccountCalls;
  let bank: AccountCalls;
  let phoneOfShop: Phone;
  let phoneOfBank: Phone;
  let operator: Awaited<ReturnType<typeof createOperatorCalls>>;

  beforeAll(async () => {
    lab = await startLab();
    h = await createWhatsAppHarness({ lab, dialect, whatsappTiming: PATIENT });
    [shop, bank] = [await createAccountCalls(h, 'shop'), await createAccountCalls(h, 'bank')];
    operator = await createOperatorCalls(h);
    [phoneOfShop, phoneOfBank] = [lab.addPhone(), lab.addPhone()];
    await shop.sessions.link(SHARED, phoneOfShop);
    await bank.sessions.link(SHARED, phoneOfBank);
  });
  afterAll(async () => {
    await h.close();
    await lab.close();
  });

  const listOf = async ({ sessions }: AccountCalls) =>
    (await sessions.list()).body.data as unknown as Row[];
  const namesOf = async (account: AccountCalls) =>
    (await listOf(account)).map(({ sessionId }) => sessionId);

  it('are made under one name, each with its own address', async () => {
    for (const { sessions } of [shop, bank]) {
      const made = await sessions.create('made');
      expect([made.status, made.body.data]).toEqual([201, { id: 'made' }]);
      expect(made.headers['location']).toBe('/api/sessions/made');
      expect((await sessions.create('made')).body.code).toBe('session_exists');
      expect((await sessions.remove('made')).body.data).toEqual({ id: 'made' });
    }
  });

  it('are made once an account, however many ask at once', async () => {
    const answers = await inParallel(20, (i) => (i % 2 ? shop : bank).sessions.create('race'));
    expect(tally(answers)).toEqual({ '201': 2, session_exists: 18 });
    for (const { sessions } of [shop, bank])
      expect((await sessions.remove('race')).status).toBe(200);
  });

  it('are told to their own account only, by the names that it gave', async () => {
    for (const [account, phone] of [
      [shop, phoneOfShop],
      [bank, phoneOfBank],
    ] as const) {
      const { sessions } = account;
      const [row, ...others] = await listOf(account);
      expect(others).toEqual([]);
      expect(row).toMatchObject({ sessionId: SHARED, phoneNumber: phone.number });
      expect(Object.keys(row ?? {})).not.toContain('accountId');
      expect((await sessions.get(SHARED)).body.data).toEqual(row);
      expect((await sessions.status(SHARED)).body.data?.['sessionId']).toBe(SHARED);
      const stream = await openEvents(h.url, `/api/sessions/${SHARED}/events`, account.secret);
      await stream.untilState('open');
      expect(stream.events[0]?.data).toMatchObject({
        sessionId: SHARED,
        phoneNumber: phone.number,
      });
      stream.close();
    }
  });

  it('answer another account as if they were not there, under their name and under their id', async () => {
    await shop.sessions.create('till');
    const nobody = await everyCall(bank, 'nothing-here');
    expect(new Set(nobody.map(({ status }) => status))).toEqual(new Set([404]));
    for (const name of ['till', 'shop~till', `shop~${SHARED}`, 'bank~main', 'default~main']) {
      expect(await everyCall(bank, name), name).toEqual(nobody);
    }
    expect(await everyCall(shop, 'shop~till')).toEqual(nobody);
    expect(await namesOf(bank)).toEqual([SHARED]);
    expect((await shop.sessions.status('till')).body.data?.['state']).toBe('qr');
    expect((await shop.sessions.remove('till')).status).toBe(200);
  });

  /** Every call that names a session in its path, as its answers look. */
  async function everyCall({ sessions, client }: AccountCalls, id: string) {
    const answers = [
      await sessions.get(id),
      await sessions.status(id),
      await sessions.qr(id),
      await sessions.qr(id, '?format=svg'),
      await client.get(`/api/sessions/${id}/events`),
      await sessions.pair(id, '+6281234567890'),
      await sessions.restart(id),
      await sessions.sendMessage(id, '+6281234567890', 'Hello'),
      await sessions.remove(id),
    ];
    return answers.map(({ status, body }) => ({ status, ...body, requestId: '' }));
  }

  it('are drawn a name within the account when none is given', async () => {
    const { body, headers } = await bank.client.post('/api/sessions', {});
    const name = String(body.data?.['id']);
    expect(name).toMatch(/^wa-[\w-]{8}$/);
    expect(headers['location']).toBe(`/api/sessions/${name}`);
    expect((await bank.sessions.get(name)).status).toBe(200);
    expect((await shop.sessions.get(name)).status).toBe(404);
    expect(await readSession(h.sessions, callerOf('bank'), `bank~${name}`)).toBeDefined();
    expect((await bank.sessions.remove(name)).status).toBe(200);
  });

  it('send from the number of their own account', async () => {
    for (const [{ sessions }, phone] of [
      [shop, phoneOfShop],
      [bank, phoneOfBank],
    ] as const) {
      const reader = lab.addPhone();
      const sent = await sessions.sendMessage(SHARED, reader.number, 'Hello');
      expect(sent.status).toBe(200);
      expect((await reader.nextMessage()).from).toBe(phone.pn);
    }
  });

  it.each([
    ['that names none', {}],
    ['that names it', { sessionId: SHARED }],
  ])('carry a code %s, and are named in its answers as they were', async (_, fields) => {
    for (const [{ otp, accountId }, phone] of [
      [shop, phoneOfShop],
      [bank, phoneOfBank],
    ] as const) {
      const reader = lab.addPhone();
      const { body } = await otp.send(reader.number, fields);
      expect(body.data).toMatchObject({ sessionId: SHARED, channel: 'whatsapp' });
      const message = await reader.nextMessage();
      expect(message.from).toBe(phone.pn);
      expect((await otp.row(reader.number)).sessionId).toBe(`${accountId}~${SHARED}`);
      const verified = await otp.verify(reader.number, message.code ?? '', { sessionId: SHARED });
      expect(verified.body.data?.['sessionId']).toBe(SHARED);
    }
  });

  it('carry a code by the older spelling of sending', async () => {
    const reader = lab.addPhone();
    const path = `/api/messages/${SHARED}/otp`;
    const { body } = await bank.client.post(path, { to: reader.number });
    expect(body.data?.['sessionId']).toBe(SHARED);
    expect((await reader.nextMessage()).from).toBe(phoneOfBank.pn);
  });

  it('are told to an operator, all of them, by their ids and with their accounts', async () => {
    const { body, raw } = await operator.get('/api/sessions');
    const all = body.data as unknown as Row[];
    expect(all.map(({ sessionId, accountId }) => [sessionId, accountId])).toEqual([
      [`shop~${SHARED}`, 'shop'],
      [`bank~${SHARED}`, 'bank'],
    ]);
    expect(raw).not.toContain('"qr"');
    const id = `bank~${SHARED}`;
    const one = await operator.get(`/api/sessions/${id}`);
    expect(one.body.data).toEqual(all[1]);
    const { body: standing } = await operator.get(`/api/sessions/${id}/status`);
    expect(standing.data).toMatchObject({ sessionId: id, accountId: 'bank', state: 'open' });
    expect((await operator.get(`/api/sessions/${SHARED}`)).status).toBe(404);
    expect((await operator.get(`/api/sessions/bank~nothing-here`)).status).toBe(404);
  });

  it('are touched by no operator', async () => {
    const at = `/api/sessions/bank~${SHARED}`;
    const answers = [
      await operator.get(`${at}/qr`),
      await operator.get(`${at}/events`),
      await operator.post(`${at}/restart`, {}),
      await operator.post(`${at}/send-message`, { to: '+6281234567890', message: 'Hello' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    for (const act of [restartSession, removeSession]) {
      await expect(act(h.sessions, OPERATOR, `bank~${SHARED}`)).rejects.toMatchObject({
        code: 'session_not_found',
      });
    }
    expect((await bank.sessions.status(SHARED)).body.data?.['state']).toBe('open');
  });

  it('leave new contacts to the default session of their account', async () => {
    const another = lab.addPhone();
    await bank.sessions.link('default', another);
    const reader = lab.addPhone();
    const { body } = await bank.otp.send(reader.number);
    expect(body.data?.['sessionId']).toBe('default');
    expect((await reader.nextMessage()).from).toBe(another.pn);
    expect((await bank.sessions.remove('default')).status).toBe(200);
  });

  it('are deleted by their own account only, which then has no number to send from', async () => {
    expect((await bank.sessions.remove(SHARED)).status).toBe(200);
    expect(await namesOf(bank)).toEqual([]);
    expect(await namesOf(shop)).toEqual([SHARED]);
    expect((await shop.sessions.status(SHARED)).body.data?.['state']).toBe('open');
    const before = sentBy(phoneOfShop).length;
    const reader = lab.addPhone();
    for (const fields of [{}, { sessionId: SHARED }]) {
      const { status, body } = await bank.otp.send(reader.number, fields);
      expect([status, body.errors?.[0]?.message]).toEqual([
        503,
        'sessionId' in fields
          ? `unavailable: no WhatsApp session ${SHARED}`
          : 'unavailable: no WhatsApp number is linked: create a session and scan its QR code',
      ]);
    }
    const direct = await bank.sessions.sendMessage(SHARED, reader.number, 'Hello');
    expect(direct.body.code).toBe('session_not_found');
    expect(sentBy(phoneOfShop)).toHaveLength(before);
    expect(reader.inbox).toEqual([]);
  });

  it('are called by their name in what a caller is told of a failure', async () => {
    phoneOfShop.unlink();
    await shop.sessions.untilState(SHARED, 'logged_out');
    const { body } = await shop.otp.send(lab.addPhone().number, { sessionId: SHARED });
    expect(body.errors?.[0]?.message).toMatch(/^unavailable: session main is logged_out/);
  });
});

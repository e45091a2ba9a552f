import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { tally, wrongCodes } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { PATIENT, sentBy } from '../../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const NO_SUCH_HANDLE = 'x'.repeat(32);
const OF_SINGAPORE = '+6591234567';

onOneDatabase('a key that is held to less than its account, on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let all: AccountCalls;

  beforeAll(async () => {
    const env = { OTP_RESEND_SECONDS: '0', LIMIT_FAILURES_PER_IP_HOUR: '0' };
    h = await createHarness({ dialect, env });
    all = await createAccountCalls(h, 'shop');
  });
  afterAll(() => h.close());

  const held = (
    restrictions: NonNullable<Parameters<typeof createAccountCalls>[2]>['restrictions'] = {},
  ) => createAccountCalls(h, 'shop', { restrictions });

  /** Every call about codes of a number, with these fields. */
  async function everyCall({ otp, client }: AccountCalls, phone: string, fields: object = {}) {
    const query = new URLSearchParams({ ...fields }).toString();
    return [
      await otp.send(phone, { ...fields }),
      await otp.resend(phone, { ...fields }),
      await otp.verify(phone, '000000', { ...fields }),
      await otp.expire(phone, { ...fields }),
      await otp.status(phone, `?${query}`),
      await otp.verifyById(NO_SUCH_HANDLE, '000000', { purpose: 'pay', ...fields }),
      await client.post('/api/otp/expire', {
        verificationId: NO_SUCH_HANDLE,
        purpose: 'pay',
        ...fields,
      }),
    ];
  }

  it('is for its purposes, of which the one that nobody names is one', async () => {
    const key = await held({ purposes: ['pay'] });
    const phone = nextNumber();
    const [pay, login, silent] = [
      await everyCall(key, phone, { purpose: 'pay' }),
      await everyCall(key, phone, { purpose: 'login' }),
      (await everyCall(key, phone)).slice(0, 5),
    ];
    expect(tally(pay)).toEqual({ '200': 5, otp_invalid: 2 });
    expect(tally(login)).toEqual({ forbidden: 7 });
    expect(tally(silent)).toEqual({ forbidden: 5 });
    const older = await key.client.post('/api/messages/default/otp', { to: phone });
    expect(older.body.code).toBe('forbidden');
  });

  it('sends to its regions, and reads what went to others', async () => {
    const key = await held({ regions: ['ID'] });
    await all.otp.send(OF_SINGAPORE);
    const answers = await everyCall(key, OF_SINGAPORE);
    expect(answers.slice(0, 2).map(({ body }) => body.code)).toEqual(['forbidden', 'forbidden']);
    expect(answers.slice(2, 5).map(({ status }) => status)).toEqual([400, 200, 200]);
    expect((await key.otp.send(nextNumber())).status).toBe(200);
  });

  it('names its sessions only, whether or not the others are there', async () => {
    const key = await held({ sessions: ['shop~front', 'shop~back'] });
    const phone = nextNumber();
    await all.client.post('/api/sessions', { sessionId: 'there' });
    const [there, nowhere] = [
      await everyCall(key, phone, { sessionId: 'there' }),
      await everyCall(key, phone, { sessionId: 'nowhere' }),
    ];
    expect(tally(there)).toEqual({ forbidden: 7 });
    expect(there.map(({ body }) => body.message)).toEqual(nowhere.map(({ body }) => body.message));
    const sent = await key.otp.send(phone, { sessionId: 'back' });
    expect(sent.body.data?.['sessionId']).toBe('back');
    expect((await all.sessions.remove('there')).status).toBe(200);
  });

  it('notes one of its sessions for what it sends without naming one, and so can verify it', async () => {
    const key = await held({ sessions: ['shop~front', 'shop~back'] });
    const phone = nextNumber();
    const { body } = await key.otp.send(phone);
    expect(body.data?.['sessionId']).toBe('front');
    expect((await key.otp.status(phone)).body.data?.['status']).toBe('sent');
    expect((await key.otp.verify(phone, h.gateway.codeFor(phone))).status).toBe(200);

    const withDefault = await held({ sessions: ['shop~front', 'shop~default'] });
    expect((await withDefault.otp.send(phone)).body.data?.['sessionId']).toBe('default');
  });

  it.each([
    ['session', { sessions: ['shop~front'] }],
    ['purpose', { purposes: ['pay'] }],
  ])('finds no code of another %s, and tells nothing of it', async (kind, restrictions) => {
    const key = await held(restrictions);
    const fields = kind === 'session' ? {} : { purpose: 'pay' };
    const [phone, unknown] = [nextNumber(), nextNumber()];
    const { body } = await all.otp.send(phone);
    const handle = body.data?.['verificationId'];
    const code = h.gateway.codeFor(phone);
    const [wrong = ''] = wrongCodes(code, 1);
    // Attempts at a number count for all keys of the account, whether or not a code lives there.
    await all.otp.verify(phone, wrong);
    await all.otp.verify(unknown, wrong);

    const tryAll = async (number: string, verificationId: unknown) => [
      await key.otp.verify(number, code, fields),
      await key.otp.verify(number, code, fields),
      await key.otp.verifyById(verificationId, code),
      await key.client.post('/api/otp/expire', { verificationId }),
      await key.otp.expire(number, fields),
      await key.otp.status(number, kind === 'session' ? '' : '?purpose=pay'),
    ];
    const told = (answers: Awaited<ReturnType<typeof tryAll>>) =>
      answers.map(({ status, body: { requestId: _, ...rest } }) =>
        JSON.stringify({ status, ...rest }).replaceAll(/\+\d+\*+\d+/g, 'phone'),
      );
    expect(told(await tryAll(phone, handle))).toEqual(told(await tryAll(unknown, randomUUID())));
    expect((await all.otp.row(phone)).attempts).toBe(1);
    expect((await all.otp.verify(phone, code)).status).toBe(200);
  });
});

onOneDatabase('a key that is held to sessions, with WhatsApp on %s', (dialect) => {
  let lab: Lab;
  let h: WhatsAppHarness;
  let all: AccountCalls;
  let key: AccountCalls;
  let front: Phone;
  let back: Phone;
  let office: Phone;

  beforeAll(async () => {
    lab = await startLab();
    h = await createWhatsAppHarness({ lab, dialect, whatsappTiming: PATIENT });
    all = await createAccountCalls(h, 'shop');
    const restrictions = { sessions: ['shop~front', 'shop~back', 'shop~spare'], regions: ['ID'] };
    key = await createAccountCalls(h, 'shop', { restrictions });
    [front, back, office] = [lab.addPhone(), lab.addPhone(), lab.addPhone()];
    await all.sessions.link('office', office);
    await all.sessions.link('default', lab.addPhone());
  });
  afterAll(async () => {
    await h.close();
    await lab.close();
  });

  it('has no way while none of its sessions is linked, although others are', async () => {
    const { status, body } = await key.otp.send(lab.addPhone().number);
    expect([status, body.errors?.[0]?.message]).toEqual([
      503,
      'unavailable: no WhatsApp session front or back or spare',
    ]);
    expect(sentBy(office)).toEqual([]);
  });

  it('makes sessions of its names only, and needs a name', async () => {
    await key.sessions.link('back', back);
    await key.sessions.link('front', front);
    expect((await key.sessions.create('front')).body.code).toBe('session_exists');
    for (const fields of [{ sessionId: 'other' }, { sessionId: 'office' }, {}]) {
      const answer = await key.client.post('/api/sessions', fields);
      expect(answer.body.code, JSON.stringify(fields)).toBe('forbidden');
    }
  });

  it('sends through its own sessions only', async () => {
    for (let i = 0; i < 3; i += 1) {
      const reader = lab.addPhone();
      const { body } = await key.otp.send(reader.number);
      expect(['front', 'back']).toContain(body.data?.['sessionId']);
      expect([front.pn, back.pn]).toContain((await reader.nextMessage()).from);
    }
    const reader = lab.addPhone();
    const { body } = await key.otp.send(reader.number, { sessionId: 'back' });
    expect(body.data?.['sessionId']).toBe('back');
    expect((await reader.nextMessage()).from).toBe(back.pn);
    expect(sentBy(office)).toEqual([]);
  });

  it('verifies what went through one of its sessions, whoever sent it, and nothing else', async () => {
    const reader = lab.addPhone();
    await all.otp.send(reader.number, { sessionId: 'back' });
    const mine = (await reader.nextMessage()).code ?? '';
    expect((await key.otp.verify(reader.number, mine)).status).toBe(200);
    await all.otp.send(reader.number, { sessionId: 'office' });
    const theirs = (await reader.nextMessage()).code ?? '';
    expect((await key.otp.verify(reader.number, theirs)).body.code).toBe('otp_invalid');
    // The newest that it may know of.
    expect((await key.otp.status(reader.number)).body.data?.['status']).toBe('verified');
    expect((await all.otp.verify(reader.number, theirs)).status).toBe(200);
  });

  it('lists its own, and is refused every other, whether or not it is there', async () => {
    const { body } = await key.sessions.list();
    const names = (body.data as unknown as { sessionId: string }[]).map((one) => one.sessionId);
    expect(names).toEqual(['back', 'front']);
    expect(await everyCall('office')).toEqual(await everyCall('nowhere'));
    expect(new Set((await everyCall('office')).map(({ status }) => status))).toEqual(
      new Set([403]),
    );
    expect(new Set((await everyCall('spare')).map(({ status }) => status))).toEqual(new Set([404]));
    expect((await all.sessions.status('office')).body.data?.['state']).toBe('open');
  });

  async function everyCall(id: string) {
    const { sessions, client } = key;
    const answers = [
      await sessions.get(id),
      await sessions.status(id),
      await sessions.qr(id),
      await client.get(`/api/sessions/${id}/events`),
      await sessions.pair(id, '+6281234567890'),
      await sessions.restart(id),
      await sessions.sendMessage(id, '+6281234567890', 'Hello'),
      await sessions.remove(id),
    ];
    return answers.map(({ status, body }) => ({ status, ...body, requestId: '' }));
  }

  it('writes to its regions only', async () => {
    const stranger = lab.addPhone({ pn: OF_SINGAPORE });
    const refused = await key.sessions.sendMessage('front', OF_SINGAPORE, 'Hello');
    expect(refused.body.code).toBe('forbidden');
    expect((await all.sessions.sendMessage('front', OF_SINGAPORE, 'Hello')).status).toBe(200);
    expect((await stranger.nextMessage()).text).toBe('Hello');
    expect((await key.sessions.sendMessage('front', lab.addPhone().number, 'Hi')).status).toBe(200);
  });
});

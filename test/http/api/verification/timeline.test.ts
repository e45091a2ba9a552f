import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expireVerifications } from '../../../../src/services/operations/maintenance.ts';
import { createDeliveryStore } from '../../../../src/storage/delivery/delivery-store.ts';
import { toVerdict } from '../../../../web/console/timeline/diagnosis.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createAccountCalls, createOperatorCalls } from '../../../support/http/account-calls.ts';
import { type Answer, API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import { createWhatsAppHarness } from '../../../support/whatsapp/linked-harness.ts';
import { startLab } from '../../../support/whatsapp-lab/lab.ts';

type Event = Readonly<Record<string, string>>;

/** Events in short, in their order: `failed http refused`. */
function inShort(events: readonly Event[]): string[] {
  return events.map(({ kind, channel, reason, outcome, limit }) =>
    [kind, channel, reason, outcome, limit].filter((one) => one !== undefined).join(' '),
  );
}

const ENV = {
  OTP_RESEND_SECONDS: '0',
  CHANNEL_TIMEOUT_SECONDS: '1',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  // Three sends and two wrong codes at once.
  LIMIT_SENDS_PER_PHONE_HOUR: '5',
  LIMIT_FAILURES_PER_PHONE_HOUR: '4',
};

const SENT = ['requested', 'attempt http', 'accepted http'];

onOneDatabase('the timeline of a code on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { ...ENV, OTP_CHANNELS: 'http,console' } });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  const ask = (verificationId: string, client: Pick<Harness['client'], 'get'> = h.client) =>
    client.get(`/api/otp/${verificationId}/timeline`);

  function read({ status, body, raw }: Answer) {
    if (status !== 200) throw new Error(`a timeline was answered ${status}: ${raw}`);
    const events = body.data?.['events'] as readonly Event[];
    const times = events.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    const { status: stands, expiresAt } = body.data ?? {};
    return { ...body.data, events, status: stands, expiresAt };
  }

  async function timelineOf(verificationId: string, of: Pick<Harness, 'client' | 'activity'> = h) {
    await of.activity.flush();
    return read(await ask(verificationId, of.client));
  }

  async function send(fields = {}, phoneNumber = nextNumber()) {
    const code = await otp.sendCode(phoneNumber, fields);
    const { verificationId, messageId } = await otp.row(phoneNumber);
    return { phoneNumber, code, verificationId, messageId: messageId ?? '' };
  }

  const mark = () => createDeliveryStore(h.database);

  it('tells of one that arrived, was read and verified', async () => {
    const { phoneNumber, code, verificationId, messageId } = await send({ purpose: 'payment' });
    await mark().markDelivered(messageId, 'default', h.now());
    await mark().markRead(messageId, 'default', h.now());
    await otp.verify(phoneNumber, code, { purpose: 'payment' });
    const timeline = await timelineOf(verificationId);
    expect(inShort(timeline.events)).toEqual([
      ...SENT,
      ...['delivered http', 'read http', 'verified'],
    ]);
    expect(timeline).toMatchObject({
      ...{ verificationId, phoneNumber, purpose: 'payment', channel: 'http' },
      ...{ sessionId: 'default', status: 'verified' },
    });
  });

  it('tells of a wrong attempt before the right one', async () => {
    const { phoneNumber, code, verificationId } = await send();
    await otp.verify(phoneNumber, wrongCodes(code, 1)[0] ?? '');
    await otp.verify(phoneNumber, code);
    const { events } = await timelineOf(verificationId);
    expect(inShort(events)).toEqual([...SENT, 'guess wrong_code', 'verified']);
  });

  it('tells of one whose time was over, before and after the job has tidied it', async () => {
    const { verificationId } = await send();
    h.advance(301);
    const before = await timelineOf(verificationId);
    await expireVerifications(h.maintenance);
    const after = await timelineOf(verificationId);
    h.advance(-301);
    for (const { events, status, expiresAt } of [before, after] as const) {
      expect(status).toBe('expired');
      expect(inShort(events)).toEqual([...SENT, 'expired']);
      expect(events.at(-1)).toMatchObject({ at: expiresAt, details: 'timed_out' });
    }
  });

  it('tells of one that another took the place of, and of one that a caller ended', async () => {
    const first = await send();
    const second = await send({}, first.phoneNumber);
    await otp.expire(first.phoneNumber);
    const [replaced, ended] = [
      await timelineOf(first.verificationId),
      await timelineOf(second.verificationId),
    ];
    expect(inShort(replaced.events)).toEqual([...SENT, 'expired']);
    expect(replaced.events.at(-1)?.['details']).toBe('superseded');
    expect(ended.events.at(-1)).toMatchObject({ kind: 'expired', details: 'canceled_by_caller' });
  });

  it('tells of a channel that did not answer, and of the next one', async () => {
    h.gateway.behaveLike(() => {});
    const { verificationId } = await send();
    h.gateway.behaveLike();
    const { events } = await timelineOf(verificationId);
    expect(inShort(events)).toEqual([
      ...['requested', 'attempt http', 'failed http timeout'],
      ...['attempt console', 'accepted console'],
    ]);
    expect(events[2]?.['note']).toMatch(/did not answer in time/);
  });

  it('tells why every channel failed', async () => {
    const phoneNumber = nextNumber();
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    expect((await otp.send(phoneNumber, { channel: 'http' })).status).toBe(502);
    h.gateway.behaveLike();
    const { verificationId } = await otp.row(phoneNumber);
    const { events, status } = await timelineOf(verificationId);
    expect(status).toBe('failed');
    expect(inShort(events)).toEqual(['requested', 'attempt http', 'failed http refused']);
    expect(events[2]?.['note']).toBe('the gateway returned 400');
  });

  it('tells of a limit that was hit before', async () => {
    const phoneNumber = nextNumber();
    for (let sends = 0; sends < 3; sends += 1) await otp.sendCode(phoneNumber);
    expect((await otp.send(phoneNumber)).body.code).toBe('rate_limited');
    await expect
      .poll(() =>
        h.database.models.ActivityLog.count({ where: { phoneNumber, action: 'limit_hit' } }),
      )
      .toBe(1);
    await h.database.statements.change(`DELETE FROM "rate_limits" WHERE "limitKey" LIKE $1`, [
      `%${phoneNumber}%`,
    ]);
    // The node knows for a moment without asking that the limit was full.
    await pause(300);
    const { verificationId } = await send({}, phoneNumber);
    const { events } = await timelineOf(verificationId);
    expect(inShort(events)).toEqual(['limit otp-send-phone-hour', ...SENT]);
  });

  it('tells of a lock, and of who lifted it', async () => {
    const { phoneNumber, code, verificationId } = await send();
    for (const wrong of wrongCodes(code, 2)) await otp.verify(phoneNumber, wrong);
    expect((await otp.verify(phoneNumber, code)).body.code).toBe('otp_locked');
    await expect
      .poll(() =>
        h.database.models.ActivityLog.count({ where: { phoneNumber, action: 'limit_hit' } }),
      )
      .toBe(1);
    const wrong = ['guess wrong_code', 'guess wrong_code'];
    const locked = await timelineOf(verificationId);
    // Nobody waits for the row of the limit: it may come before or after the attempt that hit it.
    const [, , , , , ...hit] = inShort(locked.events);
    expect(inShort(locked.events).slice(0, 5)).toEqual([...SENT, ...wrong]);
    expect(hit.sort()).toEqual(['guess locked', 'limit otp-fail-phone-hour']);
    await otp.unlock(phoneNumber);
    await otp.verify(phoneNumber, code);
    const { events } = await timelineOf(verificationId);
    expect(inShort(events).slice(-2)).toEqual(['unlocked', 'verified']);
    expect(events.at(-2)?.['by']).toBe('bootstrap');
  });

  it('tells which wrong attempt was the last that was allowed', async () => {
    const { phoneNumber, code, verificationId } = await send();
    const [first = '', second = '', third = ''] = wrongCodes(code, 3);
    await otp.verify(phoneNumber, first);
    await otp.verify(phoneNumber, second);
    await otp.unlock(phoneNumber);
    await otp.verify(phoneNumber, third);
    await otp.unlock(phoneNumber);
    await otp.verify(phoneNumber, code);
    const { events } = await timelineOf(verificationId);
    const attempts = events.filter(({ kind }) => kind === 'guess');
    expect(attempts.map(({ outcome, details }) => [outcome, details])).toEqual([
      ['wrong_code', undefined],
      ['wrong_code', undefined],
      ['wrong_code', 'no_attempts_left'],
      ['no_live_code', undefined],
    ]);
  });

  it('tells of a receipt that came before the channel had answered', async () => {
    h.gateway.behaveLike((_, response) => {
      void h.database.models.Delivery.findOne({ where: { status: 'sending' } })
        .then((row) => mark().markDelivered(row?.messageId ?? '', 'default', h.now()))
        .then(() => response.writeHead(204).end());
    });
    const { verificationId } = await send();
    h.gateway.behaveLike();
    const { events } = await timelineOf(verificationId);
    expect(inShort(events)).toEqual([...SENT, 'delivered http']);
    expect(events[2]?.['at']).toBe(events[3]?.['at']);
  });

  it('tells of a test number, also to a test key, which sees no other', async () => {
    const phoneNumber = nextNumber();
    const access = createAccessCalls(h);
    const scopes = ['otp:send', 'otp:verify'];
    const tester = access.as((await access.createKey({ scopes, mode: 'test' })).secret);
    await access.as(API_KEY).put(`/api/test-numbers/${encodeURIComponent(phoneNumber)}`, {
      otp: '123456',
    });
    await tester.post('/api/otp/send', { phoneNumber });
    await tester.post('/api/otp/verify', { phoneNumber, otp: '123456' });
    const { verificationId } = await otp.row(phoneNumber);
    expect(inShort((await timelineOf(verificationId)).events)).toEqual(['requested', 'verified']);
    expect((await ask(verificationId, tester)).status).toBe(200);
    expect((await ask((await send()).verificationId, tester)).status).toBe(404);
  });

  it('knows the wrong codes of a test key as wrong, and which one was the last', async () => {
    const phoneNumber = nextNumber();
    const access = createAccessCalls(h);
    const scopes = ['otp:send', 'otp:verify'];
    const tester = access.as((await access.createKey({ scopes, mode: 'test' })).secret);
    await access.as(API_KEY).put(`/api/test-numbers/${encodeURIComponent(phoneNumber)}`, {
      otp: '123456',
    });
    await tester.post('/api/otp/send', { phoneNumber });
    const { verificationId } = await otp.row(phoneNumber);
    for (const wrong of wrongCodes('123456', 3)) {
      await tester.post('/api/otp/verify', { verificationId, otp: wrong });
    }
    const { events } = await timelineOf(verificationId);
    expect(inShort(events)).toEqual(['requested', ...Array(3).fill('guess wrong_code')]);
    expect(events.map(({ details }) => details)).toEqual([
      ...Array(3).fill(undefined),
      'no_attempts_left',
    ]);
    expect(toVerdict({ status: 'expired', events: events as never })).toEqual({
      word: 'verdict.spent',
    });
  });

  it('shows a text that another version wrote about an attempt as it is', async () => {
    const { phoneNumber, code, verificationId } = await send();
    await otp.verify(phoneNumber, wrongCodes(code, 1)[0] ?? '');
    await h.activity.flush();
    await h.database.statements.change(
      `UPDATE "activity_logs" SET "details" = 'wrong passcode'
       WHERE "verificationId" = $1 AND "action" = 'otp_verify'`,
      [verificationId],
    );
    const { events } = await timelineOf(verificationId);
    expect(events.at(-1)).toMatchObject({ kind: 'guess', note: 'wrong passcode' });
    expect(events.at(-1)?.['outcome']).toBeUndefined();
  });

  it('tells that a number is not on WhatsApp, and of the way around', async () => {
    const lab = await startLab();
    const env = { ...ENV, OTP_CHANNELS: 'whatsapp,http', CHANNEL_TIMEOUT_SECONDS: '20' };
    const wa = await createWhatsAppHarness({ lab, dialect, env });
    await wa.link(lab.addPhone());
    await createOtpCalls(wa).sendCode('+6281299900011');
    const { verificationId } = await createOtpCalls(wa).row('+6281299900011');
    const { events } = await timelineOf(verificationId, wa);
    expect(inShort(events)).toEqual([
      ...['requested', 'attempt whatsapp', 'failed whatsapp not_on_channel'],
      ...['attempt http', 'accepted http'],
    ]);
    expect(events[2]?.['note']).toBe('the number is not on WhatsApp');
    expect(events.at(-1)).toMatchObject({ channel: 'http', reportsDelivery: false });
    await wa.close();
    await lab.close();
  });

  it('is there for its own account and operators, within the reach of a key, else not', async () => {
    const { phoneNumber, verificationId } = await send();
    const access = createAccessCalls(h);
    const bank = await createAccountCalls(h, 'bank');
    const reader = access.as((await access.createKey({ scopes: ['analytics:read'] })).secret);
    const elsewhere = access.as(
      (await access.createKey({ scopes: ['otp:send'], purposes: ['payment'] })).secret,
    );
    const masked = `${phoneNumber.slice(0, 6)}****${phoneNumber.slice(-4)}`;
    expect(read(await ask(verificationId))).toMatchObject({ phoneNumber });
    expect(read(await ask(verificationId, reader))).toMatchObject({ phoneNumber: masked });
    const operator = await createOperatorCalls(h);
    expect(read(await ask(verificationId, operator))).toMatchObject({ phoneNumber: masked });
    const [foreign, outside, unknown] = [
      await ask(verificationId, bank.client),
      await ask(verificationId, elsewhere),
      await ask('x'.repeat(32)),
    ];
    for (const answer of [foreign, outside, unknown]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(answer.body.message).toBe(unknown.body.message);
    }
  });

  it('tells nothing of an account that only named it', async () => {
    const { verificationId } = await send();
    const stranger = await createAccountCalls(h, 'stranger');
    expect((await stranger.otp.verifyById(verificationId, '000000')).status).toBe(400);
    expect(inShort((await timelineOf(verificationId)).events)).toEqual(SENT);
  });

  it('tells of attempts in the order in which they were made, not in which their calls ended', async () => {
    const { code, phoneNumber, verificationId } = await send();
    const [early = '', late = ''] = wrongCodes(code, 2);
    await otp.verify(phoneNumber, early);
    await h.activity.flush();
    await h.database.statements.change(
      `UPDATE "activity_logs" SET "createdAt" = $2, "details" = 'not_compared'
       WHERE "verificationId" = $1 AND "action" = 'otp_verify'`,
      [verificationId, new Date(h.now().getTime() + 1000)],
    );
    await otp.verify(phoneNumber, late);
    expect(inShort((await timelineOf(verificationId)).events)).toEqual([
      ...SENT,
      ...['guess wrong_code', 'guess not_compared'],
    ]);
  });
});

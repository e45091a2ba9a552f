import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBackgroundTasks } from '../../../src/lib/concurrency/background-tasks.ts';
import type { StartRequest } from '../../../src/services/verification/create-verification.ts';
import { startVerification } from '../../../src/services/verification/start-verification.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { createAccessCalls } from '../../support/http/access-calls.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, inParallel, type OtpCalls, tally } from '../../support/http/otp-calls.ts';
import { exchange } from '../../support/http/raw-socket.ts';
import { OWNER } from '../../support/owner.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const ASYNC = { prefer: 'respond-async' };
const nextNumber = createPhoneNumbers();

/** Lets the gateway take messages and answer none, until the returned function is called. */
function holdGateway({ gateway }: Pick<Harness, 'gateway'>) {
  const held: (() => void)[] = [];
  gateway.behaveLike((_, response) => {
    held.push(() => response.writeHead(204).end());
  });
  return () => {
    gateway.behaveLike();
    for (const answer of held) answer();
  };
}

onEveryDatabase('sends that nobody waits for, on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { CHANNEL_TIMEOUT_SECONDS: '2' } });
    otp = createOtpCalls(h);
  });
  afterEach(async () => {
    h.gateway.behaveLike();
    await h.verification.sendsInBackground.finish();
  });
  afterAll(() => h.close());

  const post = (action: string, phoneNumber: string, headers: Record<string, string> = {}) =>
    h.client.post(`/api/otp/${action}`, { phoneNumber }, { ...ASYNC, ...headers });
  const send = (phoneNumber: string) => post('send', phoneNumber);
  const finish = () => h.verification.sendsInBackground.finish();
  const statusOf = async (phoneNumber: string) => (await otp.status(phoneNumber)).body.data ?? {};

  /** The counters of sends that a number uses, as long as they count anything. */
  async function countersOf(phoneNumber: string): Promise<string[]> {
    const rows = await h.database.statements.select(
      `SELECT "limitKey", "resetsAt" FROM "rate_limits" WHERE "limitKey" LIKE 'otp-send-%'
       ORDER BY "limitKey"`,
      [],
    );
    return rows
      .filter((row) => Number(row['resetsAt']) > h.now().getTime())
      .map((row) => String(row['limitKey']))
      .filter((name) => name.includes(phoneNumber));
  }

  const toRequest = (phoneNumber: string): StartRequest => ({
    ...{ caller: OWNER, recipient: { phoneNumber, region: 'ID' }, purpose: 'login' },
    ...{ sessionId: undefined, companyName: undefined, channel: undefined, locale: undefined },
    isAsync: true,
  });

  itOnOne('are answered before the channel is, with what is stored', async () => {
    const phoneNumber = nextNumber();
    const release = holdGateway(h);
    const { status, headers, body } = await send(phoneNumber);
    expect([status, headers['preference-applied']]).toEqual([202, 'respond-async']);
    expect(headers['ratelimit']).toContain('otp-send-cooldown');
    expect(body.data).toMatchObject({ phoneNumber, channel: 'http', status: 'pending' });
    const delivery = await h.database.models.Delivery.findOne({
      where: { messageId: body.data?.['messageId'] as string },
    });
    expect([delivery?.verificationId, delivery?.status]).toEqual([
      body.data?.['verificationId'],
      'sending',
    ]);
    expect(await statusOf(phoneNumber)).toMatchObject({
      status: 'sent',
      channel: null,
      delivery: { status: 'sending' },
    });
    await expect.poll(() => otp.messagesTo(phoneNumber).length).toBe(1);
    release();
    await finish();
    expect(await statusOf(phoneNumber)).toMatchObject({
      channel: 'http',
      delivery: { status: 'accepted' },
    });
    expect((await otp.verify(phoneNumber, h.gateway.codeFor(phoneNumber))).status).toBe(200);
  });

  it('count on the limits once, however many are made at once', async () => {
    const phoneNumber = nextNumber();
    const answers = await inParallel(50, () => send(phoneNumber));
    expect(tally(answers)).toEqual({ '202': 1, resend_too_soon: 49 });
    await finish();
    expect(otp.messagesTo(phoneNumber)).toHaveLength(1);
    const numbers = Array.from({ length: 20 }, nextNumber);
    expect(tally(await inParallel(20, (i) => send(numbers[i] ?? '')))).toEqual({ '202': 20 });
    await finish();
    for (const one of numbers) expect(otp.messagesTo(one)).toHaveLength(1);
  });

  itOnOne('are undone when no channel takes the message', async () => {
    const phoneNumber = nextNumber();
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    const { body } = await send(phoneNumber);
    await finish();
    expect(await statusOf(phoneNumber)).toMatchObject({
      status: 'failed',
      canVerify: false,
      delivery: { status: 'failed', reason: 'refused' },
    });
    expect(await countersOf(phoneNumber)).toEqual([]);
    const { verificationId } = body.data ?? {};
    const timeline = await h.client.get(`/api/otp/${verificationId}/timeline`);
    expect(timeline.body.data?.['status']).toBe('failed');
    h.gateway.behaveLike();
    expect((await otp.send(phoneNumber)).status).toBe(200);
  });

  itOnOne(
    'stay counted when the message may have arrived, and only the cooldown ends',
    async () => {
      const phoneNumber = nextNumber();
      h.gateway.behaveLike((_, response) => void response.writeHead(504).end());
      await send(phoneNumber);
      await finish();
      expect((await statusOf(phoneNumber))['status']).toBe('failed');
      const counters = await countersOf(phoneNumber);
      expect(counters.some((name) => name.startsWith('otp-send-phone-hour'))).toBe(true);
      expect(counters.some((name) => name.startsWith('otp-send-cooldown'))).toBe(false);
    },
  );

  itOnOne('send the live code again, and a failure leaves it valid', async () => {
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    const { verificationId } = await otp.row(phoneNumber);
    h.advance(61);
    const before = await countersOf(phoneNumber);
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    const failed = await post('resend', phoneNumber);
    expect([failed.status, failed.body.data?.['verificationId']]).toEqual([202, verificationId]);
    await finish();
    const row = await h.database.models.Delivery.findOne({
      where: { messageId: failed.body.data?.['messageId'] as string },
    });
    expect([row?.verificationId, row?.status]).toEqual([verificationId, 'failed']);
    expect(await countersOf(phoneNumber)).toEqual(before);
    h.gateway.behaveLike();
    expect((await post('resend', phoneNumber)).status).toBe(202);
    await finish();
    expect(h.gateway.codeFor(phoneNumber)).toBe(code);
    expect((await otp.verify(phoneNumber, code)).status).toBe(200);
  });

  it('are sent once with one Idempotency-Key, and the first answer is replayed', async () => {
    const phoneNumber = nextNumber();
    const key = { 'idempotency-key': `async-${phoneNumber}` };
    const first = await post('send', phoneNumber, key);
    await finish();
    const again = await post('send', phoneNumber, key);
    expect([again.status, again.raw]).toEqual([202, first.raw]);
    expect(again.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'preference-applied': 'respond-async',
    });
    expect(otp.messagesTo(phoneNumber)).toHaveLength(1);
  });

  itOnOne('are refused like others, with nothing applied', async () => {
    const phoneNumber = nextNumber();
    await send(phoneNumber);
    const soon = await send(phoneNumber);
    expect([soon.status, soon.body.code]).toEqual([429, 'resend_too_soon']);
    expect(soon.headers['preference-applied']).toBeUndefined();
    expect((await send('+62')).body.code).toBe('invalid_phone');
    const body = { phoneNumber: nextNumber(), channel: 'twilio' };
    const refused = await h.client.post('/api/otp/send', body, ASYNC);
    expect(refused.body.code).toBe('validation_failed');
  });

  itOnOne('work on the older route', async () => {
    const to = nextNumber();
    const answer = await h.client.post('/api/messages/default/otp', { to }, ASYNC);
    expect([answer.status, answer.body.data?.['status']]).toEqual([202, 'pending']);
    await finish();
    expect(otp.messagesTo(to)).toHaveLength(1);
  });

  itOnOne('have a row in the log for the call and one for what became of it', async () => {
    const [sent, failed] = [nextNumber(), nextNumber()];
    await send(sent);
    await finish();
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    await send(failed);
    await finish();
    await h.activity.flush();
    const logged = async (phoneNumber: string) => {
      const rows = await h.database.models.ActivityLog.findAll({ where: { phoneNumber } });
      return rows.map(({ action, status, details }) => [action, status, details]).sort();
    };
    const call = ['api_call', 'success', 'POST /api/otp/send'];
    expect(await logged(sent)).toEqual([call, ['otp_send', 'success', 'http']]);
    expect(await logged(failed)).toEqual([call, ['otp_send', 'error', null]]);
    const metrics = (await h.client.get('/metrics')).raw;
    expect(metrics).toMatch(/waverify_otp_sends_total\{outcome="failed"\} [1-9]/);
  });

  itOnOne('have these two rows also when the channel is faster than the answer', async () => {
    const call = h.activity.openCall();
    const phoneNumber = nextNumber();
    const caller = { ...OWNER, call };
    await startVerification(h.verification, { ...toRequest(phoneNumber), caller });
    await finish();
    const ended = { origin: caller, status: 'success', route: 'POST /x', phoneNumber } as const;
    h.activity.endCall(call, { ...ended, request: {}, responseData: '{}', duration: 1 });
    await h.activity.flush();
    const rows = await h.database.models.ActivityLog.findAll({ where: { phoneNumber } });
    expect(rows.map(({ action }) => action).sort()).toEqual(['api_call', 'otp_send']);
  });

  itOnOne('are waited for like others when too many are in progress', async () => {
    const ctx = { ...h.verification, sendsInBackground: createBackgroundTasks({ most: 0 }) };
    const started = await startVerification(ctx, toRequest(nextNumber()));
    expect(started).toMatchObject({ isPending: false, channel: 'http' });
  });
});

describe('the preference respond-async', () => {
  let h: Harness;
  let secret: string;
  const phoneNumber = '+6281200000001';
  beforeAll(async () => {
    h = await createHarness();
    const access = createAccessCalls(h);
    await access.as(API_KEY).put(`/api/test-numbers/${phoneNumber}`, { otp: '123456' });
    ({ secret } = await access.createKey({ scopes: ['otp:send'], mode: 'test' }));
  });
  afterAll(() => h.close());

  /** The status of a send to a test number with these values of `Prefer`. */
  async function statusWith(...values: readonly string[]): Promise<number | undefined> {
    const text = JSON.stringify({ phoneNumber });
    const fields = [
      ...['Host: x', `X-API-Key: ${secret}`, 'Content-Type: application/json'],
      ...[`Content-Length: ${text.length}`, 'Connection: close'],
      ...values.map((value) => `Prefer: ${value}`),
    ];
    const head = ['POST /api/otp/send HTTP/1.1', ...fields].join('\r\n');
    return (await exchange(h.url, `${head}\r\n\r\n${text}`)).statuses[0];
  }

  it.each([
    [['respond-async']],
    [['Respond-Async']],
    [['wait=10, respond-async']],
    [['return=minimal,respond-async;x=1']],
    [['  respond-async  ,handling=lenient']],
    [['respond-async=""']],
    [['foo="a, b"; bar="c\\", d", respond-async']],
    [['return=minimal', 'respond-async']],
  ])('is found in %j, also for a test number', async (values) => {
    expect(await statusWith(...values)).toBe(202);
  });

  it.each([
    [[]],
    [['']],
    [['wait=10']],
    [['respond-asynchronously']],
    [['x-respond-async']],
    [['respond-async=no']],
    [['foo="a, respond-async"']],
    [['foo="a\\", respond-async"']],
    [['foo="a, respond-async']],
    [['foo; respond-async']],
    [[',,;=']],
  ])('is not in %j', async (values) => {
    expect(await statusWith(...values)).toBe(200);
  });

  it('says what a test number would get, and the fixed code is right', async () => {
    const access = createAccessCalls(h);
    const { body } = await access.as(secret).post('/api/otp/send', { phoneNumber }, ASYNC);
    expect(body.data).toMatchObject({ channel: 'test', status: 'pending' });
    const { secret: checker } = await access.createKey({ scopes: ['otp:verify'], mode: 'test' });
    const { verificationId } = body.data ?? {};
    const target = { verificationId, otp: '123456' };
    expect((await access.as(checker).post('/api/otp/verify', target)).status).toBe(200);
  });
});

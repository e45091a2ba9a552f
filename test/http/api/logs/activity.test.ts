import { afterAll, beforeAll, expect, it } from 'vitest';
import { maskPhoneNumber } from '../../../../src/domain/phone-number/phone-number.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createActivityReader, type ReadRows } from '../../../support/http/activity-rows.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

onOneDatabase('the activity log of calls on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;
  let readRows: ReadRows;

  beforeAll(async () => {
    h = await createHarness({ dialect });
    otp = createOtpCalls(h);
    readRows = createActivityReader(h);
  });
  afterAll(() => h.close());

  it('has each call with its route, outcome, time and caller, and the number masked', async () => {
    const phoneNumber = nextNumber();
    await otp.unlock(phoneNumber);
    const [row, ...more] = await readRows('api_call');
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      ...{ accountId: 'default', status: 'success', details: 'POST /api/otp/unlock' },
      ...{ phoneNumber, ipAddress: '127.0.0.1', errorMessage: null, duration: expect.any(Number) },
    });
    expect(JSON.parse(row?.requestData ?? '')).toEqual({
      phoneNumber: maskPhoneNumber(phoneNumber),
    });
    expect(JSON.parse(row?.responseData ?? '')).toEqual({ httpStatus: 200 });
  });

  it('has what went wrong by its code, without what was not valid', async () => {
    await readRows();
    await h.client.post('/api/otp/send', { phoneNumber: 'no number', otp: '123456' });
    await otp.status('garbage');
    const [invalid, noNumber] = await readRows('api_call');
    expect(invalid).toMatchObject({ errorMessage: 'validation_failed', requestData: null });
    expect(noNumber).toMatchObject({ errorMessage: 'invalid_phone', phoneNumber: null });
  });

  it('has no code, no key, no password and no text, whatever is called', async () => {
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    await otp.verify(phoneNumber, code);
    const access = createAccessCalls(h);
    const { secret } = await access.createKey({ scopes: ['otp:send'] });
    await h.client.post('/api/users', {
      ...{ email: 'secret@example.com', name: 'Ana', password: 'correct horse battery staple' },
    });
    await h.client.post('/api/sessions/none/send-message', { to: nextNumber(), message: 'Hello!' });
    const rows = JSON.stringify(await readRows());
    expect(rows).toContain('POST /api/users');
    for (const hidden of [code, secret, 'correct horse', 'Hello!', API_KEY]) {
      expect(rows).not.toContain(hidden);
    }
  });

  it('has what is polled once in ten minutes for each outcome, and nobody unknown', async () => {
    const poll = async () => {
      for (const path of ['/api/usage', '/api/analytics/dashboard', '/api/health/ready']) {
        expect((await h.client.get(path)).status).toBe(200);
      }
    };
    await poll();
    await poll();
    expect((await h.client.get('/api/usage?by=nothing')).status).toBe(400);
    await h.client.call({ method: 'GET', path: '/api/usage' });
    await h.client.get('/api/nothing');
    await h.client.get('/api/keys');
    await h.client.get('/api/keys');
    const rows = await readRows('api_call');
    expect(rows.map(({ details }) => details)).toEqual([
      ...['GET /api/usage', 'GET /api/analytics/dashboard', 'GET /api/health/ready'],
      ...['GET /api/usage', 'GET /api/keys'],
    ]);
    h.advance(601);
    await poll();
    const headers = { 'x-api-key': API_KEY };
    for (const _ of [1, 2]) await h.client.call({ method: 'HEAD', path: '/api/usage', headers });
    expect(await readRows('api_call')).toHaveLength(4);
  });

  it('has every code that is asked for, guessed and ended', async () => {
    const phoneNumber = nextNumber();
    await readRows('otp_send');
    await readRows('otp_verify');
    const code = await otp.sendCode(phoneNumber);
    const { verificationId } = await otp.row(phoneNumber);
    await otp.send(phoneNumber);
    await otp.verify(phoneNumber, wrongCodes(code, 1)[0] ?? '');
    await otp.verify(phoneNumber, code);
    await otp.verify(phoneNumber, code);
    await otp.expire(phoneNumber);
    const [sent, refused, ...more] = await readRows('otp_send');
    expect(more).toEqual([]);
    expect(sent).toMatchObject({
      ...{ phoneNumber, verificationId, status: 'success', details: 'http', sessionId: 'default' },
    });
    expect(refused).toMatchObject({ phoneNumber, errorMessage: 'resend_too_soon' });
    const attempts = await readRows('otp_verify');
    expect(attempts.map((row) => [row.status, row.details, row.verificationId])).toEqual([
      ['error', 'wrong_code', verificationId],
      ['success', null, verificationId],
      ['error', 'no_live_code', null],
    ]);
    expect(await readRows('otp_expire')).toMatchObject([{ phoneNumber, details: 'no_live_code' }]);
  });

  it('marks what a test key does', async () => {
    const phoneNumber = nextNumber();
    const access = createAccessCalls(h);
    const { secret } = await access.createKey({ scopes: ['otp:send', 'otp:verify'], mode: 'test' });
    await access.as(API_KEY).put(`/api/test-numbers/${encodeURIComponent(phoneNumber)}`, {
      otp: '123456',
    });
    const tester = createOtpCalls({ ...h, client: { ...h.client, ...access.as(secret) } });
    await tester.send(phoneNumber);
    await tester.verify(phoneNumber, '654321');
    await tester.verify(phoneNumber, '123456');
    await tester.send(`${phoneNumber}0`);
    await otp.sendCode(nextNumber());
    const sends = await readRows('otp_send');
    expect(sends).toMatchObject([
      { phoneNumber, details: 'test', isTest: true },
      { status: 'error', details: null, isTest: true },
      { status: 'success', details: 'http', isTest: false },
    ]);
    const attempts = await readRows('otp_verify');
    expect(attempts.map(({ details, isTest }) => [details, isTest])).toEqual([
      ['wrong_code', true],
      [null, true],
    ]);
  });

  it('has why a code was not sent, with its verification', async () => {
    const phoneNumber = nextNumber();
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    expect((await otp.send(phoneNumber)).status).toBe(502);
    h.gateway.behaveLike();
    const { verificationId } = await otp.row(phoneNumber);
    expect(await readRows('otp_send')).toMatchObject([
      { status: 'error', errorMessage: 'delivery_failed', verificationId, phoneNumber },
    ]);
  });
});

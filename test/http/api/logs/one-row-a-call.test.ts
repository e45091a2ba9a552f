import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { maskPhoneNumber } from '../../../../src/domain/phone-number/phone-number.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createActivityReader, type ReadRows } from '../../../support/http/activity-rows.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const parse = (text: string | null | undefined) => JSON.parse(text ?? 'null') as unknown;

onOneDatabase('a call in the activity log on %s', (dialect) => {
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
  beforeEach(async () => {
    await readRows();
  });

  it('is one row with the send, check or expiry that it asks for', async () => {
    const phoneNumber = nextNumber();
    await otp.send(phoneNumber, { companyName: 'PT. Contoh', purpose: 'payment' });
    const { verificationId } = await otp.row(phoneNumber);
    await otp.verifyById(verificationId, '000000');
    await h.client.post('/api/otp/expire', { verificationId });
    const rows = await readRows();
    expect(rows.map(({ action }) => action)).toEqual(['otp_send', 'otp_verify', 'otp_expire']);
    for (const row of rows) {
      expect(row).toMatchObject({
        ...{ accountId: 'default', phoneNumber, verificationId, sessionId: 'default' },
        ...{ ipAddress: '127.0.0.1', duration: expect.any(Number) },
      });
    }
    expect(rows.map(({ requestData }) => parse(requestData))).toEqual([
      {
        ...{ route: 'POST /api/otp/send', companyName: 'PT. Contoh', purpose: 'payment' },
        phoneNumber: maskPhoneNumber(phoneNumber),
      },
      { route: 'POST /api/otp/verify', verificationId },
      { route: 'POST /api/otp/expire', verificationId },
    ]);
    const messageId = rows[0]?.messageId;
    expect(rows.map(({ responseData }) => parse(responseData))).toEqual([
      expect.objectContaining({
        ...{ httpStatus: 200, status: 'sent', channel: 'http', verificationId, messageId },
      }),
      { httpStatus: 400, code: 'otp_invalid', attemptsLeft: 2 },
      { httpStatus: 200, expired: 1 },
    ]);
  });

  it('has the address of the end user, and in its request that of the caller', async () => {
    const [phoneNumber, clientIp] = [nextNumber(), '198.51.100.7'];
    await h.client.post('/api/otp/send', { phoneNumber, clientIp });
    await h.client.post('/api/messages/desk/otp', { to: nextNumber(), clientIp });
    const rows = await readRows();
    expect(rows).toMatchObject([
      { action: 'otp_send', ipAddress: clientIp },
      { action: 'otp_send', ipAddress: clientIp },
    ]);
    expect(rows.map(({ requestData }) => parse(requestData))).toMatchObject([
      { route: 'POST /api/otp/send', callerIp: '127.0.0.1' },
      { route: 'POST /api/messages/:sessionId/otp', callerIp: '127.0.0.1' },
    ]);
  });

  it('has a row of its own when nothing is sent or checked', async () => {
    const phoneNumber = nextNumber();
    const headers = { 'idempotency-key': `once-${phoneNumber}` };
    await h.client.post('/api/otp/send', { phoneNumber }, headers);
    await h.client.post('/api/otp/send', { phoneNumber }, headers);
    await h.client.post('/api/otp/verify', { phoneNumber, otp: 'none' });
    expect((await readRows()).map(({ action, details }) => [action, details])).toEqual([
      ['otp_send', 'http'],
      ['api_call', 'POST /api/otp/send'],
      ['api_call', 'POST /api/otp/verify'],
    ]);
  });

  it('has a row of its own when it failed although the code was sent', async () => {
    const phoneNumber = nextNumber();
    const { sequelize } = h.database;
    const headers = { 'idempotency-key': `lost-${phoneNumber}` };
    h.gateway.behaveLike((_, response) => {
      // So the response cannot be stored under the key.
      const renamed = sequelize.query('ALTER TABLE idempotency_keys RENAME TO away');
      void renamed.finally(() => response.writeHead(200).end());
    });
    const { status } = await h.client.post('/api/otp/send', { phoneNumber }, headers);
    h.gateway.behaveLike();
    await sequelize.query('ALTER TABLE away RENAME TO idempotency_keys');
    expect(status).toBe(500);
    expect(await readRows()).toMatchObject([
      { action: 'otp_send', status: 'success', phoneNumber, duration: null },
      { action: 'api_call', status: 'error', phoneNumber, errorMessage: 'internal_error' },
    ]);
  });

  it('of the demo has no row of its own, but what it sends and checks has one', async () => {
    const phoneNumber = nextNumber();
    const sent = await h.client.post('/demo/send', { phoneNumber, locale: 'en' });
    const { verificationId } = parse(sent.raw) as { verificationId: string };
    await h.client.post('/demo/verify', { verificationId, otp: '000000' });
    expect(await readRows()).toMatchObject([
      { action: 'otp_send', accountId: '_demo', phoneNumber, duration: null },
      { action: 'otp_verify', accountId: '_demo', phoneNumber, duration: null },
    ]);
  });
});

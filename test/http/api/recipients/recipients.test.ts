import { afterAll, beforeAll, expect, it } from 'vitest';
import { countEvents } from '../../../../src/services/operations/maintenance.ts';
import { createContactStore } from '../../../../src/storage/whatsapp/contact-store.ts';
import { createSessionStore } from '../../../../src/storage/whatsapp/session-store.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const TABLES = [
  ...['otp_logs', 'deliveries', 'activity_logs', 'session_contacts', 'test_numbers'],
  ...['idempotency_keys', 'sessions', 'rollups', 'api_usage'],
];

const NOTHING = {
  ...{
    challenges: 0,
    deliveries: 0,
    activities: 0,
    contacts: 0,
    messages: 0,
    testNumbers: 0,
    safeNumbers: 0,
    answers: 0,
  },
};

onOneDatabase('a recipient on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;
  let shop: AccountCalls;

  beforeAll(async () => {
    h = await createHarness({
      dialect,
      env: { OTP_RESEND_SECONDS: '0', LIMIT_SENDS_PER_PREFIX_HOUR: '0' },
    });
    otp = createOtpCalls(h);
    shop = await createAccountCalls(h, 'shop');
    const sessions = createSessionStore(h.database);
    await sessions.create({ accountId: 'default', sessionId: 'desk' }, h.now());
    await sessions.create({ accountId: 'shop', sessionId: 'shop~desk' }, h.now());
  });
  afterAll(() => h.close());

  const at = (number: string) => `/api/recipients/${encodeURIComponent(number)}`;
  const read = (number: string, of: Pick<Harness, 'client'> = h) => of.client.get(at(number));
  const erase = (number: string, of: Pick<Harness, 'client'> = h) => of.client.delete(at(number));
  const readSent = async () =>
    (await h.client.get('/api/analytics/dashboard')).body.data?.['otp'] as { total: number };

  /** Under a number, as WhatsApp's library keeps what it learns of a person. */
  async function addCredentials(sessionId: string, phoneNumber: string) {
    const digits = phoneNumber.slice(1);
    for (const keyId of [digits, `${digits}.0`, `${digits}:3`, '999@lid']) {
      await h.database.statements.change(
        `INSERT INTO "session_credentials"
           ("sessionId", "category", "keyId", "sealed", "secretVersion", "updatedAt")
         VALUES ($1, $2, $3, 'x', 'x', $4)`,
        [sessionId, `of ${digits}`, keyId, h.now()],
      );
    }
  }

  /** Leaves every trace that a number can leave. */
  async function leaveTraces(phoneNumber: string) {
    const headers = { 'idempotency-key': `key-${phoneNumber}` };
    await h.client.post('/api/otp/send', { phoneNumber, companyName: 'PT. Contoh' }, headers);
    const code = h.gateway.codeFor(phoneNumber);
    await otp.verify(phoneNumber, wrongCodes(code, 1)[0] ?? '');
    const { verificationId } = await otp.row(phoneNumber);
    await otp.verifyById(verificationId, wrongCodes(code, 2)[1] ?? '');
    await otp.verify(phoneNumber, code);
    await otp.send(phoneNumber);
    await otp.unlock(phoneNumber);
    const contacts = createContactStore(h.database);
    await contacts.saveLookup('desk', phoneNumber, true, h.now());
    await contacts.saveLookup('shop~desk', phoneNumber, true, h.now());
    await addCredentials('desk', phoneNumber);
    await shop.otp.sendCode(phoneNumber);
    await h.activity.flush();
    return { verificationId, live: h.gateway.codeFor(phoneNumber) };
  }

  it('is told of everything that is on record in the account', async () => {
    const phoneNumber = nextNumber();
    const { verificationId } = await leaveTraces(phoneNumber);
    const { status, body, raw } = await read(phoneNumber);
    expect(status).toBe(200);
    const { challenges, deliveries, activity } = body.data as Record<string, unknown[]>;
    expect(challenges).toHaveLength(2);
    expect(challenges?.[1]).toMatchObject({ verificationId, companyName: 'PT. Contoh' });
    expect(deliveries).toHaveLength(2);
    const actions = activity?.map((one) => (one as { action: string }).action);
    expect(new Set(actions)).toEqual(new Set(['api_call', 'otp_send', 'otp_verify', 'otp_unlock']));
    expect(body.data).toMatchObject({ phoneNumber, contacts: ['desk'], isComplete: true });
    expect(raw).not.toContain('argon2');
    expect(raw).not.toContain('shop');
  });

  it('is erased from every table, in this account alone, and figures stay', async () => {
    const phoneNumber = nextNumber();
    await countEvents(h.maintenance);
    const before = await readSent();
    const { verificationId } = await leaveTraces(phoneNumber);
    // Another account may have asked about a handle that is not its own.
    const known = (await read(phoneNumber)).body.data?.['activity'];
    await shop.otp.verifyById(verificationId, '000000');
    await h.activity.flush();
    const ofOthers = () =>
      h.database.models.ActivityLog.count({ where: { accountId: 'shop', verificationId } });
    const asked = await ofOthers();
    expect(asked).toBeGreaterThan(0);
    expect((await read(phoneNumber)).body.data?.['activity']).toEqual(known);
    const first = await erase(phoneNumber);
    expect(await ofOthers()).toBe(asked);
    expect(first.body.data).toMatchObject({
      ...{ challenges: 2, deliveries: 2, contacts: 1, testNumbers: 0, answers: 1 },
    });
    await h.activity.flush();
    for (const table of TABLES) {
      const rows = await h.database.statements.select(`SELECT * FROM "${table}"`, []);
      const left = rows.filter((row) => {
        const text = JSON.stringify(row);
        const isOurs = row['accountId'] === 'default' || row['sessionId'] === 'desk';
        return isOurs && (text.includes(phoneNumber) || text.includes(verificationId));
      });
      expect([table, left]).toEqual([table, []]);
    }
    expect((await shop.otp.rows(phoneNumber)).map(({ accountId }) => accountId)).toEqual(['shop']);
    expect(await dumpTables(h, ['session_contacts'])).toContain('shop~desk');
    const kept = await h.database.statements.select(
      `SELECT "keyId" FROM "session_credentials" WHERE "category" = $1`,
      [`of ${phoneNumber.slice(1)}`],
    );
    expect(kept.map(({ keyId }) => keyId)).toEqual(['999@lid']);
    expect((await readSent()).total).toBe(before.total + 2);
    expect((await erase(phoneNumber)).body.data).toEqual(NOTHING);
    expect((await read(phoneNumber)).body.data).toMatchObject({ challenges: [], activity: [] });
  });

  it('has its live code ended, and may be sent another', async () => {
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    expect((await erase(phoneNumber)).body.data).toMatchObject({ challenges: 1 });
    expect((await otp.verify(phoneNumber, code)).status).toBe(400);
    const next = await otp.sendCode(phoneNumber);
    expect((await otp.verify(phoneNumber, next)).status).toBe(200);
  });

  it('is no test number any more', async () => {
    const phoneNumber = nextNumber();
    const access = createAccessCalls(h);
    await access
      .as((await access.createKey({ scopes: ['*'] })).secret)
      .put(`/api/test-numbers/${encodeURIComponent(phoneNumber)}`, { otp: '123456' });
    expect((await read(phoneNumber)).body.data?.['testNumberUntil']).toMatch(/^20/);
    expect((await erase(phoneNumber)).body.data).toMatchObject({ testNumbers: 1, activities: 2 });
    expect((await otp.send(phoneNumber)).status).toBe(200);
  });

  it('is erased on record, without its number', async () => {
    const phoneNumber = nextNumber();
    await otp.sendCode(phoneNumber);
    await erase(phoneNumber);
    await h.activity.flush();
    const { ActivityLog } = h.database.models;
    const row = await ActivityLog.findOne({
      where: { action: 'recipient_erase' },
      order: [['id', 'DESC']],
    });
    expect(row?.details).toMatch(
      /^bootstrap: verifications 1, deliveries 1, activities \d+(, contacts \d+)?$/,
    );
    expect(row?.phoneNumber).toBeNull();
    expect(await dumpTables(h, ['activity_logs', 'api_usage'])).not.toContain(phoneNumber);
    expect(h.logLines.join('')).not.toContain(phoneNumber);
  });

  it('is not for keys that are held to a part of the account', async () => {
    const access = createAccessCalls(h);
    const held = access.as((await access.createKey({ scopes: ['*'], regions: ['ID'] })).secret);
    const phoneNumber = nextNumber();
    expect((await held.get(at(phoneNumber))).status).toBe(403);
    expect((await held.delete(at(phoneNumber))).status).toBe(403);
    expect((await h.client.delete(at('garbage'))).body.code).toBe('invalid_phone');
  });
});

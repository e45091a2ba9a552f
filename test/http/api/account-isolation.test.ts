import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  type AccountCalls,
  createAccountCalls,
  createOperatorCalls,
} from '../../support/http/account-calls.ts';
import type { Answer } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { inParallel, tally, wrongCodes } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const DAY_SECONDS = 86_400;
const NO_SUCH_HANDLE = 'x'.repeat(32);

/** What is another in every answer: ids, times, and the number that was asked about. */
const VARIES = new Set([
  'requestId',
  'verificationId',
  'messageId',
  'phoneNumber',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'expiresIn',
]);

/** What a caller can tell answers apart by. */
function look({ status, headers, body }: Answer) {
  const told = JSON.stringify(body, (name, value) => (VARIES.has(name) ? typeof value : value));
  return { status, headers: Object.keys(headers).sort(), told };
}

onOneDatabase('two accounts on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  let bank: AccountCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect });
    shop = await createAccountCalls(h, 'shop');
    bank = await createAccountCalls(h, 'bank');
  });
  afterAll(() => h.close());

  /** The row that an account has of a number, as text. */
  async function rowOf({ accountId, otp }: AccountCalls, phoneNumber: string): Promise<string> {
    const rows = await otp.rows(phoneNumber);
    return JSON.stringify(rows.filter((row) => row.accountId === accountId));
  }

  /** Makes a number that an account has locked with wrong codes. */
  async function lock({ otp }: AccountCalls, phoneNumber: string): Promise<void> {
    const attempts = await inParallel(5, () => otp.verify(phoneNumber, '000000'));
    expect(tally(attempts)).toEqual({ otp_invalid: 5 });
    expect((await otp.verify(phoneNumber, '000000')).body.code).toBe('otp_locked');
  }

  /** Everything that the bank can try at a number, once it knows the right code and the handle. */
  async function tryAll(phoneNumber: string, code: string, verificationId: unknown) {
    const { otp, client } = bank;
    return [
      await otp.verify(phoneNumber, code),
      await otp.verify(phoneNumber, code, { sessionId: 'default', purpose: 'login' }),
      await otp.verifyById(verificationId, code),
      await otp.expire(phoneNumber),
      await client.post('/api/otp/expire', { verificationId }),
      await otp.status(phoneNumber),
      await otp.status(phoneNumber, '?sessionId=default'),
      await otp.resend(phoneNumber),
      await otp.status(phoneNumber),
    ].map(look);
  }

  it('A11: have no code of each other, whatever is tried with the right code', async () => {
    const phoneNumber = nextNumber();
    const sent = await shop.otp.send(phoneNumber);
    const code = h.gateway.codeFor(phoneNumber);
    const before = await rowOf(shop, phoneNumber);

    const tried = await tryAll(phoneNumber, code, sent.body.data?.['verificationId']);
    expect(await rowOf(shop, phoneNumber)).toBe(before);
    expect(before).toContain('"attempts":0');
    expect(tried).toEqual(await tryAll(nextNumber(), code, NO_SUCH_HANDLE));
    expect(tried.map(({ status }) => status)).toEqual([
      400, 400, 400, 200, 200, 200, 200, 200, 200,
    ]);

    expect((await shop.otp.verify(phoneNumber, code)).status).toBe(200);
  });

  it('A11: each keep a live code of one number, and neither opens the other', async () => {
    const phoneNumber = nextNumber();
    const code = await shop.otp.sendCode(phoneNumber);
    const other = await bank.otp.sendCode(phoneNumber);
    if (code === other) return; // One in a million.
    expect((await bank.otp.verify(phoneNumber, code)).body.code).toBe('otp_invalid');
    expect((await shop.otp.verify(phoneNumber, other)).body.code).toBe('otp_invalid');
    const answers = [
      await bank.otp.verify(phoneNumber, other),
      await shop.otp.verify(phoneNumber, code),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('A25: use one Idempotency-Key each for their own, and again after a day', async () => {
    const phoneNumber = nextNumber();
    const key = { 'idempotency-key': `of-both-${dialect}` };
    const send = ({ client }: AccountCalls) => client.post('/api/otp/send', { phoneNumber }, key);
    const handles: unknown[] = [];
    for (const account of [shop, bank]) {
      const first = await send(account);
      expect([first.status, first.headers['idempotent-replayed']]).toEqual([200, undefined]);
      const again = await send(account);
      expect([again.raw, again.headers['idempotent-replayed']]).toEqual([first.raw, 'true']);
      handles.push(first.body.data?.['verificationId']);
    }
    h.advance(DAY_SECONDS + 1);
    for (const account of [shop, bank]) {
      const anew = await send(account);
      expect([anew.status, anew.headers['idempotent-replayed']]).toEqual([200, undefined]);
      handles.push(anew.body.data?.['verificationId']);
    }
    expect(new Set(handles).size).toBe(4);
    expect(shop.otp.messagesTo(phoneNumber)).toHaveLength(4);
  });

  it('A25: give a test key no answer that a live key of the account got', async () => {
    const phoneNumber = nextNumber();
    const key = { 'idempotency-key': `of-modes-${dialect}` };
    const tester = await createAccountCalls(h, 'shop', { mode: 'test', scopes: ['otp:send'] });
    const send = ({ client }: AccountCalls) => client.post('/api/otp/send', { phoneNumber }, key);
    const live = await send(shop);
    const path = `/api/test-numbers/${encodeURIComponent(phoneNumber)}`;
    expect((await shop.client.put(path, { otp: '123456' })).status).toBe(200);
    const test = await send(tester);
    expect([test.status, test.headers['idempotent-replayed']]).toEqual([200, undefined]);
    expect([live, test].map(({ body }) => body.data?.['channel'])).toEqual(['http', 'test']);
    expect((await send(shop)).raw).toBe(live.raw);
    expect((await send(tester)).raw).toBe(test.raw);
  });

  it('A53: lock a number for themselves only, until its window passes', async () => {
    const phoneNumber = nextNumber();
    await lock(shop, phoneNumber);
    expect((await shop.otp.status(phoneNumber)).body.data?.['canVerify']).toBe(false);
    const code = await bank.otp.sendCode(phoneNumber);
    expect((await bank.otp.status(phoneNumber)).body.data?.['canVerify']).toBe(true);
    expect((await bank.otp.verify(phoneNumber, code)).status).toBe(200);
    const locked = await shop.otp.verify(phoneNumber, code);
    expect(locked.body.code).toBe('otp_locked');
    h.advance(Number(locked.headers['retry-after']));
    expect((await shop.otp.verify(phoneNumber, await shop.otp.sendCode(phoneNumber))).status).toBe(
      200,
    );
  });

  it('A53: unlock a number for themselves only, which the activity log shows', async () => {
    const phoneNumber = nextNumber();
    await lock(shop, phoneNumber);
    await lock(bank, phoneNumber);
    const weak = await createAccountCalls(h, 'shop', { scopes: ['otp:send', 'otp:verify'] });
    expect((await weak.otp.unlock(phoneNumber)).status).toBe(403);
    expect((await shop.otp.verify(phoneNumber, '000000')).body.code).toBe('otp_locked');
    expect((await shop.otp.unlock(phoneNumber)).status).toBe(200);
    const code = await shop.otp.sendCode(phoneNumber);
    expect((await shop.otp.verify(phoneNumber, code)).status).toBe(200);
    expect((await bank.otp.verify(phoneNumber, code)).body.code).toBe('otp_locked');
    const [row, ...others] = await unlocksOf(phoneNumber);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ accountId: 'shop', status: 'success' });
    expect(row?.details).toMatch(/^key:[\w-]+$|^bootstrap$/);
  });

  it('A53: are both unlocked by an operator, which the activity log shows', async () => {
    const [phoneNumber, neighbour] = [nextNumber(), nextNumber()];
    await lock(shop, phoneNumber);
    await lock(bank, phoneNumber);
    await lock(shop, neighbour);
    const operator = await createOperatorCalls(h);
    expect((await operator.post('/api/otp/unlock', { phoneNumber })).status).toBe(200);
    for (const account of [shop, bank]) {
      const code = await account.otp.sendCode(phoneNumber);
      expect((await account.otp.verify(phoneNumber, code)).status).toBe(200);
    }
    expect((await shop.otp.verify(neighbour, '000000')).body.code).toBe('otp_locked');
    const [row, ...others] = await unlocksOf(phoneNumber);
    expect(others).toEqual([]);
    expect(row?.details).toMatch(/^user:\d+$/);
    expect(row?.requestData).toBe('{"scope":"every_account"}');
  });

  it('are not both unlocked by the key of the environment, which belongs to the first account', async () => {
    const phoneNumber = nextNumber();
    await lock(shop, phoneNumber);
    expect((await h.client.post('/api/otp/unlock', { phoneNumber })).status).toBe(200);
    expect((await shop.otp.verify(phoneNumber, '000000')).body.code).toBe('otp_locked');
  });

  it('answer attempts that race an unlock of all accounts with a lock or a comparison', async () => {
    const phoneNumber = nextNumber();
    await lock(shop, phoneNumber);
    const operator = await createOperatorCalls(h);
    const answers = await inParallel(60, (i) => {
      if (i % 6 === 5) return operator.post('/api/otp/unlock', { phoneNumber });
      return (i % 2 ? shop : bank).otp.verify(phoneNumber, '000000');
    });
    const expected = ['200', 'otp_invalid', 'otp_locked', 'overloaded'];
    expect(Object.keys(tally(answers)).filter((kind) => !expected.includes(kind))).toEqual([]);
  });

  function unlocksOf(phoneNumber: string) {
    return h.database.models.ActivityLog.findAll({ where: { action: 'otp_unlock', phoneNumber } });
  }

  it('note the default session of their own for what no session sends, and name it alike', async () => {
    const phoneNumber = nextNumber();
    const answers = [await shop.otp.send(phoneNumber), await bank.otp.send(phoneNumber)];
    expect(answers.map(({ body }) => body.data?.['sessionId'])).toEqual(['default', 'default']);
    const rows = await shop.otp.rows(phoneNumber);
    expect(rows.map(({ sessionId }) => sessionId)).toEqual(['shop~default', 'bank~default']);
    const [code = ''] = [h.gateway.codeFor(phoneNumber)];
    const [wrong = ''] = wrongCodes(code, 1);
    expect((await bank.otp.verify(phoneNumber, wrong, { sessionId: 'other' })).status).toBe(400);
    const right = await bank.otp.verify(phoneNumber, code, { sessionId: 'default' });
    expect([right.status, right.body.data?.['sessionId']]).toEqual([200, 'default']);
    const status = await bank.otp.status(phoneNumber, '?sessionId=default');
    expect(status.body.data?.['status']).toBe('verified');
  });

  it('cannot name a session by the id that it has on record', async () => {
    const phoneNumber = nextNumber();
    const sessionId = 'shop~default';
    for (const { otp, client } of [shop, bank]) {
      const answers = [
        await otp.send(phoneNumber, { sessionId }),
        await otp.resend(phoneNumber, { sessionId }),
        await otp.verify(phoneNumber, '000000', { sessionId }),
        await otp.expire(phoneNumber, { sessionId }),
        await otp.status(phoneNumber, `?sessionId=${sessionId}`),
        await client.post('/api/sessions', { sessionId }),
      ];
      expect(tally(answers)).toEqual({ validation_failed: 6 });
      const path = `/api/messages/${sessionId}/otp`;
      const older = await client.post(path, { to: phoneNumber });
      expect([older.status, older.body.code]).toEqual([404, 'session_not_found']);
    }
    expect(await shop.otp.rows(phoneNumber)).toEqual([]);
  });
});

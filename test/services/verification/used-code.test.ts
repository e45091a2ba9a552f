import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  dropOldKeys,
  expireVerifications,
  pruneLogs,
} from '../../../src/services/operations/maintenance.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, inParallel, tally } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const DAY_SECONDS = 86_400;
const NO_FAILURE_LIMITS = {
  LIMIT_FAILURES_PER_PHONE_HOUR: '0',
  LIMIT_FAILURES_PER_PHONE_DAY: '0',
  LIMIT_FAILURES_IN_A_ROW: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

onEveryDatabase('a used code on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let database: TestDatabase;
  const open: Harness[] = [];
  const start = async () => {
    const h = await createHarness({ database, env: NO_FAILURE_LIMITS });
    open.push(h);
    return { h, otp: createOtpCalls(h) };
  };
  const closeAll = async () => {
    for (const h of open.splice(0)) await h.close();
  };
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
  });
  afterAll(async () => {
    await closeAll();
    await database.drop();
  });

  it('A08: is refused ever after: at once, after a restart and after the prune job', async () => {
    const phone = nextNumber();
    const first = await start();
    const handle = (await first.otp.send(phone)).body.data?.['verificationId'];
    const code = first.h.gateway.codeFor(phone);
    expect((await first.otp.verify(phone, code)).status).toBe(200);
    const later = await inParallel(60, () => first.otp.verify(phone, code));
    expect(tally(later)).toEqual({ otp_invalid: 60 });
    await closeAll();

    const { h, otp } = await start();
    const tries = async () => [await otp.verify(phone, code), await otp.verifyById(handle, code)];
    expect(tally(await tries())).toEqual({ otp_invalid: 2 });
    await expireVerifications(h.maintenance);
    expect(tally(await tries())).toEqual({ otp_invalid: 2 });
    h.advance(8 * DAY_SECONDS);
    await pruneLogs(h.maintenance);
    await dropOldKeys(h.maintenance);
    expect(await otp.rows(phone)).toEqual([]);
    expect(tally(await tries())).toEqual({ otp_invalid: 2 });
  });

  itOnOne('stays refused while a newer code of the number is live', async () => {
    const { h, otp } = await start();
    const phone = nextNumber();
    const used = await otp.sendCode(phone);
    expect((await otp.verify(phone, used)).status).toBe(200);
    h.advance(61);
    const fresh = await otp.sendCode(phone);
    if (used !== fresh) expect((await otp.verify(phone, used)).body.code).toBe('otp_invalid');
    expect((await otp.verify(phone, fresh)).status).toBe(200);
  });

  it('keeps a live code and its count of attempts over a restart', async () => {
    const first = await start();
    const phone = nextNumber();
    const code = await first.otp.sendCode(phone);
    await first.otp.verify(phone, code === '000000' ? '000001' : '000000');
    await closeAll();
    const { otp } = await start();
    expect((await otp.row(phone)).attempts).toBe(1);
    expect((await otp.verify(phone, code)).status).toBe(200);
  });
});

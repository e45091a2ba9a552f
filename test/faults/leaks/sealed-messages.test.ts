import { afterAll, beforeAll, expect, it } from 'vitest';
import { expireVerifications } from '../../../src/services/operations/maintenance.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const TTL_SECONDS = 300;
/** How often the job runs, and when nothing may be left. */
const JOB_SECONDS = 15;
const MOST_SECONDS_LEFT = 60;

onEveryDatabase('what is sealed to send a code again, on %s,', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  /** For each code of a number, whether its message is still sealed. */
  const sealedOf = async (phone: string) =>
    (await otp.rows(phone)).map(({ sealedMessage }) => sealedMessage !== null);

  it('is gone at once when the code is used, ended, replaced, not sent, or has no attempts left', async () => {
    const [used, ended, replaced, unsent, spent] = Array.from({ length: 5 }, nextNumber) as [
      ...[string, string, string, string, string],
    ];
    const code = await otp.sendCode(used);
    expect(await sealedOf(used)).toEqual([true]);
    await otp.verify(used, code);
    expect(await sealedOf(used)).toEqual([false]);

    await otp.sendCode(ended);
    await otp.expire(ended, {});
    expect(await sealedOf(ended)).toEqual([false]);

    await otp.sendCode(replaced);
    h.advance(61);
    await otp.sendCode(replaced);
    expect(await sealedOf(replaced)).toEqual([false, true]);

    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    await otp.send(unsent);
    h.gateway.behaveLike();
    expect(await sealedOf(unsent)).toEqual([false]);

    const guesses = wrongCodes(await otp.sendCode(spent), 3);
    for (const guess of guesses) await otp.verify(spent, guess);
    expect(await sealedOf(spent)).toEqual([false]);
  });

  it('is gone a minute after the code has expired, although a node died in between', async () => {
    const phone = nextNumber();
    await otp.sendCode(phone);
    h.advance(TTL_SECONDS);
    const { verifications } = h.maintenance;
    const dead = {
      ...h.maintenance,
      owner: 'a node that dies',
      verifications: { ...verifications, expireDue: () => new Promise<never>(() => {}) },
    };
    void expireVerifications(dead);
    await expect
      .poll(() => h.database.models.Lease.count({ where: { owner: dead.owner } }))
      .toBe(1);
    for (let passed = 0; passed < MOST_SECONDS_LEFT; passed += JOB_SECONDS) {
      h.advance(JOB_SECONDS);
      await expireVerifications(h.maintenance);
    }
    expect(await sealedOf(phone)).toEqual([false]);
  });
});

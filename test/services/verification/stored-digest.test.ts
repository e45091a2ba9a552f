import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadArgon2Engine } from '../../../src/lib/crypto/argon2-engine.ts';
import { createSecretKey } from '../../../src/lib/crypto/secrets.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness, SECRET_KEY } from '../../support/http/harness.ts';
import { createOtpCalls, inBatches, type OtpCalls } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const ENV = { LIMIT_FAILURES_PER_IP_HOUR: '0', LIMIT_SENDS_PER_PREFIX_HOUR: '0' };
const MEGABYTE = 1024 * 1024;

onOneDatabase('the digest of a code on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: ENV });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  const setRow = (phoneNumber: string, values: Readonly<Record<string, string>>) =>
    h.database.models.OTPLog.update(values, { where: { phoneNumber } });

  it('A17: is argon2id with a salt of its own for every row', async () => {
    const phones = Array.from({ length: 100 }, nextNumber);
    await inBatches(phones, (phone) => otp.sendCode(phone));
    const rows = await Promise.all(phones.map((phone) => otp.row(phone)));
    const parts = rows.map(({ otpHash }) => otpHash.split('$'));
    expect(new Set(parts.map(([, id, version, cost]) => `${id} ${version} ${cost}`))).toEqual(
      new Set(['argon2id v=19 m=1024,t=1,p=1']),
    );
    const salts = parts.map(([, , , , salt = '']) => salt);
    expect(new Set(salts).size).toBe(100);
    expect(new Set(salts.map((salt) => Buffer.from(salt, 'base64').length))).toEqual(new Set([16]));
    const digests = parts.map(([, , , , , digest = '']) => Buffer.from(digest, 'base64').length);
    expect(new Set(digests)).toEqual(new Set([32]));
  });

  it('A17: is the only trace of the code in the database', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const row = (await otp.row(phone)).get();
    expect(Object.keys(row)).not.toContain('otp');
    const traces = Object.entries(row).filter(
      ([name, value]) => name !== 'otpHash' && String(value).includes(code),
    );
    // A number or a handle may hold the same six digits by chance; a column of codes would not.
    expect(traces.map(([name]) => name).filter((name) => !/phone|active|Id$/i.test(name))).toEqual(
      [],
    );
    const columns = await h.database.sequelize.getQueryInterface().describeTable('otp_logs');
    const names = Object.keys(columns);
    expect(names.filter((name) => /^otp$|code|plain/i.test(name))).toEqual([]);
  });

  it('A18: does not match the right code without the pepper or with another', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const { otpHash } = await otp.row(phone);
    const engine = await loadArgon2Engine();
    const pepper = createSecretKey(SECRET_KEY).derive('pepper');
    const other = createSecretKey('another-secret-0123456789abcdef012345').derive('pepper');
    expect(await engine.verify(otpHash, code, Buffer.alloc(0))).toBe(false);
    expect(await engine.verify(otpHash, code, other)).toBe(false);
    expect(await engine.verify(otpHash, code, pepper)).toBe(true);
  });

  const forged = (cost: string) => (digest: string) => digest.replace('m=1024,t=1,p=1', cost);
  it.each([
    ['asks for 4 GiB', forged('m=4194304,t=1,p=1')],
    ['asks for a million passes', forged('m=1024,t=1000000,p=1')],
    ['asks for many lanes', forged('m=1024,t=1,p=255')],
    ['is cut off', (digest: string) => digest.slice(0, 40)],
    ['is of argon2i', (digest: string) => digest.replace('argon2id', 'argon2i')],
    ['is empty', () => ''],
    ['is no digest', () => 'x'.repeat(200)],
  ])('A20: is refused quickly and cheaply when it %s', async (_, forge) => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    await setRow(phone, { otpHash: forge((await otp.row(phone)).otpHash) });
    const before = process.memoryUsage.rss();
    const startedAt = performance.now();
    const answer = await otp.verify(phone, code);
    const seconds = (performance.now() - startedAt) / 1000;
    expect([answer.status, answer.body.code]).toEqual([400, 'otp_invalid']);
    // A digest of 4 GiB takes many seconds and its memory; ours takes a millisecond.
    expect(seconds).toBeLessThan(2);
    expect((process.memoryUsage.rss() - before) / MEGABYTE).toBeLessThan(500);
  });

  it('A19: is refused, without a fault, under an unknown version of the key', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    await setRow(phone, { secretVersion: 'ffffffff' });
    const answer = await otp.verify(phone, code);
    expect([answer.status, answer.body.code]).toEqual([400, 'otp_invalid']);
  });

  it('is emptied when the verification ends', async () => {
    const [verified, expired] = [nextNumber(), nextNumber()];
    await otp.verify(verified, await otp.sendCode(verified));
    await otp.sendCode(expired);
    await otp.expire(expired);
    for (const phone of [verified, expired]) {
      const { otpHash, activeKey } = await otp.row(phone);
      expect({ otpHash, activeKey }).toEqual({ otpHash: '', activeKey: null });
    }
  });
});

describe('the default cost', () => {
  it('A17: is 19 MiB and two passes', async () => {
    const h = await createHarness({ env: { OTP_HASH_MEMORY_KIB: '', OTP_HASH_TIME_COST: '' } });
    const otp = createOtpCalls(h);
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    expect((await otp.row(phone)).otpHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await otp.verify(phone, code)).status).toBe(200);
    await h.close();
  });
});

import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropOldKeys } from '../../../../src/services/operations/maintenance.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createOtpCalls,
  inParallel,
  type OtpCalls,
  tally,
  wrongCodes,
} from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const ISSUER = 'https://verify.example.com';

onEveryDatabase('a proof of verification on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  const alone = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: OtpCalls;

  beforeAll(async () => {
    h = await createHarness({
      dialect,
      env: { PUBLIC_URL: ISSUER, LIMIT_SENDS_PER_PREFIX_HOUR: '0' },
    });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  async function prove(calls: OtpCalls = otp, phoneNumber = nextNumber()) {
    const code = await calls.sendCode(phoneNumber);
    const { body } = await calls.verify(phoneNumber, code, { proof: true });
    return { phoneNumber, proof: String(body.data?.['proof']), verified: body.data };
  }

  const redeem = (proof: string, client: Pick<Harness['client'], 'post'> = h.client) =>
    client.post('/api/otp/proof/redeem', { proof });

  it('is redeemed by one of many callers', async () => {
    const { proof, phoneNumber, verified } = await prove();
    const answers = await inParallel(12, () => redeem(proof));
    expect(tally(answers)).toEqual({ 200: 1, proof_invalid: 11 });
    const data = answers.find(({ status }) => status === 200)?.body.data;
    const { proof: _, ...expected } = { ...verified };
    expect(data).toEqual(expected);
    expect(data).toMatchObject({ phoneNumber, purpose: 'login' });
    expect(tally([await redeem(proof)])).toEqual({ proof_invalid: 1 });
  });

  alone('is accepted by jose with our key set', async () => {
    const { proof, phoneNumber } = await prove();
    const keySet = createRemoteJWKSet(new URL('/.well-known/jwks.json', h.url));
    const expected = {
      issuer: ISSUER,
      audience: 'default',
      typ: 'proof+jwt',
      currentDate: h.now(),
    };
    const { payload } = await jwtVerify(proof, keySet, expected);
    expect(payload).toMatchObject({ phone_number: phoneNumber, phone_number_verified: true });
    const { headers } = await h.client.call({ method: 'GET', path: '/.well-known/jwks.json' });
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  alone('is only given for the right code, and on request', async () => {
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    const [wrong = ''] = wrongCodes(code, 1);
    const refused = await otp.verify(phoneNumber, wrong, { proof: true });
    expect(refused.raw).not.toContain('proof');
    const accepted = await otp.verify(phoneNumber, code);
    expect(accepted.body.data).not.toHaveProperty('proof');
    const repeated = await otp.verify(phoneNumber, code, { proof: true });
    expect(tally([repeated])).toEqual({ otp_invalid: 1 });
    expect(repeated.raw).not.toContain('proof');
  });

  alone('expires', async () => {
    const { proof } = await prove();
    h.advance(121);
    expect(tally([await redeem(proof)])).toEqual({ proof_invalid: 1 });
  });

  alone('is for its account and mode only', async () => {
    const other = await createAccountCalls(h, 'other');
    const { proof } = await prove(other.otp);
    expect(decodeJwt(proof).aud).toBe('other');
    expect(tally([await redeem(proof)])).toEqual({ proof_invalid: 1 });
    const testing = await createAccountCalls(h, 'other', {
      ...{ mode: 'test', scopes: ['otp:send', 'otp:verify'] },
    });
    expect(tally([await redeem(proof, testing.client)])).toEqual({ proof_invalid: 1 });
    const number = nextNumber();
    await other.client.put(`/api/test-numbers/${encodeURIComponent(number)}`, { otp: '123456' });
    await testing.otp.send(number);
    const { body } = await testing.otp.verify(number, '123456', { proof: true });
    const ofTest = String(body.data?.['proof']);
    expect(decodeJwt(ofTest).aud).toBe('other:test');
    expect(tally([await redeem(ofTest, other.client)])).toEqual({ proof_invalid: 1 });
    expect((await redeem(ofTest, testing.client)).status).toBe(200);
    expect((await redeem(proof, other.client)).status).toBe(200);
  });

  alone('hides the number from a key that may not send', async () => {
    const { otp: checking, client } = await createAccountCalls(h, 'default', {
      scopes: ['otp:verify'],
    });
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber);
    const { body } = await checking.verify(phoneNumber, code, { proof: true });
    const proof = String(body.data?.['proof']);
    expect(JSON.stringify(decodeJwt(proof))).not.toContain(phoneNumber.slice(1));
    expect((await redeem(proof, client)).status).toBe(200);
  });

  alone(
    'is the same again for the same Idempotency-Key, and is stored nowhere in clear text',
    async () => {
      const phoneNumber = nextNumber();
      const code = await otp.sendCode(phoneNumber);
      const headers = { 'idempotency-key': 'one-login' };
      const ask = () =>
        h.client.post('/api/otp/verify', { phoneNumber, otp: code, proof: true }, headers);
      const [first, second] = [await ask(), await ask()];
      const proof = String(first.body.data?.['proof']);
      expect(second.body.data).toEqual(first.body.data);
      await h.activity.flush();
      const tables = await dumpTables(h, ['idempotency_keys', 'activity_logs', 'otp_logs']);
      expect(`${tables}${h.logLines.join('')}`).not.toContain(proof.split('.')[2]);
      expect((await redeem(proof)).status).toBe(200);
    },
  );

  alone('is given for a message of the user, with its result', async () => {
    const { client } = await createAccountCalls(h, 'default', {
      ...{ mode: 'test', scopes: ['otp:send', 'otp:verify'] },
    });
    const phoneNumber = nextNumber();
    const path = `/api/test-numbers/${encodeURIComponent(phoneNumber)}`;
    await h.client.put(path, { otp: '123456' });
    const asked = { method: 'inbound', phoneNumber, companyName: 'Kopi & Roti' };
    const { verificationId, text } = (await client.post('/api/otp/send', asked)).body.data ?? {};
    const finish = () => client.post('/api/otp/verify', { verificationId, proof: true });
    const early = await finish();
    expect([early.status, early.raw.includes('"proof"')]).toEqual([409, false]);
    await client.post(`${path}/messages`, { text });
    const proof = String((await finish()).body.data?.['proof']);
    expect((await redeem(proof, client)).body.data).toMatchObject({ verificationId, phoneNumber });
    expect(tally([await finish()])).toEqual({ otp_invalid: 1 });
  });

  alone('is worth nothing once its recipient is erased', async () => {
    const { proof, phoneNumber } = await prove();
    const path = `/api/recipients/${encodeURIComponent(phoneNumber)}`;
    expect((await h.client.delete(path)).status).toBe(200);
    expect(tally([await redeem(proof)])).toEqual({ proof_invalid: 1 });
  });

  alone('is deleted an hour after it could last be redeemed', async () => {
    const { proof } = await prove();
    await redeem(proof);
    const count = async () =>
      (await h.database.statements.select('SELECT "proofId" FROM "redeemed_proofs"', [])).length;
    await dropOldKeys(h.maintenance);
    expect(await count()).toBeGreaterThan(0);
    h.advance(3800);
    await dropOldKeys(h.maintenance);
    expect(await count()).toBe(0);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSecretKey } from '../../../src/lib/crypto/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { createHarness, SECRET_KEY } from '../../support/http/harness.ts';
import { createOtpCalls } from '../../support/http/otp-calls.ts';
import { startServerProcess } from '../../support/process/server-process.ts';

const OLD_KEY = 'old-secret-0123456789abcdef0123456789abcdef';
const [ROTATED, FORGOTTEN] = ['+6281277770001', '+6281277770002'];

onOneDatabase('a new secret key on %s', (dialect) => {
  let database: TestDatabase;
  let gateway: Gateway;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    gateway = await startGateway();
    const env = { SECRET_KEY: OLD_KEY };
    const old = await startServerProcess({
      ...{ databaseUrl: database.url, gatewayUrl: gateway.url, env },
    });
    for (const phoneNumber of [ROTATED, FORGOTTEN]) {
      expect((await old.client.post('/api/otp/send', { phoneNumber })).status).toBe(200);
    }
    await old.stop('SIGINT');
  });
  afterAll(async () => {
    await gateway.close();
    await database.drop();
  });

  it('A19: accepts codes of the previous key and signs new ones with the new', async () => {
    const h = await createHarness({ database, env: { SECRET_KEY_PREVIOUS: OLD_KEY } });
    const otp = createOtpCalls(h);
    expect((await otp.row(ROTATED)).secretVersion).toBe(createSecretKey(OLD_KEY).version);
    const wrong = gateway.codeFor(ROTATED) === '000000' ? '000001' : '000000';
    expect((await otp.verify(ROTATED, wrong)).body.code).toBe('otp_invalid');
    expect((await otp.verify(ROTATED, gateway.codeFor(ROTATED))).status).toBe(200);
    const fresh = await otp.sendCode('+6281277770003');
    expect((await otp.row('+6281277770003')).secretVersion).toBe(
      createSecretKey(SECRET_KEY).version,
    );
    expect((await otp.verify('+6281277770003', fresh)).status).toBe(200);
    await h.close();
  });

  it('A19: refuses codes of a key that is gone, without a fault', async () => {
    const h = await createHarness({ database });
    const otp = createOtpCalls(h);
    const answer = await otp.verify(FORGOTTEN, gateway.codeFor(FORGOTTEN));
    expect([answer.status, answer.body.code]).toEqual([400, 'otp_invalid']);
    expect((await otp.row(FORGOTTEN)).status).toBe('sent');
    await h.close();
  });
});

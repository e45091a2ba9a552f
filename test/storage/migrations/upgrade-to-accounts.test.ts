import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { createSecretKey, digestOf } from '../../../src/lib/crypto/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';
import { SECRET_KEY } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

/** The first migration that an installation without accounts has not seen. */
const FIRST_OF_ACCOUNTS = '20261121-0012-create-users';

const SEND = '/api/otp/send';
const ENV = {
  OTP_CHANNELS: 'whatsapp,http',
  OTP_RESEND_SECONDS: '60',
  // Half of them at once.
  LIMIT_FAILURES_PER_PHONE_HOUR: '8',
};

/** Undoes the migrations of accounts, so that the database is as the release before left it. */
async function leaveAccounts(database: TestDatabase): Promise<void> {
  const opened = await open(database);
  const { statements } = opened;
  await createMigrator(opened.sequelize, migrations).down({ to: FIRST_OF_ACCOUNTS });
  const tables = ['users', 'api_keys', 'tokens', 'test_numbers', 'api_usage'];
  for (const table of tables) {
    await expect(statements.select(`SELECT * FROM "${table}"`, [])).rejects.toThrow();
  }
  await opened.close();
}

/** An answer that the release before kept under an idempotency key. */
async function captureResponse(database: TestDatabase, key: string, body: string): Promise<void> {
  const opened = await open(database);
  const digestKey = createSecretKey(SECRET_KEY).derive('idempotency');
  const keyDigest = digestOf(JSON.stringify(['default', `POST ${SEND}`, key]), digestKey);
  const answer = '{"success":true,"message":"from before","data":{}}';
  await opened.statements.change(
    `INSERT INTO "idempotency_keys" ("keyDigest", "accountId", "bodyDigest", "statusCode",
       "responseBody", "owner", "lockedUntil", "createdAt")
     VALUES ($1, 'default', $2, 200, $3, 'gone', 0, $4)`,
    [keyDigest, digestOf(body, digestKey), answer, Date.now()],
  );
  await opened.close();
}

onOneDatabase('an installation from before accounts, on %s,', (dialect) => {
  const nextPhoneNumber = createPhoneNumbers();
  const [codeByWhatsApp, wrongTwice, repeated] = [
    nextPhoneNumber(),
    nextPhoneNumber(),
    nextPhoneNumber(),
  ];
  let database: TestDatabase;
  let lab: Lab;
  let recipient: Phone;
  let h: WhatsAppHarness;
  let code: string;
  let statePath: string;

  const verify = (phoneNumber: string, otp: string) =>
    h.client.post('/api/otp/verify', { phoneNumber, otp });

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    lab = await startLab();
    recipient = lab.addPhone({ pn: codeByWhatsApp });
    h = await createWhatsAppHarness({ lab, database, env: ENV });
    await h.link(lab.addPhone(), 'desk');
    expect((await h.client.post(SEND, { phoneNumber: codeByWhatsApp })).status).toBe(200);
    const { text } = await recipient.nextMessage();
    code = /^\d{6}/.exec(text)?.[0] ?? '';
    await h.client.post(SEND, { phoneNumber: wrongTwice, channel: 'http' });
    for (const attempt of ['000000', '000001']) await verify(wrongTwice, attempt);
    await h.close();
    await leaveAccounts(database);
    await captureResponse(database, 'from-before', JSON.stringify({ phoneNumber: repeated }));
    // The release before left no marks beside the database; those of the first run are of a later time.
    statePath = await mkdtemp(join(tmpdir(), 'waverify-upgrade-'));
    h = await createWhatsAppHarness({ lab, database, env: { ...ENV, STATE_PATH: statePath } });
  });
  afterAll(async () => {
    await h.close();
    await rm(statePath, { recursive: true });
    await lab.close();
    await database.drop();
  });

  it('goes on with its key, its session, and no scan', async () => {
    await h.waitForState(['open'], 'desk');
    const { body } = await h.client.get('/api/sessions');
    expect(body.data).toMatchObject([{ sessionId: 'desk', state: 'open' }]);
    const to = nextPhoneNumber();
    lab.addPhone({ pn: to });
    const sent = await h.client.post(SEND, { phoneNumber: to, sessionId: 'desk' });
    expect([sent.status, sent.body.data?.['channel']]).toEqual([200, 'whatsapp']);
  });

  it('takes the code that was sent before, once', async () => {
    expect((await verify(codeByWhatsApp, code)).status).toBe(200);
    expect((await verify(codeByWhatsApp, code)).status).toBe(400);
  });

  it('remembers what was counted before', async () => {
    const soon = await h.client.post(SEND, { phoneNumber: wrongTwice, channel: 'http' });
    expect(soon.body.code).toBe('resend_too_soon');
    for (const attempt of ['000002', '000003']) await verify(wrongTwice, attempt);
    expect((await verify(wrongTwice, '000004')).body.code).toBe('otp_locked');
  });

  it('replays an answer that it kept before', async () => {
    const headers = { 'idempotency-key': 'from-before' };
    const { body, headers: answered } = await h.client.post(
      SEND,
      { phoneNumber: repeated },
      headers,
    );
    expect([body.message, answered['idempotent-replayed']]).toEqual(['from before', 'true']);
  });

  it('shows in its figures what its one account has', async () => {
    const rows = await h.database.statements.select(
      'SELECT DISTINCT "accountId" FROM "otp_logs" UNION SELECT DISTINCT "accountId" FROM "sessions"',
      [],
    );
    expect(rows).toEqual([{ accountId: 'default' }]);
  });
});

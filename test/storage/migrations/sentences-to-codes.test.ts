import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { attemptFailures } from '../../../src/domain/verification/attempt-failure.ts';
import {
  contactBlockReasons,
  sessionReasons,
} from '../../../src/domain/whatsapp/session-reason.ts';
import type { Database } from '../../../src/storage/database.ts';
import type { Row } from '../../../src/storage/statement.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';

const BEFORE = '20261128-0028-add-client-ip-right';
const MIGRATION = '20261128-0029-replace-sentences-by-codes';
const REPLACED = 'another program took this session over: stop it, then restart the session';
const OUTDATED = 'WhatsApp refuses this client version: raise WHATSAPP_VERSION or update Waverify';

type Fact = string | null;
type Activity = { action: string; status: string; details: Fact; errorMessage?: Fact };
type Expected = { details: Fact; isTest?: boolean; errorMessage?: Fact; requestData?: Fact };

const verify = (details: Fact): Activity => ({
  ...{ action: 'otp_verify', status: details === null ? 'success' : 'error', details },
  errorMessage: details === null ? null : 'otp_invalid',
});
const closed = (details: Fact): Activity => ({
  ...{ action: 'connection_close', status: 'error', details },
});

/** Every sentence that the version before wrote, with what it becomes. */
const activities: readonly (readonly [Activity, Expected])[] = [
  [verify(null), { details: null }],
  [verify('wrong passcode'), { details: 'wrong_code', errorMessage: 'otp_invalid' }],
  [verify('no live passcode'), { details: 'no_live_code', errorMessage: 'otp_invalid' }],
  [verify('not compared'), { details: 'not_compared', errorMessage: 'otp_invalid' }],
  [verify('locked'), { details: 'locked', errorMessage: 'otp_invalid' }],
  [
    { ...verify('test'), status: 'success', errorMessage: null },
    { details: null, isTest: true },
  ],
  ...['wrong passcode', 'no live passcode', 'not compared', 'locked'].map(
    (sentence, index) =>
      [
        verify(`test: ${sentence}`),
        {
          details: ['wrong_code', 'no_live_code', 'not_compared', 'locked'][index] ?? '',
          ...{ isTest: true, errorMessage: 'otp_invalid' },
        },
      ] as const,
  ),
  [
    { action: 'otp_expire', status: 'success', details: 'no live passcode' },
    { details: 'no_live_code' },
  ],
  [
    { action: 'otp_expire', status: 'success', details: 'test: no live passcode' },
    { details: 'no_live_code', isTest: true },
  ],
  [
    { action: 'otp_expire', status: 'success', details: 'test' },
    { details: null, isTest: true },
  ],
  [
    { action: 'otp_send', status: 'error', details: 'test', errorMessage: 'forbidden' },
    { details: null, isTest: true, errorMessage: 'forbidden' },
  ],
  // Here it is the channel of a test number.
  [{ action: 'otp_send', status: 'success', details: 'test' }, { details: 'test' }],
  [{ action: 'otp_send', status: 'success', details: 'http' }, { details: 'http' }],
  [
    { action: 'otp_unlock', status: 'success', details: 'user:7: in every account' },
    { details: 'user:7', requestData: '{"scope":"every_account"}' },
  ],
  [{ action: 'otp_unlock', status: 'success', details: 'key:abc' }, { details: 'key:abc' }],
  // What is nobody's sentence of these actions stays.
  [{ action: 'limit_hit', status: 'error', details: 'locked' }, { details: 'locked' }],
  [
    { action: 'auth_login', status: 'error', details: 'wrong passcode' },
    { details: 'wrong passcode' },
  ],
];

/** Every reason that the version before gave, with its code and what is kept beside it. */
const reasons: readonly (readonly [Fact, Fact, Fact])[] = [
  [null, null, null],
  ['the device was unlinked: link it again', 'device_unlinked', null],
  [REPLACED, 'replaced_by_other_client', null],
  ['WhatsApp has banned this number for a while', 'banned_temporarily', null],
  ['WhatsApp has banned this number', 'banned', null],
  [OUTDATED, 'client_outdated', null],
  ['the account does not take linked devices', 'linked_devices_not_allowed', null],
  ['no node keeps it at this moment', 'not_kept', null],
  ['Cannot reach 127.0.0.1: HTTP status 503', 'unreachable', '127.0.0.1: HTTP status 503'],
  [
    'credentials_unreadable: the secret key 01234567 sealed it',
    ...['credentials_unreadable', 'the secret key 01234567 sealed it'],
  ],
  ['error_418', 'unexpected_status', '418'],
  ["a stranger's words: 100%", 'connection_failed', "a stranger's words: 100%"],
  ...[
    ...['linking', 'qr_expired', 'code_expired', 'restart', 'stopped', 'logged_out', 'lease_lost'],
    ...['not_kept', 'restart_required', 'connection_closed', 'connection_lost', 'no_answer'],
    ...['service_unavailable', 'bad_session', 'database_unavailable', 'credentials_unreadable'],
  ].map((code) => [code, code, null] as const),
] as readonly (readonly [Fact, Fact, Fact])[];

const blocks: readonly (readonly [Fact, Fact])[] = [
  ['WhatsApp restricts this number to people who know it', 'time_locked'],
  ['WhatsApp refused a new contact (463)', 'contact_refused'],
  [null, null],
];

onOneDatabase('the migration from sentences to codes on %s', (dialect) => {
  const now = new Date('2026-03-01T23:59:59.999Z');
  let testDatabase: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    testDatabase = await createTestDatabase(dialect);
    database = await open(testDatabase);
    await migrator().up({ to: BEFORE });
  });
  afterEach(async () => {
    await database.close();
    await testDatabase.drop();
  });

  const migrator = () => createMigrator(database.sequelize, migrations);
  const allActivities: readonly (readonly [Activity, Expected])[] = [
    ...activities,
    ...reasons.map(
      ([reason, details, errorMessage]) => [closed(reason), { details, errorMessage }] as const,
    ),
  ];

  async function seed(): Promise<void> {
    const { change } = database.statements;
    for (const [{ action, status, details, errorMessage = null }] of allActivities) {
      await change(
        `INSERT INTO "activity_logs"
           ("accountId", "action", "status", "details", "errorMessage", "createdAt", "updatedAt")
         VALUES ('default', $1, $2, $3, $4, $5, $5)`,
        [action, status, details, errorMessage, now],
      );
    }
    for (const [index, [reason]] of reasons.entries()) {
      const [by = null] = blocks[index] ?? [];
      await change(
        `INSERT INTO "sessions" ("accountId", "sessionId", "state", "stateReason", "errorMessage",
           "contactsBlockedBy", "createdAt", "updatedAt")
         VALUES ('default', $1, 'backoff', $2, $3, $4, $5, $5)`,
        [`session-${index}`, reason, reason, by, now],
      );
    }
  }

  const readActivities = () => read('activity_logs', '"details", "errorMessage", "requestData"');
  const readSessions = () => read('sessions', '"stateReason", "errorMessage", "contactsBlockedBy"');

  function read(table: string, columns: string): Promise<Row[]> {
    return database.statements.select(`SELECT ${columns} FROM "${table}" ORDER BY "id"`, []);
  }

  async function readTests(): Promise<boolean[]> {
    const rows = await read('activity_logs', '"isTest"');
    return rows.map((row) => Number(row['isTest']) === 1);
  }

  async function expectCodes(): Promise<void> {
    expect(await readActivities()).toEqual(
      allActivities.map(([, { details, errorMessage = null, requestData = null }]) => ({
        ...{ details, errorMessage, requestData },
      })),
    );
    expect(await readTests()).toEqual(allActivities.map(([, { isTest = false }]) => isTest));
    expect(await readSessions()).toEqual(
      reasons.map(([, stateReason, errorMessage], index) => ({
        ...{ stateReason, errorMessage, contactsBlockedBy: blocks[index]?.[1] ?? null },
      })),
    );
  }

  it('makes a code of every sentence, and keeps the texts from outside beside it', async () => {
    await seed();
    await migrator().up();
    await expectCodes();
    for (const row of await readSessions()) {
      expect([null, ...sessionReasons]).toContain(row['stateReason']);
      expect([null, ...contactBlockReasons]).toContain(row['contactsBlockedBy']);
    }
    const verified = await database.statements.select(
      `SELECT "details" FROM "activity_logs" WHERE "action" IN ('otp_verify', 'otp_expire')`,
      [],
    );
    for (const row of verified) expect([null, ...attemptFailures]).toContain(row['details']);
  });

  it('finds rows however far their ids are apart', async () => {
    await seed();
    await database.statements.change(
      `INSERT INTO "activity_logs"
         ("id", "accountId", "action", "status", "details", "createdAt", "updatedAt")
       VALUES (90000, 'default', 'otp_verify', 'error', 'test: locked', $1, $1)`,
      [now],
    );
    await migrator().up();
    expect((await readActivities()).at(-1)).toMatchObject({ details: 'locked' });
    expect((await readTests()).at(-1)).toBe(true);
  });

  it('goes on after a start that was cut off', async () => {
    await seed();
    await migrator().up();
    await database.statements.change(`DELETE FROM "SequelizeMeta" WHERE "name" = $1`, [MIGRATION]);
    await migrator().up();
    await expectCodes();
  });

  it('gives back what the version before compares, and comes to the same codes again', async () => {
    await seed();
    const [activitiesBefore, sessionsBefore] = [await readActivities(), await readSessions()];
    await migrator().up();
    await migrator().down({ to: MIGRATION });
    const isOfAttempt = (_: Row, index: number) => index < activities.length;
    const withoutScope = ({ requestData: _, ...row }: Row) => row;
    const isUnlock = ({ details }: Row) => String(details).startsWith('user:7');
    const toCompare = (rows: Row[]) =>
      rows
        .filter(isOfAttempt)
        .filter((row) => !isUnlock(row))
        .map(withoutScope);
    expect(toCompare(await readActivities())).toEqual(toCompare(activitiesBefore));
    expect((await readSessions()).slice(0, 7).map((row) => row['stateReason'])).toEqual(
      sessionsBefore.slice(0, 7).map((row) => row['stateReason']),
    );
    await migrator().up();
    await expectCodes();
  });

  it('changes nothing in an empty database', async () => {
    await migrator().up();
    expect(await readActivities()).toEqual([]);
    await migrator().down({ to: MIGRATION });
    expect(await readSessions()).toEqual([]);
  });
});

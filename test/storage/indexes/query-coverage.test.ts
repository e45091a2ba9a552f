import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Database } from '../../../src/storage/database.ts';
import { CREATE_PROCEDURES } from '../../../src/storage/dialects/sqlite/procedure-triggers.ts';
import type { Statements } from '../../../src/storage/statement.ts';
import { createMigratedDatabase } from '../../support/database/migrated-database.ts';
import { createVerification } from '../../support/database/new-verification.ts';
import { planReads } from '../../support/plans/query-plans.ts';
import { activityLogQueries } from './activity-log-queries.ts';
import { otpLogQueries } from './otp-log-queries.ts';
import { createStores, type Stores, type Subject } from './query.ts';

/** The functions of the stores that do not read the logs, or do it in a procedure. */
const OTHERS = [
  ...['activities.record', 'activities.recordAll'],
  ...['deliveries.cancelPending', 'deliveries.claimDue'],
  ...['deliveries.claimLatest', 'deliveries.findLatest', 'deliveries.findMessageId'],
  ...['deliveries.isBeingSent', 'deliveries.isOver', 'deliveries.markAccepted'],
  ...['deliveries.markFailedLate', 'deliveries.markUnknown', 'deliveries.release'],
  ...['deliveries.resumeInterrupted'],
  ...['events.find', 'events.findRecorded', 'events.list', 'events.listDeliveries'],
  ...['events.prune', 'events.record'],
  ...['deliveries.markFailed', 'deliveries.prune', 'epochs.read', 'logs.listDeliveries'],
  ...['nodes.findBeat', 'nodes.findLastSign', 'nodes.findSeen', 'nodes.listAliveNodes'],
  ...['nodes.listUnsettled', 'nodes.markSettled', 'nodes.prune', 'nodes.register', 'nodes.write'],
  ...['recipients.eraseRelays', 'timelines.findRelayed'],
  ...['recipients.eraseAnswers', 'recipients.eraseContacts', 'recipients.erasePages'],
  ...['recipients.listContacts'],
  ...['unsent.findSendBudget', 'unsent.listAttempts'],
  ...['verifications.markVerified', 'verifications.open'],
];

/** The files of src/storage that name the logs, apart from their models and the procedures. */
const FILES = [
  'activity/activity-store.ts',
  'activity/log-entry.ts',
  'activity/log-store.ts',
  'activity/newest-except.ts',
  'activity/timeline-store.ts',
  'analytics/rollup-source-store.ts',
  'analytics/rollup-store.ts',
  // It only takes the names of counts from there.
  'analytics/summing-store.ts',
  'compat/attempt-store.ts',
  'delivery/delivery-statements.ts',
  'delivery/receipt-statements.ts',
  'operations/node-store.ts',
  'privacy/recipient-store.ts',
  // These read by the unique ID of a verification, and change by its row.
  'verification/inbound-statements.ts',
  'verification/inbound-store.ts',
  'verification/place-store.ts',
  'verification/unsent-store.ts',
  'verification/verification-row.ts',
  'verification/verification-statements.ts',
  'verification/verification-store.ts',
  'webhooks/event-store.ts',
];

const empty = () => Promise.resolve([]);

/** Runs all queries on stores that only note what is called. */
async function listCalled(): Promise<string[]> {
  const called = new Set<string>();
  const note = (name: string) => {
    called.add(name);
    return empty();
  };
  const toStore = (store: string) =>
    new Proxy({}, { get: (_, name) => () => note(`${store}.${String(name)}`) });
  const stores = new Proxy({}, { get: (_, store) => toStore(String(store)) }) as Stores;
  const statements = { change: empty, transact: empty } as unknown as Statements;
  const live = { accountId: 'default', phoneNumber: '+1', purpose: 'login' };
  const subject = { ...live, live, now: new Date() } as unknown as Subject;
  for (const queries of Object.values({ ...otpLogQueries, ...activityLogQueries })) {
    for (const { run } of Object.values(queries)) await run(stores, subject, statements);
  }
  return [...called].filter((name) => !name.startsWith('sources.to'));
}

it('the queries call each function that reads the logs', async () => {
  const nowhere = { statements: {}, models: {}, procedures: {} } as unknown as Database;
  const functions = Object.entries(createStores(nowhere)).flatMap(([store, of]) =>
    Object.keys(of).map((name) => `${store}.${name}`),
  );
  const reading = functions.filter((name) => !OTHERS.includes(name) && !/\.to[A-Z]/.test(name));
  expect((await listCalled()).sort()).toEqual(reading.sort());
});

it('no other file reads the logs', () => {
  const folder = new URL('../../../src/storage/', import.meta.url);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(models|dialects)\//.test(file))
    .filter((file) =>
      /\b(otp_logs|activity_logs|OTPLog|ActivityLog)\b/.test(
        readFileSync(new URL(file, folder), 'utf8'),
      ),
    );
  expect(found.sort()).toEqual(FILES);
});

it('the statistics of SQLite cover each index of the logs', async () => {
  const { database, close } = await createMigratedDatabase('sqlite');
  const listIndexes = (sql: string) => database.statements.select(sql, []);
  const known = await listIndexes('SELECT tbl, idx FROM sqlite_stat1 ORDER BY tbl, idx');
  const indexes = await listIndexes(
    `SELECT tbl_name AS tbl, name AS idx FROM sqlite_master
     WHERE type = 'index' AND tbl_name LIKE '%_logs' AND sql IS NOT NULL ORDER BY tbl_name, name`,
  );
  await close();
  expect(known).toEqual(indexes);
});

it('the procedures of SQLite find a verification by a unique index or its primary key', async () => {
  const { database, close } = await createMigratedDatabase('sqlite');
  // The first call creates them.
  const { verifications } = createStores(database);
  await createVerification(verifications, new Date());
  const statements = [...CREATE_PROCEDURES.matchAll(/BEGIN([\s\S]*?)END;/g)]
    .flatMap(([, body = '']) => body.split(';\n'))
    .filter((sql) => /UPDATE "otp_logs"/.test(sql))
    .map((sql) => sql.replaceAll('NEW.arguments', `'{}'`));
  const reads = await Promise.all(
    statements.map((sql) => planReads(database, { sql, values: [] }, ['otp_logs'])),
  );
  await close();
  const indexes = reads.map((ofStatement) => ofStatement.map(({ index }) => index));
  const [verificationId, activeKey] = [1, 2].map((n) => `sqlite_autoindex_otp_logs_${n}`);
  // Spending, expiring, replacing, sending, verifying.
  expect(indexes).toEqual([
    ...[['PRIMARY'], ['PRIMARY'], [activeKey], [verificationId], ['PRIMARY']],
  ]);
});

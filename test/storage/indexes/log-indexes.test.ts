import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHistory } from '../../../scripts/seed/write-history.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import type { Database } from '../../../src/storage/database.ts';
import type { Step } from '../../../src/storage/statement.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { createVerification } from '../../support/database/new-verification.ts';
import { captureStatements, planReads } from '../../support/plans/query-plans.ts';
import { lookAtTables } from '../../support/plans/watched-reads.ts';
import { readTable } from '../../support/schema/read-table.ts';
import { activityLogQueries } from './activity-log-queries.ts';
import { otpLogQueries } from './otp-log-queries.ts';
import { createStores, type QueriesOf, type Query, type Stores, type Subject } from './query.ts';

const LOGS = ['otp_logs', 'activity_logs'];
const NOON = new Date('2026-03-01T12:00:00.000Z');
const AMOUNT = { activities: 10_000, codes: 10_000, expiring: 100, now: NOON };

const queries = { ...otpLogQueries, ...activityLogQueries };

/** Two accounts, of which one has a third of the rows. Few rows are still to be counted. */
async function fillLogs(database: Database): Promise<void> {
  await writeHistory(database, AMOUNT);
  for (const table of LOGS) {
    const set = (change: string) =>
      database.statements.change(`UPDATE "${table}" SET ${change}`, []);
    await set(`"countDue" = NULL WHERE "id" % 100 <> 0`);
    await set(`"accountId" = 'other' WHERE "id" % 3 <> 0`);
  }
  await database.statements.change(
    `UPDATE "otp_logs" SET "counted" = "seen" WHERE "countDue" IS NULL`,
    [],
  );
  await lookAtTables(database, LOGS);
}

async function chooseSubject(database: Database, { verifications }: Stores): Promise<Subject> {
  const { OTPLog, Delivery } = database.models;
  const live = await createVerification(verifications, addSeconds(NOON, -1));
  const [asked, over] = await Promise.all([OTPLog.findByPk(303), OTPLog.findByPk(3003)]);
  const verificationId = asked?.verificationId ?? '';
  const delivery = await Delivery.findOne({ where: { verificationId } });
  return {
    ...{ accountId: 'default', phoneNumber: asked?.phoneNumber ?? '', verificationId, live },
    ...{ sessionId: 'second', messageId: delivery?.messageId ?? '' },
    erasable: over?.phoneNumber ?? '',
    dayBefore: addSeconds(NOON, -86_400),
    hourBefore: addSeconds(NOON, -3600),
    now: NOON,
  };
}

/** The names of the indexes, by their names in this database: it makes up those of unique columns. */
async function nameIndexes(database: Database): Promise<Map<string, string>> {
  const tables = await Promise.all(
    LOGS.map(async (table) => {
      const { indexes } = await readTable(database, table);
      const others = indexes.filter(({ fields }) => fields.join() !== 'id');
      const named = others.map(({ name, unique, fields }) => [
        `${table} ${name}`,
        unique ? `${table}.${fields.join()}` : name,
      ]);
      return [[`${table} PRIMARY`, `${table}.PRIMARY`], ...named] as [string, string][];
    }),
  );
  return new Map(tables.flat());
}

onEveryDatabase('the indexes of the logs on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let captured: ReturnType<typeof captureStatements>;
  let stores: Stores;
  let subject: Subject;
  let names: Map<string, string>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    await fillLogs(migrated.database);
    captured = captureStatements(migrated.database);
    stores = createStores(captured.database);
    subject = await chooseSubject(migrated.database, stores);
    names = await nameIndexes(migrated.database);
  }, 120_000);
  afterAll(() => migrated.close());

  /** The indexes by which a statement reads the logs; without one, the statement itself. */
  async function indexesOf(statement: Pick<Step, 'sql' | 'values'>): Promise<string[]> {
    const reads = await planReads(migrated.database, statement, LOGS);
    return reads.map(({ table, index }) => names.get(`${table} ${index}`) ?? statement.sql);
  }

  /** The indexes that a query uses. */
  async function run({ run: execute }: Query): Promise<Set<string>> {
    captured.take();
    await execute(stores, subject, captured.database.statements);
    const statements = captured.take().filter(({ sql }) => LOGS.some((log) => sql.includes(log)));
    const used = await Promise.all(statements.map(indexesOf));
    return new Set(used.flat());
  }

  it('each have a query that needs it', () => {
    expect([...names.values()].sort()).toEqual(Object.keys(queries).sort());
  });

  const suite = dialect === 'sqlite' ? expectPlans : expectSomePlan;
  describe.each(Object.entries(queries))('%s', suite);

  function expectPlans(index: string, ofIndex: QueriesOf[string]): void {
    it.each(Object.entries(ofIndex))('is used, and no other, when %s', async (_, query) => {
      const used = await run(query);
      // What was found is changed by its primary key.
      const beside = ['otp_logs.PRIMARY', 'activity_logs.PRIMARY'].filter((key) => key !== index);
      for (const name of beside) used.delete(name);
      expect([...used].sort()).toEqual([index, ...(query.also ?? [])].sort());
    });
  }

  /** A server chooses by the rows that it has, and may take another index for so few. */
  function expectSomePlan(index: string, ofIndex: QueriesOf[string]): void {
    it('is used, and no table is read in full', async () => {
      const used = new Set<string>();
      for (const query of Object.values(ofIndex)) {
        for (const name of await run(query)) used.add(name);
      }
      expect([...used].filter((name) => !(name in queries))).toEqual([]);
      if (!index.endsWith('.PRIMARY')) expect([...used]).toContain(index);
    });
  }
});

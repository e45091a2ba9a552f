import { setTimeout as pause } from 'node:timers/promises';

import { createLogger } from '../../src/lib/logger.ts';
import { createIngest } from '../../src/services/conversations/inbound/ingest.ts';
import { createLidStore } from '../../src/storage/conversations/lid-store.ts';
import { createReceiptStore } from '../../src/storage/conversations/receipt-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { createSessionStore } from '../../src/storage/whatsapp/session-store.ts';
import { type DialectName, dialects } from '../../test/support/database/databases.ts';
import { createMigratedDatabase } from '../../test/support/database/migrated-database.ts';
import type { Bench, Figure } from '../bench.ts';
import type { Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';

const ROUNDS = 5;
const MEMBERS = 1000;
const MESSAGES = ['M1', 'M2', 'M3', 'M4', 'M5'];
const GROUP = '120363000000000001@g.us';
const SESSION = { sessionId: 'bench', accountId: 'default' };

const NAMES = { sqlite: 'SQLite', mysql: 'MySQL or MariaDB', postgres: 'PostgreSQL' };

/** 5,000 receipts of the members of a group must not occupy the database for more than a second. */
export const groupReceipts: Figure = {
  name: 'group-receipts',
  async measure(bench) {
    const rows: Row[] = [];
    for (const dialect of dialects) rows.push(await measureOn(bench, dialect));
    return rows;
  },
};

async function measureOn(bench: Bench, dialect: DialectName): Promise<Row> {
  const { receipts } = await runInTurn(
    bench,
    { receipts: () => measureReceipts(dialect) },
    { warmUps: 1, rounds: ROUNDS },
  );
  const of = `database time of ${MEMBERS * MESSAGES.length} receipts on ${NAMES[dialect]}`;
  return {
    figure: `receipts of a group, ${NAMES[dialect]}`,
    unit: 'ms',
    ours: { of, values: receipts, cpuMicros: [] },
    goal: { atMost: 1000 },
  };
}

async function measureReceipts(dialect: DialectName): Promise<number> {
  const migrated = await createMigratedDatabase(dialect);
  const { database } = migrated;
  const now = () => new Date();
  await database.models.Account.ensure(SESSION.accountId, now());
  const sessions = createSessionStore(database);
  await sessions.create(SESSION, now());
  const timed = timeStatements(database);
  // Only what receipts need.
  const parts: Partial<Parameters<typeof createIngest>[0]> = {
    receipts: createReceiptStore(timed.database),
    lids: createLidStore(timed.database),
    knownSettings: {
      recall: async () => ({ store: 'content', use: 'both', ignore: [] }),
    } as unknown as Parameters<typeof createIngest>[0]['knownSettings'],
    isWatched: () => false,
    logger: createLogger('error', process.stderr),
    onLost: () => {
      throw new Error('a receipt was lost');
    },
    now,
  };
  const ingest = createIngest(parts as Parameters<typeof createIngest>[0]);
  for (let member = 0; member < MEMBERS; member += 1) {
    ingest.onReceipt(SESSION, {
      messageIds: MESSAGES,
      kind: 'delivered',
      chat: { kind: 'group', groupId: GROUP },
      by: { phoneNumber: `+62812${String(member).padStart(8, '0')}` },
      isByMe: false,
      at: now(),
    });
  }
  while (!ingest.isIdle()) await pause(10);
  const rows = await database.statements.select(
    `SELECT COUNT(*) AS "n" FROM "message_receipts"`,
    [],
  );
  await migrated.close();
  if (Number(rows[0]?.['n']) !== MEMBERS * MESSAGES.length) throw new Error('receipts are missing');
  return timed.spent();
}

/** Adds up how long the statements of a database take. */
function timeStatements(database: Database) {
  let spent = 0;
  async function time<T>(run: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await run();
    } finally {
      spent += performance.now() - startedAt;
    }
  }
  const { select, change, transact } = database.statements;
  const statements: Database['statements'] = {
    ...database.statements,
    select: (sql, values) => time(() => select(sql, values)),
    change: (sql, values) => time(() => change(sql, values)),
    transact: (steps) => time(() => transact(steps)),
  };
  return { database: { ...database, statements } as Database, spent: () => spent };
}

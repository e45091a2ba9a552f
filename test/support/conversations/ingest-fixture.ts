import type { StoreLevel } from '../../../src/domain/conversations/session-settings.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { NewEvent } from '../../../src/domain/webhooks/event.ts';
import { createSealer } from '../../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../../src/lib/crypto/secrets.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import { createIngest } from '../../../src/services/conversations/inbound/ingest.ts';
import { createKnownSettings } from '../../../src/services/conversations/settings/known-settings.ts';
import { createGroupStore } from '../../../src/storage/conversations/account/group-store.ts';
import { createNameStore } from '../../../src/storage/conversations/account/name-store.ts';
import { createPersonStore } from '../../../src/storage/conversations/account/person-store.ts';
import { createChangeStore } from '../../../src/storage/conversations/change-store.ts';
import { createChatStore } from '../../../src/storage/conversations/chat-store.ts';
import { createIngestStore } from '../../../src/storage/conversations/ingest-store.ts';
import { createLidStore } from '../../../src/storage/conversations/lid-store.ts';
import { createReceiptStore } from '../../../src/storage/conversations/receipt-store.ts';
import { createStatusPostStore } from '../../../src/storage/conversations/status-post-store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createEventStore } from '../../../src/storage/webhooks/event-store.ts';
import { createSessionStore } from '../../../src/storage/whatsapp/session-store.ts';
import { SECRET_KEY } from '../http/harness.ts';
import { waitFor } from '../wait-for.ts';

export const SESSION = { sessionId: 'shop', accountId: 'default' } as const;

/** What a database does with a transaction: it may refuse it, or lose the answer to one that it has committed. */
export type Fault = 'none' | 'refuse' | 'lose_answer';

/** The ingest of one node over a real database that can be made to fail. */
export async function createIngestFixture(
  database: Database,
  { store = 'content' }: { readonly store?: StoreLevel } = {},
) {
  const now = () => new Date();
  const sessions = createSessionStore(database);
  await database.models.Account.ensure(SESSION.accountId, now());
  await sessions.create(SESSION, now());
  await setStore(store);
  const lost: number[] = [];
  const logLines: string[] = [];
  let drawFault: () => Fault = () => 'none';

  async function setStore(level: StoreLevel): Promise<void> {
    await database.statements.change(
      `UPDATE "sessions" SET "storeLevel" = $1, "ignoredChats" = '' WHERE "sessionId" = $2`,
      [level, SESSION.sessionId],
    );
  }

  const { transact, select } = database.statements;
  const faulty: Database = {
    ...database,
    statements: {
      ...database.statements,
      async select(sql, values) {
        if (drawFault() === 'refuse') throw unavailable();
        return select(sql, values);
      },
      async transact(steps) {
        const fault = drawFault();
        if (fault === 'refuse') throw unavailable();
        const isDone = await transact(steps);
        if (fault === 'lose_answer') throw unavailable();
        return isDone;
      },
    },
  };

  const sealer = createSealer(
    { current: createSecretKey(SECRET_KEY), previous: undefined },
    'conversation',
  );
  const knownSettings = createKnownSettings(sessions);

  /** Another node with the same database. */
  function createNode() {
    return createIngest({
      ingest: createIngestStore(faulty),
      changes: createChangeStore(faulty),
      receipts: createReceiptStore(faulty),
      lids: createLidStore(faulty),
      statusPosts: createStatusPostStore(faulty),
      people: createPersonStore(faulty),
      groups: createGroupStore(faulty),
      names: createNameStore(faulty),
      chats: createChatStore(faulty),
      events: createEventStore(faulty),
      knownSettings,
      sealer,
      isWatched: () => true,
      address: (event: NewEvent) => ({ event, webhookIds: ['we_test'] }),
      onRecorded: () => {},
      onLost: (count) => void lost.push(count),
      logger: createLogger('info', { write: (line) => void logLines.push(line) }),
      now,
    });
  }
  const ingest = createNode();

  async function rows(table: string, order = 'createdAt') {
    return select(`SELECT * FROM "${table}" ORDER BY "${order}"`, []);
  }

  return {
    ...{ ingest, createNode, sealer, sessions, knownSettings, setStore, rows, lost, logLines },
    /** Decides for each access to the database whether it fails. */
    setFault(draw: () => Fault): void {
      drawFault = draw;
    },
    untilIdle: (waitMs = 30_000) =>
      waitFor(async () => ingest.isIdle() || undefined, 'the ingest to be idle', waitMs),
  };
}

export type IngestFixture = Awaited<ReturnType<typeof createIngestFixture>>;

function unavailable(): AppError {
  return new AppError('database_unavailable', 'The database does not respond. Try again.');
}

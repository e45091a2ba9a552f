import type { VerificationScope } from '../../../src/domain/verification/verification.ts';
import { createActivityStore } from '../../../src/storage/activity/activity-store.ts';
import { createLogStore, type LogFilter } from '../../../src/storage/activity/log-store.ts';
import { createTimelineStore } from '../../../src/storage/activity/timeline-store.ts';
import { createRollupSourceStore } from '../../../src/storage/analytics/rollup-source-store.ts';
import { createAttemptStore } from '../../../src/storage/compat/attempt-store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createDeliveryStore } from '../../../src/storage/delivery/delivery-store.ts';
import { createEpochStore } from '../../../src/storage/operations/epoch-store.ts';
import { createNodeStore } from '../../../src/storage/operations/node-store.ts';
import { createRecipientStore } from '../../../src/storage/privacy/recipient-store.ts';
import type { Statements, Step } from '../../../src/storage/statement.ts';
import { createUnsentStore } from '../../../src/storage/verification/unsent-store.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import { createEventStore } from '../../../src/storage/webhooks/event-store.ts';

/** The stores that read the logs. */
export function createStores(database: Database) {
  return {
    activities: createActivityStore(database),
    attempts: createAttemptStore(database),
    deliveries: createDeliveryStore(database),
    epochs: createEpochStore(database),
    events: createEventStore(database),
    logs: createLogStore(database),
    nodes: createNodeStore(database),
    recipients: createRecipientStore(database),
    sources: createRollupSourceStore(database),
    timelines: createTimelineStore(database),
    unsent: createUnsentStore(database),
    verifications: createVerificationStore(database),
  };
}

export type Stores = ReturnType<typeof createStores>;

/** What the queries ask for. All of it is in the logs. */
export type Subject = {
  readonly accountId: string;
  readonly phoneNumber: string;
  readonly sessionId: string;
  readonly verificationId: string;
  readonly messageId: string;
  /** A live code. */
  readonly live: VerificationScope;
  /** A number whose codes are over and counted. */
  readonly erasable: string;
  readonly dayBefore: Date;
  readonly hourBefore: Date;
  readonly now: Date;
};

/** Calls a store. The indexes in `also` are for what it reads beside. */
export type Query = {
  readonly run: (stores: Stores, subject: Subject, statements: Statements) => Promise<unknown>;
  readonly also?: readonly string[];
};

/** The queries of each index, by what they are for. `PRIMARY` is the primary key. */
export type QueriesOf = Readonly<Record<string, Readonly<Record<string, Query>>>>;

export const BATCH = 20;

type List = 'listActivities' | 'listVerifications';
type Filter = (subject: Subject) => LogFilter;

/** The first page of a log, and one of those that follow. */
export function pages(list: List, filter: Filter = () => ({})): Query {
  return {
    async run({ logs }, subject) {
      const all = { accountId: subject.accountId, ...filter(subject) };
      await logs[list](all, { limit: 5, before: undefined });
      await logs[list](all, { limit: 5, before: { at: subject.hourBefore, id: 1_000_000 } });
    },
  };
}

/** The same, within a period. */
export function pagesOfPeriod(list: List, filter: Filter = () => ({})): Query {
  return pages(list, (subject) => ({
    ...filter(subject),
    from: subject.dayBefore,
    to: subject.now,
  }));
}

/** Executes a statement as the procedures do. */
export function execute(toStep: (subject: Subject) => Step): Query {
  return {
    run(_, subject, { change }) {
      const { sql, values } = toStep(subject);
      return change(sql, values);
    },
  };
}

/** Row ids, or IDs of verifications that have no rows. */
export function some<T>(of: (index: number) => T): T[] {
  return Array.from({ length: BATCH }, (_, index) => of(index + 1));
}

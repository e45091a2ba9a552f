import { lastWithRoom } from '../../../domain/rate-limit.ts';
import { INSERT_FIRST, MARK_ACCEPTED } from '../../delivery/delivery-statements.ts';
import { findFaultCode } from '../../fault-reason.ts';
import type { CounterHit } from '../../limits/counter.ts';
import { isAnyFull } from '../../limits/counter-row.ts';
import type { Procedures, Settlement } from '../../procedures.ts';
import { insertNamed, type NamedStatement, named } from '../../statement.ts';
import { timesAt } from '../../verification/live-verification.ts';
import { newColumns as newVerification } from '../../verification/verification-row.ts';
import {
  END_REPLACED,
  EXPIRE_IF_DUE,
  MARK_SENT,
  MARK_VERIFIED,
  SPEND_ATTEMPT,
} from '../../verification/verification-statements.ts';
import type { Parameter, ServerPool } from '../server-pool.ts';

/**
 * Each procedure is one statement, and so one trip and one transaction. Its parts are the WITH queries, which see the
 * same snapshot of the tables; a part whose condition reads another one runs after it (postgresql.org/docs, "Data-
 * Modifying Statements in WITH"). All statements lock counters first, in the order of their keys, and verifications
 * afterwards, so that no two of them wait for each other.
 *
 * They are planned once, perhaps while the tables are empty. Therefore no plan depends on the size of a table: counters
 * are looked up one by one (OFFSET and FOR UPDATE keep a subquery from becoming a join), or written by an INSERT, which
 * finds existing rows by its index.
 */
const ANY_FULL = (hits: 'asked' | 'watched') =>
  `EXISTS (SELECT 1 FROM ${hits} JOIN seen ON "limitKey" = "key" WHERE "resetsAt" > "last")`;
const IS_COUNTED = '(SELECT COUNT(*) FROM counted) = CARDINALITY(CAST(:keys AS TEXT[]))';

/**
 * A refusal is decided by the snapshot, without waiting for locks, and returns what the snapshot shows. If the snapshot
 * had room, and a counter has become full since then, the division by zero cancels the statement, and with it the
 * counters that had room.
 */
const COUNT = named(`WITH
  asked AS (
    SELECT * FROM unnest(CAST(:keys AS TEXT[]), CAST(:intervals AS BIGINT[]), CAST(:lasts AS BIGINT[]))
      WITH ORDINALITY AS asked ("key", "interval", "last", "position")),
  watched AS (
    SELECT * FROM unnest(CAST(:watchedKeys AS TEXT[]), CAST(:watchedLasts AS BIGINT[])) AS watched ("key", "last")),
  seen AS (
    SELECT "limitKey", "resetsAt"
    FROM unnest(CAST(:keys AS TEXT[]) || CAST(:watchedKeys AS TEXT[])) AS looked ("key")
      CROSS JOIN LATERAL (
        SELECT "limitKey", "resetsAt" FROM "rate_limits" WHERE "limitKey" = "key" OFFSET 0) AS counter),
  counted AS (
    INSERT INTO "rate_limits" ("limitKey", "resetsAt")
    SELECT "key", CAST(:milliseconds AS BIGINT) + "interval" FROM asked
    WHERE NOT ${ANY_FULL('asked')}
    ORDER BY "position"
    ON CONFLICT ("limitKey") DO UPDATE SET
      "resetsAt" = GREATEST("rate_limits"."resetsAt", CAST(:milliseconds AS BIGINT))
        + excluded."resetsAt" - CAST(:milliseconds AS BIGINT)
    WHERE "rate_limits"."resetsAt" <= (SELECT "last" FROM asked WHERE "key" = excluded."limitKey")
    RETURNING "limitKey", "resetsAt"),
  spent AS (
    ${SPEND_ATTEMPT.sql} AND ${IS_COUNTED}
      AND NOT ${ANY_FULL('watched')}
    RETURNING 1)
  SELECT ${IS_COUNTED} AS "isCounted", EXISTS (SELECT 1 FROM spent) AS "isSpent",
    (SELECT json_object_agg("limitKey", "resetsAt") FROM counted) AS "after",
    (SELECT json_object_agg("limitKey", "resetsAt") FROM seen) AS "before",
    1 / CASE WHEN ${IS_COUNTED} OR ${ANY_FULL('asked')} THEN 1 ELSE 0 END AS "isDecided"`);

/** division_by_zero */
const UNDECIDED = '22012';

/** How often a call is made again because, meanwhile, another caller has filled a counter. */
const MOST_LOOKS = 10;

const OPEN = named(`WITH ended AS (${END_REPLACED.sql} RETURNING 1),
  opened AS (
    ${insertNamed('otp_logs', newVerification)} WHERE (SELECT COUNT(*) FROM ended) >= 0
    ON CONFLICT DO NOTHING RETURNING 1),
  begun AS (
    ${INSERT_FIRST} WHERE EXISTS (SELECT 1 FROM opened)
      AND CAST(:messageId AS VARCHAR) IS NOT NULL)
  SELECT 1 FROM opened`);

/** Changes the delivery before the verification, as a receipt does: in the other order, the two would deadlock. */
const ACCEPT = named(`WITH accepted AS (${MARK_ACCEPTED.sql} RETURNING 1)
  ${MARK_SENT.sql} AND (SELECT COUNT(*) FROM accepted) >= 0`);

const LOCK_SETTLED = `locked AS (
    SELECT "key", "interval"
    FROM (SELECT * FROM unnest(CAST(:keys AS TEXT[]), CAST(:intervals AS BIGINT[])) AS settled ("key", "interval")
        ORDER BY "key") AS settled
      CROSS JOIN LATERAL (SELECT 1 FROM "rate_limits" WHERE "limitKey" = "key" FOR UPDATE) AS counter)`;

/** A counter without an interval is emptied, and pruned later. The others count one event less. */
const SETTLE = `INSERT INTO "rate_limits" ("limitKey", "resetsAt")
    SELECT "key", COALESCE("interval", 0) FROM locked WHERE TRUE`;
const SETTLE_EXISTING = `ON CONFLICT ("limitKey") DO UPDATE
    SET "resetsAt" = CASE excluded."resetsAt" WHEN 0 THEN 0 ELSE "rate_limits"."resetsAt" - excluded."resetsAt" END
    WHERE "rate_limits"."resetsAt" > CAST(:milliseconds AS BIGINT)`;

const VERIFY = named(`WITH ${LOCK_SETTLED},
  verified AS (${MARK_VERIFIED.sql} AND (SELECT COUNT(*) FROM locked) >= 0 RETURNING 1),
  settled AS (${SETTLE} AND EXISTS (SELECT 1 FROM verified) ${SETTLE_EXISTING})
  SELECT 1 FROM verified`);

const SETTLE_ALL = named(`WITH ${LOCK_SETTLED} ${SETTLE} ${SETTLE_EXISTING}`);

type Arguments = Readonly<Record<string, Parameter | undefined>>;

/** The procedures, each as one statement. */
export function createPostgresProcedures({ run }: Pick<ServerPool, 'run'>): Procedures {
  const call = (statement: NamedStatement, values: Arguments) => {
    const given = statement.names.map((name) => values[name] ?? null);
    return run(statement.numbered, given, { isPrepared: true });
  };
  const isDone = async (...given: Parameters<typeof call>) => (await call(...given)).affected === 1;

  async function count(given: Arguments, looks = MOST_LOOKS) {
    return call(COUNT, given).catch((error: unknown): ReturnType<typeof call> => {
      if (findFaultCode(error) !== UNDECIDED || looks === 1) throw error;
      return count(given, looks - 1);
    });
  }

  return {
    async countEvents({ hits, watched, spending, now }) {
      const { rows } = await count({
        ...toHits(hits, now),
        ...toWatched(watched, now),
        ...spending,
        ...timesAt(now),
      });
      const { isCounted: isGranted, isSpent, before, after } = rows[0] as CountRow;
      const counters = Object.entries({ ...before, ...after }).map(([key, resetsAt]) => ({
        key,
        resetsAt,
      }));
      const maySpend = spending && isGranted && !isAnyFull(watched, counters, now);
      if (!maySpend) return { isGranted, counters, isSpent: undefined };
      if (!isSpent) await call(EXPIRE_IF_DUE, { ...spending, ...timesAt(now) });
      return { isGranted, counters, isSpent };
    },

    async openVerification({ row, delivery, replacedUntil, now }) {
      const given = { ...row, ...delivery, replacedUntil, ...timesAt(now) };
      // At the second time, the verification of a caller who came at the same moment is replaced.
      return (await isDone(OPEN, given)) || isDone(OPEN, given);
    },

    acceptDelivery: (accepted) => isDone(ACCEPT, accepted),

    verify: ({ id, settlement, now }) =>
      isDone(VERIFY, { id, ...toChanges(settlement, now), ...timesAt(now) }),

    async refundEvents(refunded, now) {
      await call(SETTLE_ALL, toChanges({ cleared: [], refunded }, now));
    },
  };
}

type CountRow = {
  readonly isCounted: boolean;
  readonly isSpent: boolean;
  readonly before: Readonly<Record<string, number>> | null;
  readonly after: Readonly<Record<string, number>> | null;
};

function toHits(hits: readonly CounterHit[], now: Date) {
  const milliseconds = now.getTime();
  return {
    keys: hits.map(({ key }) => key),
    intervals: hits.map(({ intervalMs }) => intervalMs),
    lasts: hits.map((hit) => lastWithRoom(hit, milliseconds)),
    milliseconds,
  };
}

function toWatched(watched: readonly CounterHit[], now: Date) {
  return {
    watchedKeys: watched.map(({ key }) => key),
    watchedLasts: watched.map((hit) => lastWithRoom(hit, now.getTime())),
  };
}

function toChanges({ cleared, refunded }: Settlement, now: Date) {
  return {
    keys: [...cleared, ...refunded.map(({ key }) => key)],
    intervals: [...cleared.map(() => null), ...refunded.map(({ intervalMs }) => intervalMs)],
    milliseconds: now.getTime(),
  };
}

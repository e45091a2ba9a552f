import { INSERT_FIRST, MARK_ACCEPTED } from '../../delivery/delivery-statements.ts';
import { insertNamed, replaceNames } from '../../statement.ts';
import { newColumns as newVerification } from '../../verification/verification-row.ts';
import {
  END_REPLACED,
  EXPIRE_IF_DUE,
  MARK_SENT,
  MARK_VERIFIED,
  SPEND_ATTEMPT,
} from '../../verification/verification-statements.ts';

/**
 * SQLite has no stored procedures. Here, a row that is inserted into the temporary view `calls` is a call, and the
 * INSTEAD OF trigger of its kind is the procedure (sqlite.org/lang_createtrigger.html). One INSERT of many rows runs
 * many calls, in order, in one transaction and one trip to the thread pool. The arguments of a call are one JSON
 * object, so that no value can become SQL. `progress` has one row, which tells the statements of a call, and its result,
 * what the statements before did.
 */
const PROGRESS = `
  CREATE TEMP TABLE progress (number INTEGER, isDone INTEGER, isSpent INTEGER, counters TEXT);
  INSERT INTO progress DEFAULT VALUES;
  CREATE TEMP VIEW calls AS SELECT 0 AS number, '' AS kind, '' AS arguments;`;

/** Runs the calls in a JSON list of `[kind, arguments]`, in order. Returns one row for each, in any order. */
export const RUN_CALLS = `
  INSERT INTO calls SELECT key, value ->> 0, value -> 1 FROM json_each($1) ORDER BY key
  RETURNING number, ${['isDone', 'isSpent', 'counters'].map(toResult).join(', ')}`;

/** Depends on the row, because SQLite evaluates other subqueries once for the whole statement. */
function toResult(column: string): string {
  return `(SELECT ${column} FROM progress WHERE progress.number = calls.number) AS ${column}`;
}

const BEGIN_CALL =
  'UPDATE progress SET number = NEW.number, isDone = 0, isSpent = NULL, counters = NULL';
const IS_DONE = '(SELECT isDone FROM progress)';
const NOTE_DONE = 'UPDATE progress SET isDone = changes()';

/** Each hit is a list: the key, the interval, and the latest time with room. */
const ANY_FULL = (hits: string) => `EXISTS (
  SELECT 1 FROM json_each(:${hits}) AS hit CROSS JOIN "rate_limits"
  WHERE "limitKey" = hit.value ->> 0 AND "resetsAt" > hit.value ->> 2)`;

const kinds = {
  count: [
    `UPDATE progress SET isDone = NOT ${ANY_FULL('hits')}`,
    `INSERT INTO "rate_limits" ("limitKey", "resetsAt")
     SELECT hit.value ->> 0, :milliseconds + hit.value ->> 1 FROM json_each(:hits) AS hit WHERE ${IS_DONE}
     ON CONFLICT DO UPDATE SET "resetsAt" = MAX("resetsAt", :milliseconds) + excluded."resetsAt" - :milliseconds`,
    `UPDATE progress SET isSpent = 0
     WHERE isDone AND :id IS NOT NULL AND NOT ${ANY_FULL('watched')}`,
    `${SPEND_ATTEMPT.sql} AND (SELECT isSpent FROM progress) = 0`,
    'UPDATE progress SET isSpent = changes() WHERE isSpent = 0',
    `${EXPIRE_IF_DUE.sql} AND (SELECT isSpent FROM progress) = 0`,
    `UPDATE progress SET counters = (
       SELECT json_group_array(json_array("limitKey", "resetsAt"))
       FROM (SELECT value ->> 0 AS key FROM json_each(:hits) UNION ALL
             SELECT value ->> 0 FROM json_each(:watched)) CROSS JOIN "rate_limits"
       WHERE "limitKey" = key)`,
  ],
  open: [
    END_REPLACED.sql,
    `${insertNamed('otp_logs', newVerification)} WHERE TRUE ON CONFLICT DO NOTHING`,
    NOTE_DONE,
    `${INSERT_FIRST} WHERE ${IS_DONE} AND :messageId IS NOT NULL`,
  ],
  accept: [MARK_ACCEPTED.sql, MARK_SENT.sql, NOTE_DONE],
  verify: [
    MARK_VERIFIED.sql,
    NOTE_DONE,
    `DELETE FROM "rate_limits"
     WHERE ${IS_DONE} AND "limitKey" IN (SELECT value FROM json_each(:cleared))`,
    refund(IS_DONE),
  ],
  refund: [refund('TRUE')],
} as const;

export type ProcedureKind = keyof typeof kinds;

/** The SQL that creates the procedures in a connection, once the tables exist. */
export const CREATE_PROCEDURES = [
  PROGRESS,
  ...Object.entries(kinds).map(
    ([kind, statements]) => `
      CREATE TEMP TRIGGER call_${kind} INSTEAD OF INSERT ON calls WHEN NEW.kind = '${kind}' BEGIN
        ${[BEGIN_CALL, ...statements].map(withArguments).join(';\n')};
      END;`,
  ),
].join('\n');

/** Each of `refunded` is a list: the key and the interval. */
function refund(condition: string): string {
  return `UPDATE "rate_limits" SET "resetsAt" = "resetsAt" - hit.value ->> 1
    FROM json_each(:refunded) AS hit
    WHERE ${condition} AND "limitKey" = hit.value ->> 0 AND "resetsAt" > :milliseconds`;
}

function withArguments(sql: string): string {
  return replaceNames(sql, (name) => `(NEW.arguments ->> '$.${name}')`);
}

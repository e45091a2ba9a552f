import { toCounter } from '../counter-row.ts';
import { placeholders, type Row, type Value } from '../statement.ts';
import type { ClaimOutcome, CounterClaim } from './contract.ts';

type Run = (sql: string, values: readonly Value[]) => Promise<readonly Row[]>;

/**
 * Claims counters on SQLite and PostgreSQL. `run` must keep other writers of these rows out until
 * this is done: SQLite by its one writer, PostgreSQL by row locks in a transaction.
 */
export async function claimByUpsert(
  run: Run,
  claims: readonly CounterClaim[],
  now: number,
): Promise<ClaimOutcome> {
  const { sql, values } = upsertClaims(claims, now);
  const counted = (await run(sql, values)).map(toCounter);
  if (counted.length === claims.length) return { counters: counted, full: [] };
  const keys = counted.map(({ key }) => key);
  if (keys.length > 0) {
    await run(
      `UPDATE "rate_limits" SET "points" = "points" - 1
       WHERE "limitKey" IN (${placeholders(keys.length)})`,
      keys,
    );
  }
  const full = claims.map(({ key }) => key).filter((key) => !keys.includes(key));
  const rows = await run(
    `SELECT "limitKey", "points", "resetsAt" FROM "rate_limits"
     WHERE "limitKey" IN (${placeholders(full.length)})`,
    full,
  );
  return { counters: [], full: rows.map(toCounter) };
}

/** The WHERE is the guard: a full counter is not updated (but locked), and RETURNING leaves it out. */
function upsertClaims(claims: readonly CounterClaim[], now: number) {
  const rows = claims.map((_, index) => `(${placeholders(3, 3 * index + 1)})`).join(', ');
  const at = `$${3 * claims.length + 1}`;
  // The room of each key is looked up by name: the limits of one call differ.
  const maxOf = claims.map(
    (_, i) => `WHEN $${3 * i + 1} THEN CAST($${3 * claims.length + 2 + i} AS INTEGER)`,
  );
  const sql = `INSERT INTO "rate_limits" ("limitKey", "points", "resetsAt") VALUES ${rows}
    ON CONFLICT ("limitKey") DO UPDATE SET
      "points" = CASE WHEN "rate_limits"."resetsAt" <= ${at} THEN 1 ELSE "rate_limits"."points" + 1 END,
      "resetsAt" = CASE WHEN "rate_limits"."resetsAt" <= ${at} THEN excluded."resetsAt" ELSE "rate_limits"."resetsAt" END
    WHERE "rate_limits"."resetsAt" <= ${at}
      OR "rate_limits"."points" < CASE "rate_limits"."limitKey" ${maxOf.join(' ')} END
    RETURNING "limitKey", "points", "resetsAt"`;
  const values: Value[] = [
    ...claims.flatMap(({ key, resetsAt }) => [key, 1, resetsAt]),
    now,
    ...claims.map(({ max }) => max),
  ];
  return { sql, values };
}

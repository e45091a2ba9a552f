import { lastWithRoom } from '../../domain/rate-limit.ts';
import type { ConsumeOutcome, CounterHit } from '../limits/counter.ts';
import { toCounter } from '../limits/counter-row.ts';
import { RateLimit } from '../models/limits/rate-limit.ts';
import { placeholders, type Row, type Value } from '../statement.ts';

type Run = (sql: string, values: readonly Value[]) => Promise<readonly Row[]>;

/** Counts hits on PostgreSQL. `run` is in a transaction, which locks the rows until it ends. */
export async function consumeByUpsert(
  run: Run,
  hits: readonly CounterHit[],
  now: number,
): Promise<ConsumeOutcome> {
  const { sql, values } = upsertHits(hits, now);
  const counted = (await run(sql, values)).map(toCounter);
  if (counted.length === hits.length) return { counters: counted, full: [] };
  const countedKeys = new Set(counted.map(({ key }) => key));
  const undone = hits.filter(({ key }) => countedKeys.has(key));
  if (undone.length > 0) {
    await run(
      `UPDATE "rate_limits" SET "resetsAt" = "resetsAt" - ${byKey(undone.length)}
       WHERE "limitKey" IN (${placeholders(undone.length)})`,
      [...undone.map(({ key }) => key), ...undone.map(({ intervalMs }) => intervalMs)],
    );
  }
  const full = hits.map(({ key }) => key).filter((key) => !countedKeys.has(key));
  const rows = await run(
    `SELECT ${RateLimit.columns} FROM "rate_limits" WHERE "limitKey" IN (${placeholders(full.length)})`,
    full,
  );
  return { counters: [], full: rows.map(toCounter) };
}

/**
 * The WHERE is the guard: a full counter is locked but not updated, and RETURNING leaves it out. The
 * inserted value is one interval after now, so that the difference to now is the interval of the key.
 */
function upsertHits(hits: readonly CounterHit[], now: number) {
  const rows = hits.map((_, index) => `($${index + 1}, $${hits.length + index + 1})`);
  const at = `CAST($${2 * hits.length + 1} AS BIGINT)`;
  const sql = `INSERT INTO "rate_limits" ("limitKey", "resetsAt") VALUES ${rows.join(', ')}
    ON CONFLICT ("limitKey") DO UPDATE SET
      "resetsAt" = CASE WHEN "rate_limits"."resetsAt" <= ${at} THEN excluded."resetsAt"
        ELSE "rate_limits"."resetsAt" + excluded."resetsAt" - ${at} END
    WHERE "rate_limits"."resetsAt" <= ${byKey(hits.length, 2 * hits.length + 2)}
    RETURNING ${RateLimit.columns}`;
  const values: Value[] = [
    ...hits.map(({ key }) => key),
    ...hits.map(({ intervalMs }) => now + intervalMs),
    now,
    ...hits.map((hit) => lastWithRoom(hit, now)),
  ];
  return { sql, values };
}

/** Selects a parameter by the key of the row, because the limits of one call differ. */
function byKey(count: number, from = count + 1): string {
  const whens = Array.from(
    { length: count },
    (_, i) => `WHEN $${i + 1} THEN CAST($${from + i} AS BIGINT)`,
  );
  return `CASE "rate_limits"."limitKey" ${whens.join(' ')} END`;
}

import type { Database } from '../database.ts';
import type { Fence } from '../models/limits/lease.ts';
import type { Value } from '../statement.ts';

/** A sealed text of a session's credentials. */
export type SealedCredential = {
  readonly category: string;
  readonly keyId: string;
  readonly sealed: string;
  readonly secretVersion: string;
};

/** How many texts one statement writes. Drivers keep a statement prepared for each number of rows. */
export const MOST_UPSERTS = 16;

const KEY = ['sessionId', 'category', 'keyId'];
const VALUES = ['sealed', 'secretVersion', 'updatedAt'];

/** The parameters before those of the rows, and those of each row. */
const SHARED = 5;
const PER_ROW = 4;

/**
 * Inserts texts, or replaces them, in one statement; false, without a change, if `owner` no longer holds the
 * lease. Each row is joined with the row of the lease, so that without it there is nothing to write. On the
 * servers that row stays locked until the commit, so that no other node can take it over in between.
 * `texts` has at least one text and at most `MOST_UPSERTS`, and each key once.
 */
export async function upsertCredentials(
  { statements, syntax }: Pick<Database, 'statements' | 'syntax'>,
  { leaseName, owner, now }: Fence,
  sessionId: string,
  texts: readonly SealedCredential[],
): Promise<boolean> {
  const values: Value[] = [sessionId, now, leaseName, owner, now.getTime()];
  for (const { category, keyId, sealed, secretVersion } of texts) {
    values.push(category, keyId, sealed, secretVersion);
  }
  // MySQL counts an inserted row once and a replaced one twice.
  return (await statements.change(toSql(syntax, texts.length), values)) > 0;
}

function toSql(syntax: Database['syntax'], count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const from = SHARED + 1 + index * PER_ROW;
    return `SELECT $${from} AS "category", $${from + 1} AS "keyId", $${from + 2} AS "sealed",
      $${from + 3} AS "secretVersion"`;
  });
  return `INSERT INTO "session_credentials"
      ("sessionId", "updatedAt", "category", "keyId", "sealed", "secretVersion")
    SELECT $1, $2, "given"."category", "given"."keyId", "given"."sealed", "given"."secretVersion"
    FROM (SELECT "name" FROM "leases" WHERE "name" = $3 AND "owner" = $4 AND "heldUntil" > $5
      ${syntax.lockRows}) AS "held"
    CROSS JOIN (${rows.join(' UNION ALL ')}) AS "given"
    WHERE TRUE
    ${syntax.replaceExisting(KEY, VALUES)}`;
}

import type { Database } from '../database.ts';
import { IdempotencyKey } from '../models/operations/idempotency-key.ts';
import { placeholders } from '../statement.ts';
import type { Selected } from '../table.ts';

const stored = IdempotencyKey.pick('bodyDigest', 'lockedUntil', 'statusCode', 'responseBody');
const digest = IdempotencyKey.pick('keyDigest');

export type KeyClaim = {
  readonly keyDigest: string;
  readonly accountId: string;
  readonly bodyDigest: string;
  readonly owner: string;
};

export type StoredAnswer = Pick<Selected<typeof stored>, 'bodyDigest' | 'lockedUntil'> & {
  /** Undefined while the first request is still running. */
  readonly answer: { readonly statusCode: number; readonly body: string } | undefined;
};

export type IdempotencyStore = ReturnType<typeof createIdempotencyStore>;

/** Stores the answers of requests with an idempotency key. */
export function createIdempotencyStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Acquires a new key; false if it is already held or answered. */
  function take(claim: KeyClaim, now: number, lockedUntil: number): Promise<boolean> {
    return models.IdempotencyKey.insertRow({ ...claim, lockedUntil, createdAt: now });
  }

  /** Takes over a key whose answer is too old, or whose holder is dead; false if neither is the case. */
  async function takeOver(
    claim: KeyClaim,
    times: { readonly now: number; readonly lockedUntil: number; readonly forgottenBefore: number },
  ): Promise<boolean> {
    const taken = await change(
      `UPDATE "idempotency_keys" SET "bodyDigest" = $2, "owner" = $3, "lockedUntil" = $4,
         "createdAt" = $5, "statusCode" = NULL, "responseBody" = NULL
       WHERE "keyDigest" = $1
         AND ("createdAt" < $6
           OR ("statusCode" IS NULL AND "lockedUntil" <= $5 AND "bodyDigest" = $2))`,
      [
        claim.keyDigest,
        claim.bodyDigest,
        claim.owner,
        times.lockedUntil,
        times.now,
        times.forgottenBefore,
      ],
    );
    return taken === 1;
  }

  async function find(keyDigest: string): Promise<StoredAnswer | undefined> {
    const [row] = await select(
      `SELECT ${stored.columns} FROM "idempotency_keys" WHERE "keyDigest" = $1`,
      [keyDigest],
    );
    if (!row) return undefined;
    const { statusCode, responseBody = '', ...key } = stored.decode(row);
    const answer = statusCode === undefined ? undefined : { statusCode, body: responseBody };
    return { ...key, answer };
  }

  async function saveAnswer(
    { keyDigest, owner }: KeyClaim,
    answer: { readonly statusCode: number; readonly body: string },
  ): Promise<void> {
    await change(
      `UPDATE "idempotency_keys" SET "statusCode" = $3, "responseBody" = $4
       WHERE "keyDigest" = $1 AND "owner" = $2 AND "statusCode" IS NULL`,
      [keyDigest, owner, answer.statusCode, answer.body],
    );
  }

  /** Releases a key whose request changed nothing, so that the client can retry it. */
  async function release({ keyDigest, owner }: KeyClaim): Promise<void> {
    await change(
      `DELETE FROM "idempotency_keys"
       WHERE "keyDigest" = $1 AND "owner" = $2 AND "statusCode" IS NULL`,
      [keyDigest, owner],
    );
  }

  /** Releases the keys that a dead node has acquired since `since`, whose requests will never be answered. */
  function releaseAllOf(nodeId: string, since: number): Promise<number> {
    return change(
      `DELETE FROM "idempotency_keys"
       WHERE "createdAt" >= $2 AND "owner" LIKE $1 AND "statusCode" IS NULL`,
      [`${nodeId}.%`, since],
    );
  }

  /** Deletes up to `batch` keys that were acquired before `before`; returns how many. */
  async function prune(before: number, batch: number): Promise<number> {
    const old = await select(
      `SELECT ${digest.columns} FROM "idempotency_keys" WHERE "createdAt" < $1 LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "idempotency_keys"
       WHERE "keyDigest" IN (${placeholders(old.length, 2)}) AND "createdAt" < $1`,
      [before, ...old.map((row) => digest.decode(row).keyDigest)],
    );
  }

  return { take, takeOver, find, saveAnswer, release, releaseAllOf, prune };
}

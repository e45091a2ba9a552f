import type { Database } from '../database.ts';
import { VerifyBucket } from '../models/compat/verify-bucket.ts';
import { VerifyRateLimit } from '../models/compat/verify-rate-limit.ts';
import { insertionBelow, type Step } from '../statement.ts';
import type { NewRowOf, RowOf } from '../table.ts';

export type StoredRateLimit = RowOf<typeof VerifyRateLimit>;
export type StoredBucket = RowOf<typeof VerifyBucket>;

/** Names a rate limit of a service. */
export type RateLimitRef = { readonly serviceSid: string; readonly sid: string };

/** Names a bucket of a rate limit. */
export type BucketRef = { readonly rateLimitSid: string; readonly sid: string };

/** `exists`: another one has the same name or interval. `full`: there are as many as there may be. */
export type Creation = 'created' | 'exists' | 'full';

/** A bucket, with the name of its rate limit. */
export type NamedBucket = StoredBucket & { readonly uniqueName: string };

export type RateLimitStore = ReturnType<typeof createRateLimitStore>;

/** Stores the rate limits of verify services, and their buckets. */
export function createRateLimitStore({ statements }: Database) {
  const { select, change, insert, transact } = statements;

  async function insertOne({ sql, values }: Step, isThere: () => Promise<boolean>) {
    const isUnique = await insert(sql, values);
    if (!isUnique) return 'exists';
    // An INSERT of no row is no error.
    return (await isThere()) ? 'created' : 'full';
  }

  /** Creates a rate limit, if its service has fewer than `most`. */
  function create(limit: NewRowOf<typeof VerifyRateLimit>, most: number): Promise<Creation> {
    const { serviceSid } = limit;
    const room = { table: 'verify_rate_limits', column: 'serviceSid', value: serviceSid, most };
    const step = insertionBelow(VerifyRateLimit.insertion(limit), room);
    return insertOne(step, async () => (await find(limit)) !== undefined);
  }

  /** Creates a bucket, if its rate limit has fewer than `most`. */
  function createBucket(bucket: NewRowOf<typeof VerifyBucket>, most: number): Promise<Creation> {
    const { rateLimitSid } = bucket;
    const room = { table: 'verify_buckets', column: 'rateLimitSid', value: rateLimitSid, most };
    const step = insertionBelow(VerifyBucket.insertion(bucket), room);
    return insertOne(step, async () => (await findBucket(bucket)) !== undefined);
  }

  async function find({ serviceSid, sid }: RateLimitRef): Promise<StoredRateLimit | undefined> {
    const [row] = await select(
      `SELECT ${VerifyRateLimit.columns} FROM "verify_rate_limits" WHERE "sid" = $1 AND "serviceSid" = $2`,
      [sid, serviceSid],
    );
    return row && VerifyRateLimit.decode(row);
  }

  async function findBucket({ rateLimitSid, sid }: BucketRef): Promise<StoredBucket | undefined> {
    const [row] = await select(
      `SELECT ${VerifyBucket.columns} FROM "verify_buckets" WHERE "sid" = $1 AND "rateLimitSid" = $2`,
      [sid, rateLimitSid],
    );
    return row && VerifyBucket.decode(row);
  }

  /** Lists the rate limits of a service, sorted by name. */
  async function list(serviceSid: string): Promise<StoredRateLimit[]> {
    const rows = await select(
      `SELECT ${VerifyRateLimit.columns} FROM "verify_rate_limits" WHERE "serviceSid" = $1
       ORDER BY "uniqueName"`,
      [serviceSid],
    );
    return rows.map(VerifyRateLimit.decode);
  }

  /** Lists the buckets of a rate limit, shortest interval first. */
  async function listBuckets(rateLimitSid: string): Promise<StoredBucket[]> {
    const rows = await select(
      `SELECT ${VerifyBucket.columns} FROM "verify_buckets" WHERE "rateLimitSid" = $1
       ORDER BY "intervalSeconds"`,
      [rateLimitSid],
    );
    return rows.map(VerifyBucket.decode);
  }

  /** Lists the buckets of all rate limits of a service. */
  async function listBucketsOf(serviceSid: string): Promise<NamedBucket[]> {
    const rows = await select(
      `SELECT ${VerifyBucket.columns}, "uniqueName" FROM "verify_rate_limits"
       JOIN "verify_buckets" ON "rateLimitSid" = "verify_rate_limits"."sid"
       WHERE "serviceSid" = $1`,
      [serviceSid],
    );
    return rows.map((row) => ({
      ...VerifyBucket.decode(row),
      uniqueName: String(row['uniqueName']),
    }));
  }

  /** Changes the description of a rate limit; false if it does not exist. */
  async function describe(
    { serviceSid, sid }: RateLimitRef,
    description: string,
    now: Date,
  ): Promise<boolean> {
    const changed = await change(
      `UPDATE "verify_rate_limits" SET "description" = $3, "updatedAt" = $4
       WHERE "sid" = $1 AND "serviceSid" = $2`,
      [sid, serviceSid, description, now],
    );
    return changed === 1;
  }

  /** Changes what a bucket allows; false if it does not exist, or another one has the interval. */
  async function updateBucket(
    { rateLimitSid, sid }: BucketRef,
    { most, intervalSeconds }: Pick<StoredBucket, 'most' | 'intervalSeconds'>,
    now: Date,
  ): Promise<boolean> {
    const changed = await change(
      `UPDATE "verify_buckets" SET "most" = $3, "intervalSeconds" = $4, "updatedAt" = $5
       WHERE "sid" = $1 AND "rateLimitSid" = $2 AND NOT EXISTS (
         SELECT 1 FROM (SELECT * FROM "verify_buckets") AS "other"
         WHERE "other"."rateLimitSid" = $2 AND "other"."intervalSeconds" = $4 AND "other"."sid" <> $1)`,
      [sid, rateLimitSid, most, intervalSeconds, now],
    );
    return changed === 1;
  }

  /** Deletes a rate limit with its buckets; false if it does not exist. */
  function remove({ serviceSid, sid }: RateLimitRef): Promise<boolean> {
    return transact([
      {
        sql: `DELETE FROM "verify_rate_limits" WHERE "sid" = $1 AND "serviceSid" = $2`,
        values: [sid, serviceSid],
        expectedRows: 1,
      },
      { sql: `DELETE FROM "verify_buckets" WHERE "rateLimitSid" = $1`, values: [sid] },
    ]);
  }

  /** Deletes a bucket; false if it does not exist. */
  async function removeBucket({ rateLimitSid, sid }: BucketRef): Promise<boolean> {
    const sql = `DELETE FROM "verify_buckets" WHERE "sid" = $1 AND "rateLimitSid" = $2`;
    return (await change(sql, [sid, rateLimitSid])) === 1;
  }

  return {
    ...{ create, find, list, describe, remove },
    ...{ createBucket, findBucket, listBuckets, listBucketsOf, updateBucket, removeBucket },
  };
}

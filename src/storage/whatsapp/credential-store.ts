import type { Database } from '../database.ts';
import type { Fence } from '../models/limits/lease.ts';
import { SessionCredential } from '../models/whatsapp/session-credential.ts';
import { chunk, chunkBySizes, placeholders, type Step } from '../statement.ts';
import type { Selected } from '../table.ts';
import { MOST_UPSERTS, type SealedCredential, upsertCredentials } from './upsert-credentials.ts';

export type { Fence };

/** A change of one sealed text of a session's credentials; null deletes it. */
export type CredentialChange = {
  readonly category: string;
  readonly keyId: string;
  readonly sealed: string | null;
  readonly secretVersion: string;
};

const keyed = SessionCredential.pick('keyId', 'sealed');
const stale = SessionCredential.pick('category', 'keyId', 'sealed');

type StaleCredential = Selected<typeof stale>;

export type CredentialStore = ReturnType<typeof createCredentialStore>;

const MAX_KEYS = 500;

/** The sizes of INSERTs. There are few, because drivers keep each statement prepared. */
const ROWS_PER_INSERT = [64, 16, 4, 1];

/** Stores the WhatsApp credentials of sessions, as sealed texts that it cannot read. */
export function createCredentialStore({ statements, syntax }: Database) {
  const { select, change, transact } = statements;

  /** Loads the existing sealed texts by their keys. */
  async function load(
    sessionId: string,
    category: string,
    keyIds: readonly string[],
  ): Promise<Map<string, string>> {
    const found = await Promise.all(
      chunk(keyIds, MAX_KEYS).map((some) => {
        const keys = padded(some);
        return select(
          `SELECT ${keyed.columns} FROM "session_credentials"
           WHERE "sessionId" = $1 AND "category" = $2
             AND "keyId" IN (${placeholders(keys.length, 3)})`,
          [sessionId, category, ...keys],
        );
      }),
    );
    const rows = found.flat().map(keyed.decode);
    return new Map(rows.map(({ keyId, sealed }) => [keyId, sealed]));
  }

  /**
   * Writes changes, or none; false, without a change, if `owner` no longer holds the lease. A few texts,
   * which each message changes, are one statement; deletions and more texts are a transaction. In both, the
   * row of the lease stays locked until the end, so that no other node can take it over in between.
   */
  function replace(
    fence: Fence,
    sessionId: string,
    changes: readonly CredentialChange[],
  ): Promise<boolean> {
    const latest = [
      ...new Map(changes.map((one) => [`${one.category}|${one.keyId}`, one])).values(),
    ];
    if (isFew(latest)) return upsertCredentials({ statements, syntax }, fence, sessionId, latest);
    return transact([
      holdLease(fence),
      ...deleteKeys(sessionId, latest),
      ...insertKeys(sessionId, latest, fence.now),
    ]);
  }

  /** Deletes every credential of a session. */
  async function wipe(sessionId: string): Promise<void> {
    await change(`DELETE FROM "session_credentials" WHERE "sessionId" = $1`, [sessionId]);
  }

  async function count(sessionId: string): Promise<number> {
    const [row] = await select(
      `SELECT COUNT(*) AS "count" FROM "session_credentials" WHERE "sessionId" = $1`,
      [sessionId],
    );
    return Number(row?.['count']);
  }

  /** Finds up to `limit` texts that were sealed with another secret than `secretVersion`. */
  async function findStale(
    sessionId: string,
    secretVersion: string,
    limit: number,
  ): Promise<StaleCredential[]> {
    const rows = await select(
      `SELECT ${stale.columns} FROM "session_credentials"
       WHERE "sessionId" = $1 AND "secretVersion" <> $2 LIMIT ${limit}`,
      [sessionId, secretVersion],
    );
    return rows.map(stale.decode);
  }

  /** Replaces a text by the same content, sealed with another secret; false if it is no longer `from`. */
  async function reseal(
    sessionId: string,
    one: Omit<StaleCredential, 'sealed'> & {
      readonly from: string;
      readonly sealed: string;
      readonly secretVersion: string;
    },
  ): Promise<boolean> {
    const resealed = await change(
      `UPDATE "session_credentials" SET "sealed" = $5, "secretVersion" = $6
       WHERE "sessionId" = $1 AND "category" = $2 AND "keyId" = $3 AND "sealed" = $4`,
      [sessionId, one.category, one.keyId, one.from, one.sealed, one.secretVersion],
    );
    return resealed === 1;
  }

  return { load, replace, wipe, count, findStale, reseal };
}

function isFew(changes: readonly CredentialChange[]): changes is readonly SealedCredential[] {
  const isInRange = changes.length > 0 && changes.length <= MOST_UPSERTS;
  return isInRange && changes.every(({ sealed }) => sealed !== null);
}

/** Locks the row of the lease without a change. The step fails unless `owner` holds the lease. */
function holdLease({ leaseName, owner, now }: Fence): Step {
  return {
    sql: `UPDATE "leases" SET "heldUntil" = "heldUntil"
      WHERE "name" = $1 AND "owner" = $2 AND "heldUntil" > $3`,
    values: [leaseName, owner, now.getTime()],
    expectedRows: 1,
  };
}

function deleteKeys(sessionId: string, changes: readonly CredentialChange[]): Step[] {
  const categories = [...new Set(changes.map(({ category }) => category))];
  return categories.flatMap((category) => {
    const ofCategory = changes.filter((one) => one.category === category);
    return chunk(ofCategory, MAX_KEYS).map((some) => {
      const keys = padded(some.map(({ keyId }) => keyId));
      return {
        sql: `DELETE FROM "session_credentials"
          WHERE "sessionId" = $1 AND "category" = $2 AND "keyId" IN (${placeholders(keys.length, 3)})`,
        values: [sessionId, category, ...keys],
      };
    });
  });
}

function insertKeys(sessionId: string, changes: readonly CredentialChange[], now: Date): Step[] {
  const rows = changes.flatMap(({ category, keyId, sealed, secretVersion }) =>
    sealed === null ? [] : [{ sessionId, category, keyId, sealed, secretVersion, updatedAt: now }],
  );
  return chunkBySizes(rows, ROWS_PER_INSERT).map((some) => SessionCredential.insertion(...some));
}

/** Repeats the last item up to a power of two, so that the statements have few different lengths. */
function padded(keys: readonly string[]): string[] {
  const length = 2 ** Math.ceil(Math.log2(keys.length));
  return Array.from({ length }, (_, index) => keys[Math.min(index, keys.length - 1)] ?? '');
}

import type { WhereOptions } from 'sequelize';
import type { ApiKey, KeyState } from '../../domain/access/api-key.ts';
import { type Page, type PageRequest, toPage } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { ApiKey as ApiKeyModel } from '../models/access/api-key.ts';
import { Op } from '../operators.ts';
import { chunk, placeholders, type Step } from '../statement.ts';
import { type AttributesOf, omitUndefined, type RowOf } from '../table.ts';

/** A key with the digest of its secret, which is never shown. */
export type StoredKey = ApiKey & { readonly keyHash: string };

/** Selects keys of an account. An undefined field is no restriction. */
export type KeyFilter = {
  readonly state: KeyState | undefined;
  readonly mode: ApiKey['mode'] | undefined;
};

type KeyName = Pick<ApiKey, 'accountId' | 'keyId'>;

export type KeyStore = ReturnType<typeof createKeyStore>;

/** SQLite allows 32766 parameters in one statement. */
const MAX_KEYS_PER_STATEMENT = 10_000;

/**
 * Stores the API keys of accounts. `extraSteps` run in the same transaction as a change, such as the
 * INSERT of its audit entry.
 */
export function createKeyStore({ statements, models }: Database) {
  const { select, change, transact } = statements;

  async function insert(key: StoredKey, extraSteps: readonly Step[]): Promise<void> {
    await models.Account.ensure(key.accountId, key.createdAt);
    await transact([insertStep(key), ...extraSteps]);
  }

  /** Finds a key of any account, to identify a caller. */
  async function findByHash(keyHash: string): Promise<StoredKey | undefined> {
    const [row] = await select(
      `SELECT ${ApiKeyModel.columns} FROM "api_keys" WHERE "keyHash" = $1`,
      [keyHash],
    );
    return row && toKey(ApiKeyModel.decode(row));
  }

  async function find({ accountId, keyId }: KeyName): Promise<StoredKey | undefined> {
    const [row] = await models.ApiKey.findRows({ where: { keyId, accountId } });
    return row && toKey(row);
  }

  /** Lists a page of the keys of one account with their state at `now`, newest first. */
  async function list(
    accountId: string,
    { state, mode, limit, before }: KeyFilter & PageRequest,
    now: Date,
  ): Promise<Page<StoredKey>> {
    const id = before === undefined ? undefined : { [Op.lt]: before };
    const rows = await models.ApiKey.findRows({
      where: { ...omitUndefined({ accountId, mode, id }), ...(state && inState(state, now)) },
      order: [['id', 'DESC']],
      limit: limit + 1,
    });
    const { items, next } = toPage(rows, limit, (row) => row.id);
    return { items: items.map(toKey), next };
  }

  /** Revokes a key permanently; false if it is already revoked or does not exist. */
  function revoke(
    { accountId, keyId }: KeyName,
    now: Date,
    extraSteps: readonly Step[],
  ): Promise<boolean> {
    const revoking = {
      sql: `UPDATE "api_keys" SET "revokedAt" = $3, "updatedAt" = $3
        WHERE "keyId" = $1 AND "accountId" = $2 AND "revokedAt" IS NULL`,
      values: [keyId, accountId, now],
      expectedRows: 1,
    };
    return transact([revoking, ...extraSteps]);
  }

  /**
   * Replaces a key. The old one expires at `endsAt` or at its own expiry, whichever is earlier. False,
   * without a change, if the old key is not valid at `now` or was replaced before.
   */
  function rotate(
    { accountId, keyId }: KeyName,
    replacement: StoredKey,
    { now, endsAt }: { readonly now: Date; readonly endsAt: Date },
    extraSteps: readonly Step[],
  ): Promise<boolean> {
    const replacing = {
      sql: `UPDATE "api_keys" SET "rotatedTo" = $3, "updatedAt" = $4,
          "expiresAt" = CASE WHEN "expiresAt" < $5 THEN "expiresAt" ELSE $5 END
        WHERE "keyId" = $1 AND "accountId" = $2 AND "revokedAt" IS NULL AND "rotatedTo" IS NULL
          AND ("expiresAt" IS NULL OR "expiresAt" > $4)`,
      values: [keyId, accountId, replacement.keyId, now, endsAt],
      expectedRows: 1,
    };
    return transact([replacing, insertStep(replacement), ...extraSteps]);
  }

  /** Stores when keys were last used, unless a later use is already stored. */
  async function touchUsed(keyIds: readonly string[], at: Date): Promise<void> {
    for (const some of chunk(keyIds, MAX_KEYS_PER_STATEMENT)) {
      await change(
        `UPDATE "api_keys" SET "lastUsedAt" = $1
         WHERE "keyId" IN (${placeholders(some.length, 2)})
           AND ("lastUsedAt" IS NULL OR "lastUsedAt" < $1)`,
        [at, ...some],
      );
    }
  }

  return { insert, findByHash, find, list, revoke, rotate, touchUsed };
}

/** The condition for rows that are in a state at `now`; it must agree with `keyStateAt`. */
function inState(state: KeyState, now: Date): WhereOptions<AttributesOf<typeof ApiKeyModel>> {
  if (state === 'revoked') return { revokedAt: { [Op.ne]: null } };
  const expiresAt = state === 'expired' ? { [Op.lte]: now } : { [Op.or]: [null, { [Op.gt]: now }] };
  return { revokedAt: null, expiresAt };
}

function insertStep({ restrictions, lastUsedAt, revokedAt, rotatedTo, ...key }: StoredKey): Step {
  const { clientIp = true, ...others } = restrictions;
  return ApiKeyModel.insertion({ ...key, ...others, clientIp, updatedAt: key.createdAt });
}

function toKey(row: RowOf<typeof ApiKeyModel>): StoredKey {
  const { id, updatedAt, sessions, purposes, regions, networks, ...rest } = row;
  const { sendsPerHour, sendPot, expiresAt, clientIp, ...key } = rest;
  const lists = { sessions, purposes, regions, networks };
  return { ...key, restrictions: { ...lists, sendsPerHour, sendPot, expiresAt, clientIp } };
}

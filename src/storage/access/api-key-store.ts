import { Op, type WhereOptions } from 'sequelize';
import type { ApiKey, KeyState } from '../../domain/access/api-key.ts';
import { type Page, type PageRequest, toPage } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { ApiKey as ApiKeyModel } from '../models/access/api-key.ts';
import { chunk, placeholders, type Step } from '../statement.ts';
import { type AttributesOf, known, type RowOf } from '../table.ts';

/** A key with the digest of its secret, which nobody outside has a use for. */
export type StoredKey = ApiKey & { readonly keyHash: string };

/** Which keys of an account are wanted; what is undefined does not matter. */
export type KeyFilter = {
  readonly state: KeyState | undefined;
  readonly mode: ApiKey['mode'] | undefined;
};

type KeyName = Pick<ApiKey, 'accountId' | 'keyId'>;

export type KeyStore = ReturnType<typeof createKeyStore>;

/** SQLite takes 32766 parameters in one statement. */
const MOST_AT_ONCE = 10_000;

/**
 * Keeps the keys of accounts. Whatever changes a key takes steps `beside` it, which count only
 * together with the change, such as the row that tells of it.
 */
export function createKeyStore({ statements, models }: Database) {
  const { select, change, transact } = statements;

  async function insert(key: StoredKey, beside: readonly Step[]): Promise<void> {
    await models.Account.ensure(key.accountId, key.createdAt);
    await transact([insertStep(key), ...beside]);
  }

  /** Whoever's key it is: for finding out who calls. */
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

  /** A page of the keys of one account, as they stand at `now`, the newest first. */
  async function list(
    accountId: string,
    { state, mode, limit, before }: KeyFilter & PageRequest,
    now: Date,
  ): Promise<Page<StoredKey>> {
    const id = before === undefined ? undefined : { [Op.lt]: before };
    const rows = await models.ApiKey.findRows({
      where: { ...known({ accountId, mode, id }), ...(state && inState(state, now)) },
      order: [['id', 'DESC']],
      limit: limit + 1,
    });
    const { items, next } = toPage(rows, limit, (row) => row.id);
    return { items: items.map(toKey), next };
  }

  /** Ends a key for good; false when that was done already, or there is no such key. */
  function revoke(
    { accountId, keyId }: KeyName,
    now: Date,
    beside: readonly Step[],
  ): Promise<boolean> {
    const revoking = {
      sql: `UPDATE "api_keys" SET "revokedAt" = $3, "updatedAt" = $3
        WHERE "keyId" = $1 AND "accountId" = $2 AND "revokedAt" IS NULL`,
      values: [keyId, accountId, now],
      touching: 1,
    };
    return transact([revoking, ...beside]);
  }

  /**
   * Puts another key in the place of one, which ends at `endsAt` or at its own end, whichever comes
   * first; false, and nothing done, when the old one is not good at `now` or was replaced before.
   */
  function rotate(
    { accountId, keyId }: KeyName,
    replacement: StoredKey,
    { now, endsAt }: { readonly now: Date; readonly endsAt: Date },
    beside: readonly Step[],
  ): Promise<boolean> {
    const replacing = {
      sql: `UPDATE "api_keys" SET "rotatedTo" = $3, "updatedAt" = $4,
          "expiresAt" = CASE WHEN "expiresAt" < $5 THEN "expiresAt" ELSE $5 END
        WHERE "keyId" = $1 AND "accountId" = $2 AND "revokedAt" IS NULL AND "rotatedTo" IS NULL
          AND ("expiresAt" IS NULL OR "expiresAt" > $4)`,
      values: [keyId, accountId, replacement.keyId, now, endsAt],
      touching: 1,
    };
    return transact([replacing, insertStep(replacement), ...beside]);
  }

  /** Notes when keys were last used; a later use that is on record already stays. */
  async function touchUsed(keyIds: readonly string[], at: Date): Promise<void> {
    for (const some of chunk(keyIds, MOST_AT_ONCE)) {
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

/** Which rows are in a state at `now`, as `keyStateAt` has it. */
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

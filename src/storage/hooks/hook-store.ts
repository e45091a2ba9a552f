import type { Database } from '../database.ts';
import { Hook } from '../models/hooks/hook.ts';
import { insertionBelow } from '../statement.ts';
import type { NewRowOf, RowOf } from '../table.ts';

export type StoredHook = RowOf<typeof Hook>;
export type NewHook = Omit<NewRowOf<typeof Hook>, 'id'>;

/** What a person may change. Undefined leaves it, NULL empties it. */
export type HookChanges = {
  readonly description?: string | null | undefined;
  readonly channels?: readonly string[] | null | undefined;
  readonly regions?: readonly string[] | null | undefined;
  readonly companyName?: string | null | undefined;
  readonly relayText?: boolean | undefined;
  readonly linkDomains?: readonly string[] | null | undefined;
  readonly codeTtlSeconds?: number | undefined;
  readonly sendsPerHour?: number | null | undefined;
  readonly isActive?: boolean | undefined;
};

type Page = { readonly limit: number; readonly before: number | undefined };

/** Names a hook of an account. */
export type HookRef = { readonly accountId: string; readonly hookId: string };

export type HookStore = ReturnType<typeof createHookStore>;

/** Calls of one minute are noted once, so that a busy hook costs few writes. */
const NOTED_EVERY_SECONDS = 60;

/** Stores the hooks of accounts. */
export function createHookStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Creates a hook; false if the account has `most` of them. */
  async function create(hook: NewHook, most: number): Promise<boolean> {
    await models.Account.ensure(hook.accountId, hook.createdAt);
    const { sql, values } = insertionBelow(Hook.insertion(hook), {
      ...{ table: 'hooks', column: 'accountId', value: hook.accountId, most },
    });
    await statements.insert(sql, values);
    // An INSERT of no row is no error.
    return (await find(hook)) !== undefined;
  }

  /** Lists the hooks of an account, newest first; one more than the page holds if there are more. */
  async function list(accountId: string, { limit, before }: Page): Promise<StoredHook[]> {
    const rows = await select(
      `SELECT ${Hook.columns} FROM "hooks" WHERE "accountId" = $1 AND "id" < $2
       ORDER BY "id" DESC LIMIT ${limit + 1}`,
      [accountId, before ?? 2 ** 31 - 1],
    );
    return rows.map(Hook.decode);
  }

  async function find({ accountId, hookId }: HookRef): Promise<StoredHook | undefined> {
    const hook = await findById(hookId);
    return hook?.accountId === accountId ? hook : undefined;
  }

  /** Finds a hook of any account, by the ID in its address. */
  async function findById(hookId: string): Promise<StoredHook | undefined> {
    const [row] = await select(`SELECT ${Hook.columns} FROM "hooks" WHERE "hookId" = $1`, [hookId]);
    return row && Hook.decode(row);
  }

  /** Changes a hook; false if it does not exist. */
  async function update(
    { accountId, hookId }: HookRef,
    changes: HookChanges,
    now: Date,
  ): Promise<boolean> {
    const { sets, values } = Hook.assignment({ ...changes, updatedAt: now }, 3);
    const sql = `UPDATE "hooks" SET ${sets} WHERE "hookId" = $1 AND "accountId" = $2`;
    return (await change(sql, [hookId, accountId, ...values])) === 1;
  }

  /** Replaces a secret; the present one stays valid until `previousUntil`. False if another caller was first. */
  async function rotate(
    { accountId, hookId }: HookRef,
    secret: { readonly present: string; readonly next: string; readonly previousUntil: Date },
    now: Date,
  ): Promise<boolean> {
    // MySQL assigns from left to right, so "sealedSecret" comes last.
    const rotated = await change(
      `UPDATE "hooks" SET "sealedPreviousSecret" = "sealedSecret", "previousUntil" = $4,
         "updatedAt" = $5, "sealedSecret" = $6
       WHERE "hookId" = $1 AND "accountId" = $2 AND "sealedSecret" = $3`,
      [hookId, accountId, secret.present, secret.previousUntil, now, secret.next],
    );
    return rotated === 1;
  }

  /** Deletes a hook; false if it does not exist. Its calls stay in the log until their retention ends. */
  async function remove({ accountId, hookId }: HookRef): Promise<boolean> {
    const sql = `DELETE FROM "hooks" WHERE "hookId" = $1 AND "accountId" = $2`;
    return (await change(sql, [hookId, accountId])) === 1;
  }

  /** Notes that a call was authentic, or that it was not. */
  async function noteCall(hookId: string, isAuthentic: boolean, now: Date): Promise<void> {
    const column = isAuthentic ? 'lastUsedAt' : 'lastRefusedAt';
    await change(
      `UPDATE "hooks" SET "${column}" = $2
       WHERE "hookId" = $1 AND ("${column}" IS NULL OR "${column}" <= $3)`,
      [hookId, now, new Date(now.getTime() - NOTED_EVERY_SECONDS * 1000)],
    );
  }

  return { create, list, find, findById, update, rotate, remove, noteCall };
}

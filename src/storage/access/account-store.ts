import { DEMO_ACCOUNT_ID } from '../../domain/access/caller.ts';
import type { RequestedStep } from '../../domain/delivery/workflow.ts';
import { type Page, type PageAfter, toPage } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { Account } from '../models/access/account.ts';

const listedColumns = Account.pick('id', 'createdAt');
const idColumn = Account.pick('id');
const settingsColumn = Account.pick('settings');
const workflowColumn = Account.pick('workflow');

/** An account in a list. */
export type ListedAccount = ReturnType<typeof listedColumns.decode>;

/** Settings of an account, by name. */
export type AccountSettings = Readonly<Record<string, unknown>>;

export type AccountStore = ReturnType<typeof createAccountStore>;

/** Reads accounts, and changes their settings and workflows. */
export function createAccountStore({ statements }: Pick<Database, 'statements'>) {
  const { select, change } = statements;

  /** Lists the ids of up to `limit` accounts, sorted by id, that come after the id `after`. */
  async function listIds(after: string, limit: number): Promise<string[]> {
    const rows = await select(
      `SELECT ${idColumn.columns} FROM "accounts" WHERE "id" > $1 ORDER BY "id" LIMIT ${limit}`,
      [after],
    );
    return rows.map((row) => idColumn.decode(row).id);
  }

  /** Lists a page of the accounts, sorted by id, without the one of the demo page. */
  async function list({
    limit,
    after = '',
  }: PageAfter<string>): Promise<Page<ListedAccount, string>> {
    const rows = await select(
      `SELECT ${listedColumns.columns} FROM "accounts" WHERE "id" > $1 AND "id" <> $2
       ORDER BY "id" LIMIT ${limit + 1}`,
      [after, DEMO_ACCOUNT_ID],
    );
    return toPage(rows.map(listedColumns.decode), limit, ({ id }) => id);
  }

  /** Finds the settings of an account: empty if it has none, undefined if there is no such account. */
  async function findSettings(id: string): Promise<AccountSettings | undefined> {
    const [row] = await selectSettings(id);
    return row && (settingsColumn.decode(row).settings ?? {});
  }

  /**
   * Changes some settings of an account. Others stay, also if another caller changes them at the same time;
   * false if the account does not exist, or if such a caller was first.
   */
  async function updateSettings(id: string, changes: AccountSettings, now: Date): Promise<boolean> {
    const [row] = await selectSettings(id);
    if (!row) return false;
    const settings = { ...settingsColumn.decode(row).settings, ...changes };
    const { sets, values } = Account.assignment({ settings, updatedAt: now }, 3);
    const sql = `UPDATE "accounts" SET ${sets} WHERE "id" = $1 AND COALESCE("settings", '') = $2`;
    return (await change(sql, [id, String(row['settings'] ?? ''), ...values])) === 1;
  }

  /** Finds the workflow of an account: empty if it has none, undefined if there is no such account. */
  async function findWorkflow(id: string): Promise<readonly RequestedStep[] | undefined> {
    const [row] = await select(`SELECT ${workflowColumn.columns} FROM "accounts" WHERE "id" = $1`, [
      id,
    ]);
    return row && (workflowColumn.decode(row).workflow ?? []);
  }

  /** Replaces the workflow of an account, or removes it; false if there is no such account. */
  async function updateWorkflow(
    id: string,
    workflow: readonly RequestedStep[] | null,
    now: Date,
  ): Promise<boolean> {
    const { sets, values } = Account.assignment({ workflow, updatedAt: now }, 2);
    return (await change(`UPDATE "accounts" SET ${sets} WHERE "id" = $1`, [id, ...values])) === 1;
  }

  function selectSettings(id: string) {
    return select(`SELECT ${settingsColumn.columns} FROM "accounts" WHERE "id" = $1`, [id]);
  }

  return { listIds, list, findSettings, updateSettings, findWorkflow, updateWorkflow };
}

import type { Database } from '../database.ts';
import { Account } from '../models/access/account.ts';

const idColumn = Account.pick('id');

export type AccountStore = ReturnType<typeof createAccountStore>;

/** Reads accounts. */
export function createAccountStore({ statements: { select } }: Pick<Database, 'statements'>) {
  /** Lists the ids of up to `limit` accounts, sorted by id, that come after the id `after`. */
  async function listIds(after: string, limit: number): Promise<string[]> {
    const rows = await select(
      `SELECT ${idColumn.columns} FROM "accounts" WHERE "id" > $1 ORDER BY "id" LIMIT ${limit}`,
      [after],
    );
    return rows.map((row) => idColumn.decode(row).id);
  }

  return { listIds };
}

import type { Database } from '../database.ts';
import { SafeNumber } from '../models/compat/safe-number.ts';
import type { NewRowOf, RowOf } from '../table.ts';

export type StoredSafeNumber = RowOf<typeof SafeNumber>;

export type SafeNumberStore = ReturnType<typeof createSafeNumberStore>;

/** Stores the numbers that an account has declared safe. */
export function createSafeNumberStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Adds a number; the one that was added before if there is one. */
  async function add(number: NewRowOf<typeof SafeNumber>): Promise<StoredSafeNumber> {
    await models.Account.ensure(number.accountId, number.createdAt);
    await models.SafeNumber.insertRow(number);
    const found = await find(number.accountId, number.phoneNumber);
    if (!found) throw new Error('the number was removed at the same moment');
    return found;
  }

  async function find(
    accountId: string,
    phoneNumber: string,
  ): Promise<StoredSafeNumber | undefined> {
    const [row] = await select(
      `SELECT ${SafeNumber.columns} FROM "safe_numbers" WHERE "accountId" = $1 AND "phoneNumber" = $2`,
      [accountId, phoneNumber],
    );
    return row && SafeNumber.decode(row);
  }

  /** Removes a number; false if it is not there. */
  async function remove(accountId: string, phoneNumber: string): Promise<boolean> {
    const removed = await change(
      `DELETE FROM "safe_numbers" WHERE "accountId" = $1 AND "phoneNumber" = $2`,
      [accountId, phoneNumber],
    );
    return removed === 1;
  }

  return { add, find, remove };
}

import type { Database } from '../database.ts';

/** Keeps accounts. The stores whose rows have a foreign key to one create it where it is missing. */
export function createAccountStore({ models }: Database) {
  return {
    /** Creates an account unless it exists. */
    ensure: (accountId: string, now: Date): Promise<void> => models.Account.ensure(accountId, now),
  };
}

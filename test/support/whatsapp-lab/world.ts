import type { Account } from './account.ts';
import type { Faults } from './faults.ts';
import { createTimers } from './timers.ts';

/** What everybody in the lab shares: the people, the faults, the clockwork. */
export function createWorld() {
  const accounts = new Map<string, Account>();

  /** By phone number, with or without a plus, or by hidden id. */
  function find(user: string): Account | undefined {
    return accounts.get(user.replace(/^[+]/, ''));
  }

  return {
    faults: {} as Faults,
    /** Stanzas that nobody here understood, and problems with the protocol. */
    unhandled: [] as string[],
    /** Receipts that wait for `releaseReceipts()`. */
    heldReceipts: [] as (() => void)[],
    timers: createTimers(),
    /** Aborted when the lab closes. */
    closing: new AbortController(),
    add(account: Account): void {
      accounts.set(account.pn, account);
      accounts.set(account.lid, account);
    },
    find,
    /** @throws when nobody has the number or id. */
    get(user: string): Account {
      const account = find(user);
      if (!account) throw new Error(`nobody here has the number or id ${user}`);
      return account;
    },
    everybody: () => [...new Set(accounts.values())],
  };
}

export type World = ReturnType<typeof createWorld>;

import type { Account } from './account.ts';
import type { Faults } from './faults.ts';
import type { Group } from './groups/group.ts';
import type { MediaHost } from './media/media-host.ts';
import type { OwnFile } from './media/phone-media.ts';
import type { AppState } from './state/app-state.ts';
import type { AppStateKey } from './state/app-state-key.ts';
import type { Sign } from './state/presence.ts';
import { createTimers } from './timers.ts';

/** What everybody in the lab shares: the people, the faults, the clockwork. */
export function createWorld() {
  const accounts = new Map<string, Account>();
  /** Numbers that people dial for an account whose own id is spelled otherwise. */
  const dialled = new Map<string, Account>();

  /** By phone number, with or without a plus, or by hidden id. */
  function find(user: string): Account | undefined {
    return accounts.get(user.replace(/^[+]/, ''));
  }

  /** Whom a lookup finds by a number: its own account, or the one that is dialled by it. */
  function lookUp(number: string): Account | undefined {
    return find(number) ?? dialled.get(number.replace(/^[+]/, ''));
  }

  /** From now on these numbers, and no others, lead to the account besides its own. @throws when one is taken. */
  function setDialled(account: Account, numbers: readonly string[]): void {
    const digits = numbers.map((number) => number.replace(/^[+]/, ''));
    const taken = digits.find((number) => (lookUp(number) ?? account) !== account);
    if (taken) throw new Error(`somebody has the number ${taken} already`);
    for (const number of dialledOf(account)) dialled.delete(number);
    for (const number of digits) dialled.set(number, account);
  }

  function dialledOf(account: Account): string[] {
    return [...dialled].filter(([, owner]) => owner === account).map(([number]) => number);
  }

  return {
    faults: {} as Faults,
    /** By id, `…@g.us`. */
    groups: new Map<string, Group>(),
    /** How members of new groups appear. */
    groupAddressing: 'lid' as 'pn' | 'lid',
    /** By number. */
    appStateKeys: new Map<string, AppStateKey>(),
    /** By "number collection". */
    appStates: new Map<string, AppState>(),
    /** Presence and chat states of the linked devices, in the order in which they came. */
    signs: [] as Sign[],
    /** Missing in a lab without media. */
    media: undefined as MediaHost | undefined,
    /** By id of the message: files that a phone can put on the media host again. */
    files: new Map<string, OwnFile>(),
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
    lookUp,
    setDialled,
    dialledOf,
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

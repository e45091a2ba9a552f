import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { chosenAccount } from '../lib/account/chosen-account.ts';
import { api } from '../lib/api.ts';
import { seesAllAccounts, useMe } from '../lib/permissions.ts';
import type { Account, Page } from '../lib/types.ts';
import { useData } from './use-data.ts';

/** The most accounts that are offered in a list. */
const MOST_ACCOUNTS = 5000;

const AT_ONCE = 500;

type Choice = {
  /** The chosen account; empty for all accounts, which only operators see. */
  readonly accountId: string;
  readonly choose: (accountId: string) => void;
};

export const AccountContext = createContext<Choice>({ accountId: '', choose: () => {} });

/** The account that the pages are about: the caller's own, or the one that an operator has chosen. */
export function useAccount(): Choice {
  return useContext(AccountContext);
}

/** The account that this tab is about. The choice of an operator ends when the operator signs out. */
export function useAccountChoice(): Choice {
  const { me } = useMe();
  const isFree = seesAllAccounts(me);
  const [chosen, setChosen] = useState(() => (isFree ? readChoice() : leaveChoice()));
  useEffect(() => () => chosenAccount.choose(''), []);
  function choose(accountId: string): void {
    chosenAccount.choose(accountId);
    setChosen(accountId);
  }
  return { accountId: isFree ? chosen : me.accountId, choose };
}

/** The account that a link names, or the one that was chosen before in this tab. */
function readChoice(): string {
  const named = new URLSearchParams(location.search).get('accountId');
  if (named) chosenAccount.choose(named);
  return chosenAccount.read();
}

/** Forgets the choice of an operator whose sign-in ended while this tab was reloaded. */
function leaveChoice(): string {
  chosenAccount.choose('');
  return '';
}

/** The ids of all accounts, for operators; undefined until they are loaded. */
export function useAccountIds(): readonly string[] | undefined {
  const { me } = useMe();
  return useData(async () => (me.isOperator ? readAccountIds() : [])).data;
}

async function readAccountIds(): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Account> = await api('/api/accounts', { query: { limit: AT_ONCE, cursor } });
    ids.push(...page.items.map(({ accountId }) => accountId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && ids.length < MOST_ACCOUNTS);
  return ids;
}

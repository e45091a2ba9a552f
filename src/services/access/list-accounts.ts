import type { Page, PageAfter } from '../../domain/page.ts';
import type { AccountStore, ListedAccount } from '../../storage/access/account-store.ts';

/** What listing the accounts needs. Built once, by the composition root. */
export type AccountListContext = { readonly accounts: Pick<AccountStore, 'list'> };

/** Lists the accounts of the installation, sorted by id. For operators: the route checks that. */
export function listAccounts(
  { accounts }: AccountListContext,
  page: PageAfter<string>,
): Promise<Page<ListedAccount, string>> {
  return accounts.list(page);
}

import { acceptsAccount } from './account-paths.ts';

const PLACE = 'waverify.account';

/** The account that an operator has chosen in this tab; empty for all accounts. It survives a reload. */
function createChosenAccount(storage: Storage) {
  const read = () => storage.getItem(PLACE) ?? '';
  return {
    read,
    choose(accountId: string): void {
      if (accountId) storage.setItem(PLACE, accountId);
      else storage.removeItem(PLACE);
    },
    /** The query parameter that restricts a call to the account, if the path has one. */
    toQuery(path: string): Readonly<Record<string, string>> {
      const accountId = read();
      return accountId !== '' && acceptsAccount(path) ? { accountId } : {};
    },
  };
}

/** Only operators choose, so that it is empty for all others. */
export const chosenAccount = createChosenAccount(sessionStorage);

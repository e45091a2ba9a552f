const PLACE = 'waverify.account';

/** Lists and figures that operators see of all accounts, or of the one that they name. */
const PATHS =
  /^[/]api[/](sessions|users|usage|channels[/]ready|analytics[/](dashboard|funnel|conversion-drops|export|logs[/]\w+))$/;

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
      return accountId !== '' && PATHS.test(path) ? { accountId } : {};
    },
  };
}

/** Only operators choose, so that it is empty for all others. */
export const chosenAccount = createChosenAccount(sessionStorage);

import { Select } from '../../components/field.tsx';
import { useAccount, useAccountIds } from '../../hooks/use-account.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';

/** Lets operators choose the account that the pages are about. */
export function AccountSwitcher() {
  const { me } = useMe();
  const { t } = useWords();
  const { accountId, choose } = useAccount();
  const ids = useAccountIds() ?? [];
  if (!seesAllAccounts(me)) return null;
  // A chosen account stays in the list while the others load.
  const offered = accountId && !ids.includes(accountId) ? [accountId, ...ids] : ids;
  return (
    <Select
      label={t('account.choose')}
      value={accountId}
      onValue={choose}
      options={[['', t('account.all')], ...offered.map((id) => [id, id] as const)]}
    />
  );
}

import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { chosenAccount } from '../../lib/account/chosen-account.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';

/** Asks an operator, who sees all accounts, to choose one of them for a filter. */
export function NameAccount({ isMissing }: { readonly isMissing: boolean }) {
  const { me } = useMe();
  const { t } = useWords();
  if (!seesAllAccounts(me) || chosenAccount.read() !== '') return null;
  if (isMissing) return <Notice tone="warn">{t('account.needed')}</Notice>;
  return <p class="soft small">{t('account.needed')}</p>;
}

import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';

/** Tells an operator, who sees all accounts, that a filter is for one of them. */
export function NameAccount({ isMissing }: { readonly isMissing: boolean }) {
  const { me } = useMe();
  const { t } = useWords();
  if (!seesAllAccounts(me)) return null;
  if (isMissing) return <Notice tone="warn">{t('codes.operator')}</Notice>;
  return <p class="soft small">{t('codes.operator')}</p>;
}

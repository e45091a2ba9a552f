import { seesAllAccounts, useMe } from '../core/may.ts';
import { useWords } from '../words/words.tsx';
import { Notice } from './notice.tsx';

/** Tells an operator, who sees all accounts, that a filter is for one of them. */
export function NameAccount({ isMissing }: { readonly isMissing: boolean }) {
  const { me } = useMe();
  const { t } = useWords();
  if (!seesAllAccounts(me)) return null;
  if (isMissing) return <Notice tone="warn">{t('codes.operator')}</Notice>;
  return <p class="soft small">{t('codes.operator')}</p>;
}

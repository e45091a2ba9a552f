import { useWords } from '../i18n/i18n.tsx';

type Props = { readonly next: string | null; readonly onMore: () => void };

/** The way to older entries, while there are any. */
export function More({ next, onMore }: Props) {
  const { t } = useWords();
  if (next === null) return null;
  return (
    <div class="more">
      <button type="button" class="button" onClick={onMore}>
        {t('do.more')}
      </button>
    </div>
  );
}

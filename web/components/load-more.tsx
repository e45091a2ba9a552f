import { useWords } from '../i18n/i18n.tsx';

type Props = { readonly next: string | null; readonly onMore: () => void };

/** A button that loads older entries, if there are any. */
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

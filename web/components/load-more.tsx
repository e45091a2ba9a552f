import { useWords } from '../i18n/i18n.tsx';

type Props = {
  readonly next: string | null;
  readonly onMore: () => void;
  /** How much of the list is shown, in words. */
  readonly shown?: string;
};

/** A button that loads more entries, if there are any. */
export function More({ next, onMore, shown }: Props) {
  const { t } = useWords();
  if (next === null) return null;
  return (
    <div class="more">
      {shown && <span class="soft small">{shown}</span>}
      <button type="button" class="button" onClick={onMore}>
        {t('do.more')}
      </button>
    </div>
  );
}

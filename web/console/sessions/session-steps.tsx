import { useWords } from '../../i18n/i18n.tsx';

/** The steps on the phone. */
export function Steps({ last }: { readonly last: string }) {
  const { t } = useWords();
  return (
    <ol class="steps">
      <li>{t('link.step1')}</li>
      <li>{t('link.step2')}</li>
      <li>{last}</li>
    </ol>
  );
}

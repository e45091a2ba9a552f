import { useWords } from '../../i18n/i18n.tsx';
import { Integration } from '../start/integration.tsx';

/** Programs to copy, with the variables for a new key. */
export function LoginExample({ secret }: { readonly secret: string }) {
  const { t } = useWords();
  return (
    <details>
      <summary>{t('keys.use')}</summary>
      <Integration apiKey={secret} />
    </details>
  );
}

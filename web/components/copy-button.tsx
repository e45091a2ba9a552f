import { useState } from 'preact/hooks';
import { useWords } from '../i18n/i18n.tsx';
import { Icon } from './icon.tsx';

/** Copies a text and confirms it. */
export function CopyButton({ text }: { readonly text: string }) {
  const { t } = useWords();
  const [isCopied, setCopied] = useState(false);
  return (
    <button
      type="button"
      class="button compact"
      onClick={() => {
        // Browsers refuse this without TLS, except on localhost. The text can still be selected.
        navigator.clipboard?.writeText(text).then(
          () => setCopied(true),
          () => {},
        );
      }}
    >
      <Icon name={isCopied ? 'check' : 'copy'} />
      <span aria-live="polite">{isCopied ? t('do.copied') : t('do.copy')}</span>
    </button>
  );
}

/** A text to copy that is shown once, such as a secret. It breaks anywhere, so that all of it can be seen. */
export function CopyBox({ text }: { readonly text: string }) {
  return (
    <div class="secret">
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}

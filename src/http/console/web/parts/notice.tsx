import type { ComponentChildren } from 'preact';
import type { Failure } from '../core/failure.ts';
import { useWords } from '../words/words.tsx';
import type { Tone } from './badge.tsx';
import { Icon, type IconName } from './icon.tsx';

type Props = { readonly tone: Tone; readonly children: ComponentChildren };

const ICONS: Readonly<Record<Tone, IconName>> = {
  plain: 'alert',
  calm: 'alert',
  warn: 'alert',
  bad: 'alert',
  good: 'check',
};

/** News about what a person just did: read out when it appears. */
export function Notice({ tone, children }: Props) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}

type FailureProps = { readonly of: Failure | undefined; readonly retry?: () => void };

/** Why something did not succeed, when it did not. */
export function FailureNotice({ of, retry }: FailureProps) {
  const { t, failure } = useWords();
  if (!of) return null;
  return (
    <Notice tone="bad">
      {failure(of)}{' '}
      {retry && (
        <button type="button" class="button compact" onClick={retry}>
          {t('do.retry')}
        </button>
      )}
    </Notice>
  );
}

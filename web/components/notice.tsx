import type { ComponentChildren } from 'preact';
import { useWords } from '../i18n/i18n.tsx';
import type { Failure } from '../lib/failure.ts';
import type { Tone } from './badge.tsx';
import { Icon, type IconName } from './icon.tsx';

type Props = {
  readonly tone: Tone;
  readonly children: ComponentChildren;
  /** An action that may help. */
  readonly beside?: ComponentChildren;
};

const ICONS: Readonly<Record<Tone, IconName>> = {
  plain: 'info',
  calm: 'info',
  warn: 'alert',
  bad: 'alert',
  good: 'check',
};

/** The result of a user's action. Screen readers announce it. */
export function Notice({ tone, children, beside }: Props) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={ICONS[tone]} />
      <div class="break">{children}</div>
      {beside}
    </div>
  );
}

type FailureProps = { readonly of: Failure | undefined; readonly retry?: () => void };

/** Explains a failure, if there is one, and offers to retry where that may help. */
export function FailureNotice({ of, retry }: FailureProps) {
  const { t, failure } = useWords();
  if (!of) return null;
  const again = retry && of.isPassing && (
    <button type="button" class="button compact" onClick={retry}>
      {t('do.retry')}
    </button>
  );
  return (
    <Notice tone="bad" beside={again}>
      {failure(of)}
    </Notice>
  );
}

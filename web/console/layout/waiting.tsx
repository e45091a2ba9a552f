import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import type { Failure } from '../../lib/failure.ts';
import { Frame, WelcomeFrame } from './frame.tsx';

/** The frame of a page, until the service has said who is signed in. */
export function Waiting() {
  const { t } = useWords();
  return (
    <Frame side={<Skeleton lines={8} />} top={<span />}>
      <div class="page">
        <h1 class="visually-hidden">{t('app.loading')}</h1>
        <div class="card">
          <Skeleton lines={3} />
        </div>
        <div class="card">
          <Skeleton lines={8} />
        </div>
      </div>
    </Frame>
  );
}

type Props = {
  readonly failure: Failure;
  readonly onRetry: () => void;
  readonly onSignOut: () => void;
};

/** Says that the service cannot say who is signed in. The page tries again regularly. */
export function Unavailable({ failure, onRetry, onSignOut }: Props) {
  const { t } = useWords();
  return (
    <WelcomeFrame>
      <h1>{t('app.unavailable')}</h1>
      <FailureNotice of={failure} />
      {failure.isPassing && <p class="soft small">{t('app.unavailable.text')}</p>}
      <button type="button" class="button primary wide" onClick={onRetry}>
        {t('do.retry')}
      </button>
      <button type="button" class="button wide" onClick={onSignOut}>
        {t('do.signOut')}
      </button>
    </WelcomeFrame>
  );
}

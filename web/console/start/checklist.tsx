import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import type { CreatedKey } from '../../lib/types.ts';
import { TestDialog } from '../codes/test-dialog.tsx';
import { NewKey, Secret } from '../keys/new-key.tsx';
import { Link } from '../layout/link.tsx';
import { Integration, nameKey } from './integration.tsx';
import { Step } from './step.tsx';
import { type Progress, useProgress } from './use-progress.ts';

const PLACE = 'waverify.start.hidden';

/** The open dialog of the checklist. */
type Asked =
  | { readonly what: 'test' | 'key' | 'program' }
  | { readonly what: 'secret'; readonly made: CreatedKey };

/**
 * Leads from a new installation to the first verification by an application. It is shown until a code was verified and
 * there is a key, unless the user hides it in this browser.
 */
export function Checklist() {
  const { t } = useWords();
  const { me } = useMe();
  const place = `${PLACE}.${me.accountId}`;
  const [isHidden, setHidden] = useState(() => localStorage.getItem(place) !== null);
  const [asked, setAsked] = useState<Asked>();
  const progress = useProgress();
  if (!progress || isHidden) return null;
  const { isVerified, keys } = progress;
  const hasKey = keys === undefined || keys.some(({ state }) => state === 'active');
  // A dialog stays open although its last step is done.
  if (isVerified && hasKey && !asked) return null;
  const hide = (
    <button
      type="button"
      class="button quiet compact"
      onClick={() => {
        localStorage.setItem(place, 'true');
        setHidden(true);
      }}
    >
      {t('start.hide')}
    </button>
  );
  return (
    <Card title={t('start.title')} beside={hide}>
      <p class="soft small">{t('start.lead')}</p>
      <Steps progress={progress} hasKey={hasKey} onAsk={setAsked} />
      <Question asked={asked} onAsk={setAsked} apiKey={nameKey(keys ?? [])} />
    </Card>
  );
}

type StepsProps = {
  readonly progress: Progress;
  readonly hasKey: boolean;
  readonly onAsk: (asked: Asked) => void;
};

function Steps({ progress, hasKey, onAsk }: StepsProps) {
  const { t } = useWords();
  const { may } = useMe();
  const { isReachable, isPrinted, isSent, isVerified, keys } = progress;
  const linking = `${t('start.link.text')} ${isPrinted ? t('start.link.console') : ''}`;
  const isUsed = keys?.some(({ lastUsedAt }) => lastUsedAt !== null) ?? false;
  const button = (what: 'test' | 'key' | 'program', text: string, isNext: boolean) => (
    <button
      type="button"
      class={isNext ? 'button primary' : 'button'}
      onClick={() => onAsk({ what })}
    >
      {text}
    </button>
  );
  return (
    <ol class="checklist">
      <Step isDone={isReachable} title={t('start.link')} text={linking}>
        {may('sessions:manage') && (
          <Link to="/sessions" class={isReachable ? 'button' : 'button primary'}>
            {t('start.link.do')}
          </Link>
        )}
      </Step>
      <Step isDone={isSent || isVerified} title={t('start.test')} text={t('start.test.text')}>
        {button('test', t('codes.test'), isReachable && !isSent)}
      </Step>
      {keys && (
        <Step isDone={hasKey} title={t('start.key')} text={t('start.key.text')}>
          {button('key', t('start.key.do'), isSent && !hasKey)}
        </Step>
      )}
      <Step isDone={isUsed} title={t('start.program.step')} text={t('start.program.text')}>
        {button('program', t('start.program.do'), isSent && hasKey)}
      </Step>
    </ol>
  );
}

type QuestionProps = {
  readonly asked: Asked | undefined;
  readonly onAsk: (asked: Asked | undefined) => void;
  /** What stands for the secret of a key. */
  readonly apiKey: string;
};

function Question({ asked, onAsk, apiKey }: QuestionProps) {
  const { t } = useWords();
  const onClose = () => onAsk(undefined);
  if (!asked) return null;
  if (asked.what === 'test') return <TestDialog key="test" onClose={onClose} />;
  if (asked.what === 'key') {
    const onMade = (made: CreatedKey) => onAsk({ what: 'secret', made });
    return <NewKey key="key" onMade={onMade} onClose={onClose} />;
  }
  if (asked.what === 'secret') {
    return (
      <Dialog key="secret" title={t('keys.secret')} isWide onClose={onClose}>
        <Secret made={asked.made} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog key="program" title={t('keys.use')} isWide onClose={onClose}>
      <Integration apiKey={apiKey} />
    </Dialog>
  );
}

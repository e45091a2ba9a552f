import { useState } from 'preact/hooks';
import { Skeleton } from '../../components/empty.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { recipientOf } from '../../lib/input/recipient.ts';
import { digitsOf, patternOf } from '../../lib/input/typed-code.ts';
import { useMe } from '../../lib/permissions.ts';
import type { Sent } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Story, Verdict } from '../timeline/timeline.tsx';
import { readTimeline } from './code.tsx';

type Props = {
  readonly sent: Sent;
  readonly onAgain: () => void;
  readonly onClose: () => void;
};

/** Shows the progress of a test code, and a field to enter it. */
export function TestProgress({ sent, onAgain, onClose }: Props) {
  const { t, name } = useWords();
  const { may } = useMe();
  const { verificationId, channel } = sent;
  const mayVerify = may('otp:verify');
  const { data, failure, reload } = useData(() => readTimeline(verificationId), {
    everyMs: 1000,
    of: [verificationId],
  });
  const isVerified = data?.status === 'verified';
  return (
    <div class="stack">
      <p>
        <span class="strong break">{recipientOf(sent)}</span>{' '}
        <span class="soft">· {name('channel', channel)}</span>
      </p>
      <div aria-live="polite">
        <h3 class="visually-hidden">{t('test.progress')}</h3>
        {data && (
          <p class="soft small">
            <Verdict of={data} />
          </p>
        )}
      </div>
      <FailureNotice of={failure} />
      {data ? <Story events={data.events} /> : !failure && <Skeleton lines={3} />}
      {mayVerify && !isVerified && <Verify sent={sent} onTried={reload} />}
      {isVerified && <Notice tone="good">{t('test.verified')}</Notice>}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onAgain}>
          {t('test.again')}
        </button>
        <Link to={`/codes/${verificationId}`} class="button">
          {t('test.timeline')}
        </Link>
        <button
          type="button"
          class={`button ${mayVerify && !isVerified ? '' : 'primary'}`}
          onClick={onClose}
        >
          {t('do.done')}
        </button>
      </div>
    </div>
  );
}

type VerifyProps = { readonly sent: Sent; readonly onTried: () => void };

function Verify({ sent, onTried }: VerifyProps) {
  const { t } = useWords();
  const { verificationId, channel } = sent;
  const [otp, setOtp] = useState('');
  const { run, isBusy, failure } = useAction(() =>
    api('/api/otp/verify', {
      method: 'POST',
      body: { verificationId, otp: digitsOf(otp) },
    }).finally(onTried),
  );
  const left = failure?.attemptsLeft;
  return (
    <Form class="stack" onSubmit={() => run()}>
      <Field
        {...{ label: t('test.code'), value: otp, onValue: setOtp, required: true, isNext: true }}
        {...(channel === 'console' && { hint: t('test.code.console') })}
        {...{ inputMode: 'numeric', autocomplete: 'one-time-code', pattern: patternOf('6,10') }}
      />
      {left === undefined ? (
        <FailureNotice of={failure} />
      ) : (
        <Notice tone="bad">{t('test.wrong', { left })}</Notice>
      )}
      <div>
        <button type="submit" class="button primary" disabled={isBusy}>
          {t('test.verify')}
        </button>
      </div>
    </Form>
  );
}

import { useEffect, useState } from 'preact/hooks';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { FailureNotice, Notice } from '../components/notice.tsx';
import { useAction } from '../hooks/use-action.ts';
import { secondsUntil, useNow } from '../hooks/use-now.ts';
import { useWords } from '../i18n/i18n.tsx';
import { isWord } from '../i18n/translate-name.ts';
import type { Failure } from '../lib/failure.ts';
import { digitsOf, patternOf } from '../lib/input/typed-code.ts';
import { type Sent, sendCode, verifyCode } from './demo-calls.ts';

type CodeProps = {
  readonly sent: Sent;
  readonly onSent: (sent: Sent) => void;
  readonly onVerified: (phoneNumber: string) => void;
  readonly onChange: () => void;
};

/** Accepts the code as it was sent, pasted or read out, also with spaces or hyphens. */
export function AskCode({ sent, onSent, onVerified, onChange }: CodeProps) {
  const { t } = useWords();
  const [otp, setOtp] = useState('');
  const { phoneNumber, verificationId, length } = sent;
  const { run, isBusy, failure } = useAction(
    () => verifyCode(verificationId, digitsOf(otp)),
    onVerified,
  );
  const isWrong = failure?.code === 'otp_invalid';
  // Otherwise the next code would be typed behind the wrong one.
  useEffect(() => {
    if (isWrong) setOtp('');
  }, [failure]);
  const ofChannel = `demo.sentTo.${sent.channel.replace(/:.*/, '')}`;
  return (
    <Form class="stack" onSubmit={() => run()}>
      <div>
        <h1>{t('demo.title')}</h1>
        <p class="soft small" role="status">
          {t(isWord(ofChannel) ? ofChannel : 'demo.sentTo', { phone: phoneNumber })}
        </p>
      </div>
      <Field
        {...{
          label: t('demo.code'),
          value: otp,
          onValue: setOtp,
          required: true,
          isCode: true,
          isNext: true,
        }}
        {...{ inputMode: 'numeric', autocomplete: 'one-time-code' }}
        pattern={patternOf(String(length))}
      />
      <Refusal of={failure} expiresAt={sent.expiresAt} />
      <button type="submit" class="button primary wide" disabled={isBusy}>
        {t(isBusy ? 'demo.verifying' : 'demo.verify')}
      </button>
      <div class="row spread">
        <Resend sent={sent} onSent={onSent} />
        <button type="button" class="link-button small" onClick={onChange}>
          {t('demo.change')}
        </button>
      </div>
    </Form>
  );
}

type RefusalProps = { readonly of: Failure | undefined; readonly expiresAt: number };

/** Wrong and expired codes get the same answer, but this page knows when its code expired. */
export function Refusal({ of, expiresAt }: RefusalProps) {
  const { t } = useWords();
  if (of?.code !== 'otp_invalid') return <FailureNotice of={of} />;
  const left = of.attemptsLeft ?? 0;
  if (Date.now() >= expiresAt) return <Notice tone="bad">{t('demo.expired')}</Notice>;
  return <Notice tone="bad">{left > 0 ? t('demo.wrong', { left }) : t('demo.noTries')}</Notice>;
}

type ResendProps = { readonly sent: Sent; readonly onSent: (sent: Sent) => void };

function Resend({ sent, onSent }: ResendProps) {
  const { t, locale } = useWords();
  const now = useNow();
  const { run, isBusy, failure } = useAction(() => sendCode(sent.phoneNumber, locale), onSent);
  const seconds = secondsUntil(sent.sentAt + sent.resendIn * 1000, now);
  return (
    <div class="stack">
      <button
        type="button"
        class="button compact"
        disabled={isBusy || seconds > 0}
        onClick={() => run()}
      >
        {seconds > 0 ? t('demo.resendIn', { seconds }) : t('demo.resend')}
      </button>
      <FailureNotice of={failure} />
    </div>
  );
}

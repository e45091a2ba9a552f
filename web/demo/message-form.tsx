import { useEffect, useState } from 'preact/hooks';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { Notice } from '../components/notice.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useWords } from '../i18n/i18n.tsx';
import { isWord } from '../i18n/translate-name.ts';
import { digitsOf, patternOf } from '../lib/input/typed-code.ts';
import { Refusal } from './code-form.tsx';
import { verifyCode } from './demo-calls.ts';
import { type Awaited, awaitedMessage, followMessage, type Progress } from './message-calls.ts';

type MessageProps = {
  readonly awaited: Awaited;
  readonly onVerified: (phoneNumber: string) => void;
  readonly onLeave: () => void;
};

/** Waits for a message of the visitor, and then asks for the code that was sent back. */
export function AskMessage({ awaited, onVerified, onLeave }: MessageProps) {
  const { t } = useWords();
  const [progress, setProgress] = useState<Progress>();
  useEffect(() => followMessage(awaited.verificationId, setProgress), [awaited.verificationId]);
  const { status = 'waiting', problem } = progress ?? {};
  const leave = () => {
    awaitedMessage.forget();
    onLeave();
  };
  return (
    <div class="stack">
      <h1>{t('demo.title')}</h1>
      {status === 'waiting' && <Invitation awaited={awaited} problem={problem ?? null} />}
      {status === 'code_sent' && <ReturnedCode {...{ awaited, onVerified }} />}
      {status === 'expired' && <Notice tone="bad">{t('demo.message.expired')}</Notice>}
      <button type="button" class="link-button small" onClick={leave}>
        {t('demo.message.back')}
      </button>
    </div>
  );
}

type InvitationProps = { readonly awaited: Awaited; readonly problem: string | null };

function Invitation({ awaited: { link, qr, text }, problem }: InvitationProps) {
  const { t } = useWords();
  const ofProblem = `demo.problem.${problem}`;
  return (
    <>
      <p class="soft small">{t('demo.message.lead')}</p>
      <a class="button primary wide" href={link} target="_blank" rel="noopener noreferrer">
        {t('demo.message.open')}
      </a>
      <figure class="message-qr">
        <img src={qr} alt={t('demo.message.qr')} />
        <figcaption class="soft small">{t('demo.message.scan')}</figcaption>
      </figure>
      <details class="small">
        <summary>{t('demo.message.text')}</summary>
        <p class="message-text">{text}</p>
      </details>
      {problem && isWord(ofProblem) && <Notice tone="warn">{t(ofProblem)}</Notice>}
      <p class="soft small" role="status">
        {t('demo.message.waiting')}
      </p>
    </>
  );
}

type CodeProps = Pick<MessageProps, 'awaited' | 'onVerified'>;

function ReturnedCode({ awaited, onVerified }: CodeProps) {
  const { t } = useWords();
  const [otp, setOtp] = useState('');
  const { verificationId, length, expiresAt } = awaited;
  const { run, isBusy, failure } = useAction(
    () => verifyCode(verificationId, digitsOf(otp)),
    (phoneNumber) => {
      awaitedMessage.forget();
      onVerified(phoneNumber);
    },
  );
  return (
    <Form class="stack" onSubmit={() => run()}>
      <p class="soft small" role="status">
        {t('demo.message.arrived')}
      </p>
      <Field
        {...{ label: t('demo.code'), value: otp, onValue: setOtp, required: true }}
        {...{ isCode: true, isNext: true, inputMode: 'numeric', autocomplete: 'one-time-code' }}
        pattern={patternOf(String(length))}
      />
      <Refusal of={failure} expiresAt={expiresAt} />
      <button type="submit" class="button primary wide" disabled={isBusy}>
        {t(isBusy ? 'demo.verifying' : 'demo.verify')}
      </button>
    </Form>
  );
}

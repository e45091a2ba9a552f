import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/layout.css';
import './style/content.css';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Failure, reach, readFailure } from './core/failure.ts';
import { applyTheme, readTheme } from './core/theme.ts';
import { useAction } from './core/use-action.ts';
import { secondsUntil, useNow } from './core/use-now.ts';
import { Field } from './parts/field.tsx';
import { FailureNotice, Notice } from './parts/notice.tsx';
import { Settings } from './parts/settings.tsx';
import { Brand } from './parts/shell.tsx';
import { useWords, WordsProvider } from './words/words.tsx';

/**
 * The page side of the shortest integration: a number, a code, and what to say when either is refused.
 * It calls its own backend (../demo.ts), and holds no key.
 */
type Sent = {
  readonly phoneNumber: string;
  readonly verificationId: string;
  readonly channel: string;
  readonly length: number;
  readonly resendIn: number;
  /** When it was sent and when it is over, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly expiresAt: number;
};

async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await reach(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw await readFailure(response);
  return (await response.json()) as T;
}

async function sendCode(phoneNumber: string, locale: string): Promise<Sent> {
  type Answer = Omit<Sent, 'phoneNumber' | 'sentAt'> & { readonly expiresIn: number };
  const answer = await post<Answer>('/demo/send', { phoneNumber, locale });
  const sentAt = Date.now();
  return { ...answer, phoneNumber, sentAt, expiresAt: sentAt + answer.expiresIn * 1000 };
}

function Demo() {
  const { t } = useWords();
  const [sent, setSent] = useState<Sent>();
  const [verified, setVerified] = useState<string>();
  const startOver = () => {
    setSent(undefined);
    setVerified(undefined);
  };
  useEffect(() => {
    document.title = `${t('demo.title')} · Waverify`;
  }, [t]);
  return (
    <main class="welcome">
      <div class="welcome-box">
        <Brand />
        <div class="card">
          <div class="card-body">
            {verified && <Welcome phoneNumber={verified} onRestart={startOver} />}
            {!verified && !sent && <AskNumber onSent={setSent} />}
            {!verified && sent && (
              <AskCode
                key={sent.verificationId}
                {...{ sent, onSent: setSent, onVerified: setVerified, onChange: startOver }}
              />
            )}
          </div>
        </div>
        <Settings />
        <p class="foot small">
          <a href="/">{t('demo.console')}</a>
        </p>
      </div>
    </main>
  );
}

function AskNumber({ onSent }: { readonly onSent: (sent: Sent) => void }) {
  const { t, locale } = useWords();
  const [phoneNumber, setPhoneNumber] = useState('');
  const { run, isBusy, failure } = useAction(() => sendCode(phoneNumber, locale), onSent);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div>
        <h1>{t('demo.title')}</h1>
        <p class="soft small">{t('demo.lead')}</p>
      </div>
      <Field
        {...{ label: t('demo.phone'), hint: t('demo.phone.hint'), value: phoneNumber }}
        {...{ onValue: setPhoneNumber, required: true, type: 'tel', inputMode: 'tel' }}
        autocomplete="tel"
      />
      <FailureNotice of={failure} />
      <button type="submit" class="button primary wide" disabled={isBusy}>
        {t(isBusy ? 'demo.sending' : 'demo.send')}
      </button>
    </form>
  );
}

type CodeProps = {
  readonly sent: Sent;
  readonly onSent: (sent: Sent) => void;
  readonly onVerified: (phoneNumber: string) => void;
  readonly onChange: () => void;
};

function AskCode({ sent, onSent, onVerified, onChange }: CodeProps) {
  const { t } = useWords();
  const [otp, setOtp] = useState('');
  const { phoneNumber, verificationId, length } = sent;
  const { run, isBusy, failure } = useAction(
    () => post<{ phoneNumber: string }>('/demo/verify', { verificationId, otp }),
    (answer) => onVerified(answer.phoneNumber),
  );
  const told = sent.channel === 'console' ? 'demo.sentConsole' : 'demo.sentTo';
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div>
        <h1>{t('demo.title')}</h1>
        <p class="soft small" role="status">
          {t(told, { phone: phoneNumber })}
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
        {...{ inputMode: 'numeric', autocomplete: 'one-time-code', maxLength: length }}
        pattern={`[0-9]{${length}}`}
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
    </form>
  );
}

type RefusalProps = { readonly of: Failure | undefined; readonly expiresAt: number };

/** Wrong and expired codes are answered alike; but this page knows when its code was over. */
function Refusal({ of, expiresAt }: RefusalProps) {
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

type WelcomeProps = { readonly phoneNumber: string; readonly onRestart: () => void };

function Welcome({ phoneNumber, onRestart }: WelcomeProps) {
  const { t } = useWords();
  return (
    <div class="stack">
      <h1>{t('demo.welcome')}</h1>
      <Notice tone="good">{t('demo.verified', { phone: phoneNumber })}</Notice>
      <button type="button" class="button wide" onClick={onRestart}>
        {t('demo.restart')}
      </button>
    </div>
  );
}

applyTheme(readTheme());
const place = document.getElementById('app');
if (place) {
  render(
    <WordsProvider>
      <Demo />
    </WordsProvider>,
    place,
  );
}

import { Form } from '../components/form.tsx';
import '../style/tokens.css';
import '../style/base.css';
import '../style/controls.css';
import '../style/layout.css';
import '../style/content.css';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Field } from '../components/field.tsx';
import { FailureNotice, Notice } from '../components/notice.tsx';
import { Settings } from '../components/settings.tsx';
import { Brand } from '../console/layout/shell.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useWords, WordsProvider } from '../i18n/i18n.tsx';
import { base } from '../lib/base.ts';
import { applyTheme, readTheme } from '../lib/theme.ts';
import { AskCode } from './code-form.tsx';
import { awaited, type Sent, sendCode } from './demo-calls.ts';
import { type Awaited, awaitedMessage, startMessage } from './message-calls.ts';
import { AskMessage } from './message-form.tsx';

/**
 * The frontend of the shortest integration: a form for the number, a form for the code, and their
 * errors. It has no API key: demo-calls.ts calls its backend, src/http/pages/demo-routes.ts.
 */
function Demo() {
  const { t } = useWords();
  const [sent, setSent] = useState(awaited.read);
  const [message, setMessage] = useState(awaitedMessage.read);
  const [verified, setVerified] = useState<string>();
  const startOver = () => {
    setSent(undefined);
    setMessage(undefined);
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
            {!verified && !sent && !message && (
              <AskNumber onSent={setSent} onMessage={setMessage} />
            )}
            {!verified && message && (
              <AskMessage awaited={message} onVerified={setVerified} onLeave={startOver} />
            )}
            {!verified && sent && !message && (
              <AskCode
                key={sent.verificationId}
                {...{ sent, onSent: setSent, onVerified: setVerified, onChange: startOver }}
              />
            )}
          </div>
        </div>
        <Settings />
        <p class="foot small">
          <a href={`${base}/`}>{t('demo.console')}</a>
        </p>
      </div>
    </main>
  );
}

type NumberProps = {
  readonly onSent: (sent: Sent) => void;
  readonly onMessage: (message: Awaited) => void;
};

function AskNumber({ onSent, onMessage }: NumberProps) {
  const { t, locale } = useWords();
  const earlier = awaited.read();
  const [phoneNumber, setPhoneNumber] = useState('');
  const { run, isBusy, failure } = useAction(() => sendCode(phoneNumber, locale), onSent);
  return (
    <Form class="stack" onSubmit={() => run()}>
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
      <OtherWay onMessage={onMessage} />
      {earlier && (
        <button type="button" class="link-button small" onClick={() => onSent(earlier)}>
          {t('demo.back', { phone: earlier.phoneNumber })}
        </button>
      )}
    </Form>
  );
}

/** The visitor writes first, so that no code has to reach a stranger. */
function OtherWay({ onMessage }: Pick<NumberProps, 'onMessage'>) {
  const { t, locale } = useWords();
  const { run, isBusy, failure } = useAction(() => startMessage(locale), onMessage);
  return (
    <>
      <button type="button" class="button wide" disabled={isBusy} onClick={() => run()}>
        {t('demo.message')}
      </button>
      <FailureNotice of={failure} />
    </>
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

import '../style/tokens.css';
import '../style/base.css';
import '../style/controls.css';
import '../style/layout.css';
import '../style/content.css';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from '../components/notice.tsx';
import { Settings } from '../components/settings.tsx';
import { WelcomeFrame } from '../console/layout/frame.tsx';
import { useWords, WordsProvider } from '../i18n/i18n.tsx';
import { base } from '../lib/base.ts';
import { applyTheme, readTheme } from '../lib/theme.ts';
import { AskCode } from './code-form.tsx';
import { awaited } from './demo-calls.ts';
import { awaitedMessage } from './message-calls.ts';
import { AskMessage } from './message-form.tsx';
import { AskNumber } from './number-form.tsx';

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
    <div class="demo">
      <header class="demo-bar">
        <Settings />
      </header>
      <WelcomeFrame
        foot={
          <p class="foot small">
            <a href={`${base}/`}>{t('demo.console')}</a>
          </p>
        }
      >
        {verified && <Welcome phoneNumber={verified} onRestart={startOver} />}
        {!verified && !sent && !message && <AskNumber onSent={setSent} onMessage={setMessage} />}
        {!verified && message && (
          <AskMessage awaited={message} onVerified={setVerified} onLeave={startOver} />
        )}
        {!verified && sent && !message && (
          <AskCode
            key={sent.verificationId}
            {...{ sent, onSent: setSent, onVerified: setVerified, onChange: startOver }}
          />
        )}
      </WelcomeFrame>
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

import { useEffect, useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Switch } from '../../components/field.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { secondsUntil, useNow } from '../../hooks/use-now.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Qr, Session, SessionState } from '../../lib/types.ts';
import { QrPicture } from './qr-picture.tsx';
import { PairingCode } from './session-pairing.tsx';
import { Steps } from './session-steps.tsx';

type Props = { readonly session: Session; readonly qr: Qr | undefined };

/** States in which a phone can be or is being linked. */
const LINKING: ReadonlySet<SessionState> = new Set([
  'unlinked',
  'logged_out',
  'qr',
  'code',
  'linking',
]);

/** The two ways to link a session, until it is linked. */
export function Linking({ session, qr }: Props) {
  const { t } = useWords();
  const [way, setWay] = useState<'qr' | 'code'>('qr');
  const [wasLinking, setWasLinking] = useState(false);
  const { state } = session;
  // A new session connects first and has no number yet.
  const isLinking = LINKING.has(state) || (state === 'connecting' && !session.phoneNumber);
  useEffect(() => {
    if (isLinking) setWasLinking(true);
  }, [isLinking]);
  if (!isLinking) {
    if (!wasLinking || state !== 'open') return null;
    const number = session.phoneNumber ?? session.sessionId;
    return <Notice tone="good">{t('link.linked', { number })}</Notice>;
  }
  const ways = (
    <Switch
      label={t('link.how')}
      value={way}
      onValue={setWay}
      options={[
        ['qr', t('link.byQr')],
        ['code', t('link.byCode')],
      ]}
    />
  );
  return (
    <Card title={t('link.title')} beside={ways}>
      {state === 'linking' && <Notice tone="calm">{t('link.linking')}</Notice>}
      {way === 'qr' ? <ByQr session={session} qr={qr} /> : <PairingCode session={session} />}
    </Card>
  );
}

function ByQr({ session, qr }: Props) {
  const { t } = useWords();
  const path = `/api/sessions/${encodeURIComponent(session.sessionId)}/qr`;
  // The response is ignored, because events deliver this QR code and all later ones.
  const { run, isBusy, failure } = useAction(() => api(path));
  const { state, reason } = session;
  const isStill = (state === 'unlinked' || state === 'logged_out') && !isBusy;
  const hasStopped = isStill && state === 'unlinked' && reason;
  return (
    <div class="link-grid">
      {qr ? (
        <QrPicture text={qr.qr} />
      ) : (
        <div class="qr-empty">
          {isStill ? (
            <button type="button" class="button primary" onClick={() => run()}>
              {t('link.start')}
            </button>
          ) : (
            <span>{t('link.waiting')}</span>
          )}
        </div>
      )}
      <div class="stack">
        <Steps last={t('link.step3')} />
        <Expiry of={qr} />
        {hasStopped && <p class="soft small">{t('link.stopped')}</p>}
        <FailureNotice of={failure} />
      </div>
    </div>
  );
}

function Expiry({ of }: { readonly of: Qr | undefined }) {
  const { t } = useWords();
  const now = useNow();
  if (!of) return null;
  const seconds = secondsUntil(of.expiresAt, now);
  return (
    <p class="soft small" role="timer">
      {seconds > 0 ? t('link.expires', { seconds }) : t('link.over')}
    </p>
  );
}

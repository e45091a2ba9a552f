import { useEffect, useState } from 'preact/hooks';
import { Confirm } from '../../components/confirm.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { navigate } from '../../lib/router.ts';
import type { Session, SessionState } from '../../lib/types.ts';

/** The states of a session that has no connection to stop. */
const AT_REST: ReadonlySet<SessionState> = new Set([
  ...(['unlinked', 'stopped', 'replaced', 'logged_out', 'banned', 'outdated', 'failed'] as const),
]);

/** The actions of a session. */
export function SessionActions({ session }: { readonly session: Session }) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const { sessionId } = session;
  const path = `/api/sessions/${encodeURIComponent(sessionId)}`;
  return (
    <>
      {!AT_REST.has(session.state) && (
        <Request
          path={`${path}/stop`}
          icon="pause"
          verb={t('session.stop')}
          done={t('session.stopped')}
        />
      )}
      <Request
        path={`${path}/restart`}
        icon="refresh"
        verb={t('session.restart')}
        done={t('session.restarted')}
      />
      <button type="button" class="button danger" onClick={() => setAsking(true)}>
        {t('session.delete')}
      </button>
      {isAsking && (
        <Confirm
          title={t('session.delete.title')}
          text={t('session.delete.text')}
          verb={t('session.delete')}
          typed={{ label: t('session.delete.type', { name: sessionId }), name: sessionId }}
          act={() => api(path, { method: 'DELETE' })}
          onDone={() => navigate('/sessions')}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

const NEWS_MS = 4000;

type RequestProps = {
  readonly path: string;
  readonly icon: IconName;
  readonly verb: string;
  readonly done: string;
};

/** Briefly confirms the request. The state of the session shows the result. */
function Request({ path, icon, verb, done }: RequestProps) {
  const [isNews, setNews] = useState(false);
  const { run, isBusy, failure } = useAction(
    () => api(path, { method: 'POST', body: {} }),
    () => setNews(true),
  );
  useEffect(() => {
    if (!isNews) return;
    const timer = setTimeout(() => setNews(false), NEWS_MS);
    return () => clearTimeout(timer);
  }, [isNews]);
  return (
    <>
      <FailureNotice of={failure} />
      {isNews && <Notice tone="good">{done}</Notice>}
      <button type="button" class="button" disabled={isBusy} onClick={() => run()}>
        <Icon name={icon} />
        {verb}
      </button>
    </>
  );
}

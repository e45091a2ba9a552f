import { useState } from 'preact/hooks';
import { api } from '../core/api.ts';
import { useMe } from '../core/may.ts';
import { navigate } from '../core/router.ts';
import type { Session } from '../core/types.ts';
import { useAction } from '../core/use-action.ts';
import { useSession } from '../core/use-session.ts';
import { StateBadge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Skeleton } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { Link } from '../parts/link.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Gate, Page } from '../parts/page.tsx';
import { useWords } from '../words/words.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionFigures } from './session-figures.tsx';
import { Linking } from './session-linking.tsx';
import { SessionMessage } from './session-message.tsx';

/** One session: how it stands, how to link it, what it has sent. */
export function SessionPage({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { may } = useMe();
  const { session, qr, failure } = useSession(id);
  const mayManage = may('sessions:manage');
  const above = (
    <Link to="/sessions" class="small">
      {t('session.back')}
    </Link>
  );
  return (
    <Page title={id} above={above} actions={session && mayManage && <Actions {...{ session }} />}>
      <Gate scopes={['sessions:manage', 'analytics:read']}>
        <FailureNotice of={failure} />
        {!session && !failure && <Skeleton />}
        {session && mayManage && <Linking session={session} qr={qr} />}
        {session && (
          <div class="columns">
            <div class="stack">
              <Card title={t('session.state')} beside={<StateBadge state={session.state} />}>
                <SessionFacts session={session} />
              </Card>
              {may('analytics:read') && <SessionFigures id={id} />}
            </div>
            {may('messages:send') && <SessionMessage session={session} />}
          </div>
        )}
      </Gate>
    </Page>
  );
}

function Actions({ session }: { readonly session: Session }) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const { sessionId } = session;
  const path = `/api/sessions/${encodeURIComponent(sessionId)}`;
  const restart = useAction(() => api(`${path}/restart`, { method: 'POST', body: {} }));
  return (
    <>
      <FailureNotice of={restart.failure} />
      {restart.result !== undefined && <Notice tone="good">{t('session.restarted')}</Notice>}
      <button type="button" class="button" disabled={restart.isBusy} onClick={() => restart.run()}>
        <Icon name="refresh" />
        {t('session.restart')}
      </button>
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

import { useState } from 'preact/hooks';
import { StateBadge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useSession } from '../../hooks/use-session.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Failure } from '../../lib/failure.ts';
import { useMe } from '../../lib/permissions.ts';
import type { Session } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Gate, Page } from '../layout/page.tsx';
import { SessionActions } from './session-actions.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionFigures } from './session-figures.tsx';
import { Linking } from './session-linking.tsx';
import { SessionMessage } from './session-message.tsx';
import { SessionSettingsCard } from './session-settings.tsx';
import { SessionTrouble } from './session-trouble.tsx';

/** One session: its state, how to link it, and what it has sent. */
export function SessionPage({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { may } = useMe();
  const live = useSession(id);
  const { session, qr } = live;
  const [unread, setUnread] = useState<Failure>();
  // A dead connection looks like one without events, so the statistics show whether the API answers.
  const failure = live.failure ?? unread;
  const mayManage = may('sessions:manage');
  // A session that has no number has sent nothing, and can send nothing.
  const isLinked = Boolean(session?.phoneNumber);
  const above = (
    <Link to="/sessions" class="small">
      {t('session.back')}
    </Link>
  );
  return (
    <Page title={id} above={above} actions={session && <HeadActions session={session} />}>
      <Gate scopes={['sessions:manage', 'analytics:read']}>
        <FailureNotice of={failure} />
        {!session && !failure && <Skeleton />}
        {session && <SessionTrouble session={session} />}
        {session && mayManage && <Linking session={session} qr={qr} />}
        {session && (
          <div class="columns">
            <div class="stack">
              <Card
                title={t('session.state')}
                beside={!failure && <StateBadge state={session.state} />}
              >
                <SessionFacts session={session} />
              </Card>
              {may('analytics:read') && (
                <SessionFigures id={id} isLinked={isLinked} onAway={setUnread} />
              )}
            </div>
            <div class="stack">
              {may('messages:send') && isLinked && (
                <SessionMessage session={session} isAway={failure !== undefined} />
              )}
              {mayManage && <SessionSettingsCard session={session} />}
            </div>
          </div>
        )}
      </Gate>
    </Page>
  );
}

function HeadActions({ session }: { readonly session: Session }) {
  const { t } = useWords();
  const { may } = useMe();
  const hasChats = may('messages:read') && session.store !== 'none';
  return (
    <>
      {hasChats && (
        <Link to={`/sessions/${encodeURIComponent(session.sessionId)}/chats`} class="button">
          <Icon name="chats" />
          {t('settings.open')}
        </Link>
      )}
      {may('sessions:manage') && <SessionActions session={session} />}
    </>
  );
}

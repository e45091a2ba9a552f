import { StateBadge } from '../../components/badge.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import type { Failure } from '../../lib/failure.ts';
import { useMe } from '../../lib/permissions.ts';
import type { Session } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { SessionReason } from '../sessions/session-reason.tsx';

type Props = {
  readonly sessions: readonly Session[] | undefined;
  readonly failure: Failure | undefined;
};

/** The state of each session, with its reason. */
export function Health({ sessions, failure }: Props) {
  const { t } = useWords();
  const { may } = useMe();
  if (failure && !sessions) return <FailureNotice of={failure} />;
  if (!sessions) return <Skeleton lines={2} />;
  if (sessions.length === 0) {
    return (
      <Empty
        icon="sessions"
        title={t('overview.emptySessions')}
        text={t('overview.emptySessions.text')}
      >
        {may('sessions:manage') && (
          <Link to="/sessions" class="button primary">
            {t('session.new')}
          </Link>
        )}
      </Empty>
    );
  }
  return (
    <ul class="list card-list">
      {sessions.map((session) => (
        <li key={session.sessionId}>
          <div class="row">
            <Link class="row-link" to={`/sessions/${encodeURIComponent(session.sessionId)}`}>
              {session.sessionId}
            </Link>
            <span class="soft small">{session.phoneNumber}</span>
          </div>
          <div class="row">
            <SessionReason session={session} />
            <StateBadge state={session.state} />
          </div>
        </li>
      ))}
    </ul>
  );
}

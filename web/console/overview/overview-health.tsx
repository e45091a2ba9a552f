import { StateBadge } from '../../components/badge.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import type { SessionList } from '../../hooks/use-session-list.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Failure } from '../../lib/failure.ts';
import { useMe } from '../../lib/permissions.ts';
import { Link } from '../layout/link.tsx';
import { SessionReason } from '../sessions/session-reason.tsx';

type Props = {
  readonly list: SessionList | undefined;
  readonly failure: Failure | undefined;
};

/** The state of the oldest sessions, with its reason. */
export function Health({ list, failure }: Props) {
  const { t, format } = useWords();
  const { may } = useMe();
  if (failure && !list) return <FailureNotice of={failure} />;
  if (!list) return <Skeleton lines={2} />;
  if (list.items.length === 0) {
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
      {list.items.map((session) => (
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
      {list.next !== null && (
        <li>
          <Link to="/sessions">
            {t('overview.allSessions', { total: format.number(list.total) })}
          </Link>
        </li>
      )}
    </ul>
  );
}

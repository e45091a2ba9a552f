import type { Failure } from '../core/failure.ts';
import { useMe } from '../core/may.ts';
import type { Session } from '../core/types.ts';
import { StateBadge } from '../parts/badge.tsx';
import { Empty, Skeleton } from '../parts/empty.tsx';
import { Link } from '../parts/link.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { SessionReason } from '../parts/session-reason.tsx';
import { useWords } from '../words/words.tsx';

type Props = {
  readonly sessions: readonly Session[] | undefined;
  readonly failure: Failure | undefined;
};

/** How each session stands, and why. */
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

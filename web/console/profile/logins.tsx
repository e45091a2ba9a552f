import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Login } from '../../lib/types.ts';
import { nameBrowser } from './name-browser.ts';

const EVERY_MS = 10_000;

/** Where the user is signed in, with a way to end each login. */
export function Logins() {
  const { t } = useWords();
  const { data, failure, reload } = useData(() => api<readonly Login[]>('/api/auth/logins'), {
    everyMs: EVERY_MS,
  });
  return (
    <Card title={t('profile.logins')} isFlush>
      <FailureNotice of={failure} retry={reload} />
      {!data && !failure && <Skeleton lines={2} />}
      {data && (
        <ul class="list card-list">
          {data.map((login) => (
            <Entry login={login} onEnd={reload} key={login.id} />
          ))}
        </ul>
      )}
    </Card>
  );
}

type EntryProps = { readonly login: Login; readonly onEnd: () => void };

function Entry({ login, onEnd }: EntryProps) {
  const { t, format } = useWords();
  const { id, isCurrent, ipAddress, userAgent, createdAt, refreshedAt } = login;
  const { run, isBusy, failure } = useAction(
    () => api(`/api/auth/logins/${id}`, { method: 'DELETE' }),
    onEnd,
  );
  const name = nameBrowser(userAgent) ?? t('profile.login.unknown');
  return (
    <li>
      <div class="stack tight">
        <span class="strong break" title={userAgent ?? undefined}>
          {name}
        </span>
        <span class="soft small">
          {t('profile.login.facts', {
            address: ipAddress ?? '–',
            made: format.moment(createdAt),
            used: format.moment(refreshedAt),
          })}
        </span>
        <FailureNotice of={failure} />
      </div>
      {isCurrent ? (
        <Badge tone="good" icon="check" text={t('profile.login.here')} />
      ) : (
        <button
          type="button"
          class="button compact"
          aria-label={`${t('profile.login.end')}: ${name}, ${format.moment(createdAt)}`}
          disabled={isBusy}
          onClick={() => run()}
        >
          {t('profile.login.end')}
        </button>
      )}
    </li>
  );
}

import { useEffect } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Failure } from '../../lib/failure.ts';
import { toQuery } from '../../lib/range.ts';
import type { SessionStats } from '../../lib/types.ts';

type Props = {
  readonly id: string;
  /** Whether it has a number. Without one, statistics are shown only if there are any. */
  readonly isLinked: boolean;
  /** Called when the API stops or resumes answering. The page shows that once. */
  readonly onAway: (failure: Failure | undefined) => void;
};

/** The statistics of a session. */
export function SessionFigures({ id, isLinked, onAway }: Props) {
  const { t } = useWords();
  const path = `/api/analytics/sessions/${encodeURIComponent(id)}/stats`;
  const { data, failure } = useData(() => api<SessionStats>(path, { query: toQuery('month') }), {
    everyMs: 10_000,
    of: [id],
  });
  const isAway = failure?.code === 'unreachable';
  useEffect(() => onAway(isAway ? failure : undefined), [isAway]);
  if (!isLinked && !(data && hasSent(data))) return null;
  return (
    <Card title={t('session.stats')} isFlush={data !== undefined}>
      {!isAway && <FailureNotice of={failure} />}
      {!data && (isAway || !failure) && <Skeleton lines={3} />}
      {data && <Table of={data} />}
    </Card>
  );
}

function hasSent({ ever: { otp, messages } }: SessionStats): boolean {
  return otp.asked + messages.sent + messages.failed > 0;
}

function Table({ of: { otp, messages, ever } }: { readonly of: SessionStats }) {
  const { t, format } = useWords();
  const rows = [
    [t('overview.sent'), otp.sent, ever.otp.sent],
    [t('overview.delivered'), otp.delivered, ever.otp.delivered],
    [t('overview.read'), otp.read, ever.otp.read],
    [t('overview.verified'), otp.verified, ever.otp.verified],
    [t('session.stats.messages'), messages.sent, ever.messages.sent],
    [t('session.stats.failed'), messages.failed, ever.messages.failed],
  ] as const;
  return (
    <table>
      <caption class="visually-hidden">{t('session.stats')}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col" class="number">
            {t('overview.month')}
          </th>
          <th scope="col" class="number">
            {t('session.stats.ever')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, lately, all]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{format.number(lately)}</td>
            <td class="number">{format.number(all)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { api } from '../core/api.ts';
import { toQuery } from '../core/range.ts';
import type { SessionStats } from '../core/types.ts';
import { useData } from '../core/use-data.ts';
import { Card } from '../parts/card.tsx';
import { Skeleton } from '../parts/empty.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useWords } from '../words/words.tsx';
import { Facts } from './session-facts.tsx';

/** What a session has sent. */
export function SessionFigures({ id }: { readonly id: string }) {
  const { t, format } = useWords();
  const path = `/api/analytics/sessions/${encodeURIComponent(id)}/stats`;
  const { data, failure } = useData(() => api<SessionStats>(path, { query: toQuery('month') }), {
    everyMs: 10_000,
    of: [id],
  });
  const ever = (now: number, all: number) =>
    `${format.number(now)} · ${t('session.stats.ever', { count: format.number(all) })}`;
  return (
    <Card title={t('session.stats')}>
      <FailureNotice of={failure} />
      {!data && !failure && <Skeleton lines={3} />}
      {data && (
        <Facts
          of={[
            [t('overview.sent'), ever(data.otp.sent, data.ever.otp.sent)],
            [t('overview.delivered'), ever(data.otp.delivered, data.ever.otp.delivered)],
            [t('overview.read'), ever(data.otp.read, data.ever.otp.read)],
            [t('overview.verified'), ever(data.otp.verified, data.ever.otp.verified)],
            [t('session.stats.messages'), ever(data.messages.sent, data.ever.messages.sent)],
            [t('session.stats.failed'), ever(data.messages.failed, data.ever.messages.failed)],
          ]}
        />
      )}
    </Card>
  );
}

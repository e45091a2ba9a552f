import { useEffect, useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { CodesOverTime } from '../../components/charts/codes-over-time.tsx';
import { FunnelBars } from '../../components/charts/funnel-bars.tsx';
import { Tile } from '../../components/charts/tile.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Failure } from '../../lib/failure.ts';
import { type Range, toQuery } from '../../lib/range.ts';
import { shareOf } from '../../lib/share.ts';
import type { FunnelReport, SessionStats } from '../../lib/types.ts';
import { RangeSwitch } from '../layout/range-switch.tsx';

const EVERY_MS = 10_000;

type Props = {
  readonly id: string;
  /** Whether it has a number. Without one, statistics are shown only if there are any. */
  readonly isLinked: boolean;
  /** Called when the API stops or resumes answering. The page shows that once. */
  readonly onAway: (failure: Failure | undefined) => void;
};

/** The statistics of a session: of a range, next to those of all time, and over time. */
export function SessionFigures({ id, isLinked, onAway }: Props) {
  const { t } = useWords();
  const [range, setRange] = useState<Range>('month');
  const path = `/api/analytics/sessions/${encodeURIComponent(id)}/stats`;
  const { data, failure } = useData(() => api<SessionStats>(path, { query: toQuery(range) }), {
    ...{ everyMs: EVERY_MS, of: [id, range] },
  });
  const isAway = failure?.code === 'unreachable';
  useEffect(() => onAway(isAway ? failure : undefined), [isAway]);
  if (!isLinked && !(data && hasSent(data))) return null;
  return (
    <Card title={t('session.stats')} beside={<RangeSwitch value={range} onValue={setRange} />}>
      {!isAway && <FailureNotice of={failure} />}
      {!data && (isAway || !failure) && <Skeleton lines={6} />}
      {data && <Tiles of={data} />}
      {data?.otp.asked === 0 && <p class="soft small">{t('overview.empty')}</p>}
      {data && data.otp.asked > 0 && (
        <>
          <FunnelBars funnel={data.otp} />
          <OverTime {...{ id, range }} />
        </>
      )}
    </Card>
  );
}

function hasSent({ ever: { otp, messages } }: SessionStats): boolean {
  return otp.asked + messages.sent + messages.failed > 0;
}

function Tiles({ of: { otp, messages, ever } }: { readonly of: SessionStats }) {
  const { t, format } = useWords();
  const shareIn = ({ verified, sent }: SessionStats['otp']) =>
    format.share(shareOf(verified, sent));
  const tiles = [
    ['overview.codes', format.number(otp.sent), format.number(ever.otp.sent)],
    ['overview.conversion', shareIn(otp), shareIn(ever.otp)],
    [
      ...(['session.stats.messages', format.number(messages.sent)] as const),
      format.number(ever.messages.sent),
    ],
    [
      ...(['session.stats.failed', format.number(messages.failed)] as const),
      format.number(ever.messages.failed),
    ],
  ] as const;
  return (
    <dl class="figures two">
      {tiles.map(([name, value, all]) => (
        <Tile
          {...{ name: t(name), value, beside: t('session.stats.ever', { value: all }) }}
          key={name}
        />
      ))}
    </dl>
  );
}

function OverTime({ id, range }: { readonly id: string; readonly range: Range }) {
  const { t } = useWords();
  const by = range === 'today' ? 'hour' : 'day';
  const { data } = useData(
    () =>
      api<FunnelReport>('/api/analytics/funnel', {
        query: { ...toQuery(range), by, sessionId: id },
      }),
    { everyMs: EVERY_MS, of: [id, range] },
  );
  if (!data) return <Skeleton lines={4} />;
  return <CodesOverTime label={t('overview.traffic')} report={data} />;
}

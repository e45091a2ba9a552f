import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { CodesOverTime } from '../../components/charts/codes-over-time.tsx';
import { GroupBars } from '../../components/charts/group-bars.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { Switch } from '../../components/field.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import { type Range, toQuery } from '../../lib/range.ts';
import type { FunnelReport } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

const EVERY_MS = 5000;

const PARTS = ['time', 'channel', 'session', 'region'] as const;
type Part = (typeof PARTS)[number];

type Props = {
  readonly range: Range;
  /** The codes of the range over time. */
  readonly report: FunnelReport | undefined;
};

/** The codes of the range over time, or by channel, session or region. */
export function Traffic({ range, report }: Props) {
  const { t } = useWords();
  const [part, setPart] = useState<Part>('time');
  const by = (
    <Switch
      label={t('overview.by')}
      value={part}
      onValue={setPart}
      options={PARTS.map((one) => [one, t(`overview.by.${one}`)] as const)}
    />
  );
  return (
    <Card title={t('overview.traffic')} beside={by}>
      {part === 'time' ? (
        <OverTime report={report} />
      ) : (
        <ByPart range={range} by={part} key={part} />
      )}
    </Card>
  );
}

function OverTime({ report }: Pick<Props, 'report'>) {
  const { t } = useWords();
  if (!report) return <Skeleton lines={6} />;
  if (report.total.asked === 0) return <NoCodes />;
  return <CodesOverTime label={t('overview.traffic')} report={report} />;
}

function NoCodes() {
  const { t } = useWords();
  const { may } = useMe();
  return (
    <Empty icon="codes" title={t('overview.empty')} text={t('overview.empty.text')}>
      {may('otp:send') && (
        <Link to="/codes" class="button">
          {t('codes.test')}
        </Link>
      )}
    </Empty>
  );
}

type PartProps = { readonly range: Range; readonly by: Exclude<Part, 'time'> };

function ByPart({ range, by }: PartProps) {
  const { t, name, format } = useWords();
  const { data, failure, reload } = useData(
    () => api<FunnelReport>('/api/analytics/funnel', { query: { ...toQuery(range), by } }),
    { everyMs: EVERY_MS, of: [range, by] },
  );
  const names =
    by === 'region' ? new Intl.DisplayNames([format.language], { type: 'region' }) : undefined;
  function nameOf(value: string): string {
    if (value === '') return t('overview.noRegion');
    if (by === 'channel') return name('channel', value);
    return names?.of(value) ?? value;
  }
  if (!data)
    return failure ? <FailureNotice of={failure} retry={reload} /> : <Skeleton lines={6} />;
  if (data.groups.length === 0) return <NoCodes />;
  return <GroupBars groups={data.groups} nameOf={nameOf} />;
}

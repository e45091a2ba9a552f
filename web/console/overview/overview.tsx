import { Card } from '../../components/card.tsx';
import { FunnelBars } from '../../components/charts/funnel-bars.tsx';
import { TrafficChart } from '../../components/charts/traffic-chart.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useRange } from '../../hooks/use-range.ts';
import { useSessionList } from '../../hooks/use-session-list.ts';
import { timeZone } from '../../i18n/formats.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import { type Range, toQuery } from '../../lib/range.ts';
import type { Dashboard, FunnelReport } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Page } from '../layout/page.tsx';
import { RangeSwitch } from '../layout/range-switch.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { Checklist } from '../start/checklist.tsx';
import { OperatorStart } from '../start/operator-start.tsx';
import { Alarms } from './overview-alarms.tsx';
import { FunnelCounts } from './overview-figures.tsx';
import { Health } from './overview-health.tsx';

const EVERY_MS = 5000;

/** How many sessions the overview lists. */
const MOST_SESSIONS = 20;

/** The overview page. */
export function Overview() {
  const { t } = useWords();
  const [range, setRange] = useRange();
  return (
    <Page title={t('overview.title')} actions={<RangeSwitch value={range} onValue={setRange} />}>
      <WholeAccount>
        <Checklist />
        <OperatorStart />
        <Board range={range} />
      </WholeAccount>
    </Page>
  );
}

function Board({ range }: { readonly range: Range }) {
  const { t } = useWords();
  const polled = { everyMs: EVERY_MS };
  const board = useData(
    () => api<Dashboard>('/api/analytics/dashboard', { query: { timeZone: timeZone() } }),
    polled,
  );
  const by = range === 'month' ? 'day' : 'hour';
  const report = useData(
    () => api<FunnelReport>('/api/analytics/funnel', { query: { ...toQuery(range), by } }),
    { ...polled, of: [range] },
  );
  const sessions = useSessionList(MOST_SESSIONS);
  return (
    <>
      <FailureNotice of={board.failure ?? report.failure} retry={board.reload} />
      <Alarms sessions={sessions.list?.items ?? []} />
      <FunnelCounts board={board.data} />
      <div class="columns even">
        <Card title={t('overview.funnel')}>
          {report.data ? <FunnelBars funnel={report.data.total} /> : <Skeleton lines={6} />}
        </Card>
        <Card
          title={t('overview.traffic')}
          beside={
            <span class="soft small">
              {t(by === 'day' ? 'overview.byDay' : 'overview.byHour', { zone: timeZone() })}
            </span>
          }
        >
          <Traffic report={report.data} isByDay={by === 'day'} />
        </Card>
      </div>
      <Card title={t('overview.health')} isFlush>
        <Health list={sessions.list} failure={sessions.failure} />
      </Card>
    </>
  );
}

type TrafficProps = { readonly report: FunnelReport | undefined; readonly isByDay: boolean };

function Traffic({ report, isByDay }: TrafficProps) {
  const { t } = useWords();
  const { may } = useMe();
  if (!report) return <Skeleton lines={6} />;
  if (report.total.asked > 0) return <TrafficChart groups={report.groups} isByDay={isByDay} />;
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

import { Card } from '../../components/card.tsx';
import { FunnelBars } from '../../components/charts/funnel-bars.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useRange } from '../../hooks/use-range.ts';
import { useSessionList } from '../../hooks/use-session-list.ts';
import { timeZone } from '../../i18n/formats.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { type Range, toQuery, toQueryBefore } from '../../lib/range.ts';
import type { Dashboard, FunnelReport } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { RangeSwitch } from '../layout/range-switch.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { Checklist } from '../start/checklist.tsx';
import { OperatorStart } from '../start/operator-start.tsx';
import { Alarms } from './overview-alarms.tsx';
import { FunnelCounts } from './overview-figures.tsx';
import { Health } from './overview-health.tsx';
import { Traffic } from './overview-traffic.tsx';

const EVERY_MS = 5000;

/** The period before has ended, so it moves only with the clock. */
const BEFORE_EVERY_MS = 60_000;

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
  const board = useData(
    () => api<Dashboard>('/api/analytics/dashboard', { query: { timeZone: timeZone() } }),
    { everyMs: EVERY_MS },
  );
  const by = range === 'month' ? 'day' : 'hour';
  const read = (query: Readonly<Record<string, string>>) =>
    api<FunnelReport>('/api/analytics/funnel', { query });
  const now = useData(() => read({ ...toQuery(range), by }), { everyMs: EVERY_MS, of: [range] });
  const before = useData(() => read(toQueryBefore(range)), {
    ...{ everyMs: BEFORE_EVERY_MS, of: [range] },
  });
  const sessions = useSessionList(MOST_SESSIONS);
  return (
    <>
      <FailureNotice of={board.failure ?? now.failure} retry={now.reload} />
      <Alarms sessions={sessions.list?.items ?? []} />
      <FunnelCounts
        {...{ sessions: board.data?.sessions, range, now: now.data, before: before.data }}
      />
      <div class="columns even">
        <Card title={t('overview.funnel')}>
          {now.data ? <FunnelBars funnel={now.data.total} /> : <Skeleton lines={6} />}
        </Card>
        <Traffic range={range} report={now.data} />
      </div>
      <Card title={t('overview.health')} isFlush>
        <Health list={sessions.list} failure={sessions.failure} />
      </Card>
    </>
  );
}

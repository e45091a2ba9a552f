import { Card } from '../../components/card.tsx';
import { Tile } from '../../components/charts/tile.tsx';
import { TimeChart } from '../../components/charts/time-chart.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { type Range, ranges, startOf } from '../../lib/range.ts';
import { useQuery } from '../../lib/router.ts';
import type { UsagePage } from '../../lib/types.ts';
import { Gate, Page } from '../layout/page.tsx';
import { RangeSwitch } from '../layout/range-switch.tsx';
import { UsageEntries } from './usage-entries.tsx';
import { UsageGroups } from './usage-groups.tsx';
import { toSeries } from './usage-series.ts';
import { UsageViews, VIEWS } from './usage-views.tsx';

const EVERY_MS = 10_000;

const SHOWN = { range: 'today', view: 'route', route: '', caller: '' };

/** The usage of the API: over time, by route and by caller. */
export function Usage() {
  const { t } = useWords();
  const [shown, setShown] = useQuery(SHOWN);
  const range = ranges.find((one) => one === shown.range) ?? 'today';
  const view = VIEWS.find((one) => one === shown.view) ?? 'route';
  const views = (
    <UsageViews value={view} onValue={(next) => setShown({ ...SHOWN, range, view: next })} />
  );
  return (
    <Page
      title={t('usage.title')}
      lead={t('usage.lead')}
      actions={
        <RangeSwitch value={range} onValue={(next) => setShown({ ...shown, range: next })} />
      }
    >
      <Gate scopes={['analytics:read']}>
        <OverTime range={range} />
        {view === 'entries' ? (
          <UsageEntries
            {...{ range, views, route: shown.route, caller: shown.caller }}
            onAll={() => setShown({ ...SHOWN, range, view })}
          />
        ) : (
          <UsageGroups key={view} {...{ range, by: view, views }} />
        )}
      </Gate>
    </Page>
  );
}

function OverTime({ range }: { readonly range: Range }) {
  const { data, failure, reload } = useData(
    () => api<UsagePage>('/api/usage', { query: { from: startOf(range), by: 'hour', limit: 1 } }),
    { everyMs: EVERY_MS, of: [range] },
  );
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      <Totals page={data} />
      {(data || !failure) && <Chart range={range} page={data} />}
    </>
  );
}

function Totals({ page }: { readonly page: UsagePage | undefined }) {
  const { t, format } = useWords();
  const totals = page?.totals;
  const figures = [
    [t('usage.requests'), totals && format.number(totals.requests)],
    [t('usage.clientErrors'), totals && format.number(totals.clientErrors)],
    [t('usage.serverErrors'), totals && format.number(totals.serverErrors)],
    [t('usage.average'), totals && format.milliseconds(totals.averageMs)],
  ] as const;
  return (
    <dl class="figures four">
      {figures.map(([name, value]) => (
        <Tile {...{ name, value: value ?? undefined }} key={name} />
      ))}
    </dl>
  );
}

type ChartProps = { readonly range: Range; readonly page: UsagePage | undefined };

function Chart({ range, page }: ChartProps) {
  const { t } = useWords();
  if (!page) return <Card title={t('usage.overTime')}>{<Skeleton lines={6} />}</Card>;
  if (page.groups === null) return <Notice tone="warn">{t('usage.tooMany')}</Notice>;
  const isByDay = range !== 'today';
  const from = new Date(startOf(range));
  const series = toSeries(page.groups, { from, now: new Date(), isByDay });
  return (
    <Card title={t('usage.overTime')}>
      {page.groups.length === 0 ? (
        <Empty icon="usage" title={t('usage.empty')} text={t('usage.empty.text')} />
      ) : (
        <TimeChart
          label={t('usage.overTime')}
          times={series.times}
          isByDay={isByDay}
          lines={[
            {
              ...{ name: t('usage.requests'), colour: '--accent', isFilled: true },
              values: series.requests,
            },
            {
              ...{ name: t('usage.clientErrors'), colour: '--warn', dash: [6, 4] },
              values: series.clientErrors,
            },
            {
              ...{ name: t('usage.serverErrors'), colour: '--bad', dash: [2, 2] },
              values: series.serverErrors,
            },
          ]}
          tell={(when, [requests = '', clientErrors = '', serverErrors = '']) =>
            t('usage.sum', { when, requests, clientErrors, serverErrors })
          }
        />
      )}
    </Card>
  );
}

import { Fragment } from 'preact';
import { Card } from '../../components/card.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { More } from '../../components/load-more.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useRange } from '../../hooks/use-range.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { type Range, startOf } from '../../lib/range.ts';
import type { UsageEntry, UsagePage } from '../../lib/types.ts';
import { Gate, Page } from '../layout/page.tsx';
import { RangeSwitch } from '../layout/range-switch.tsx';
import { useCallers } from './usage-callers.ts';

const EVERY_MS = 10_000;

/** The usage of the API. */
export function Usage() {
  const { t } = useWords();
  const [range, setRange] = useRange();
  return (
    <Page
      title={t('usage.title')}
      lead={t('usage.lead')}
      actions={<RangeSwitch value={range} onValue={setRange} />}
    >
      <Gate scopes={['analytics:read']}>
        <Totals range={range} />
        <Entries range={range} />
      </Gate>
    </Page>
  );
}

function Totals({ range }: { readonly range: Range }) {
  const { t, format } = useWords();
  const { data } = useData(
    () => api<UsagePage>('/api/usage', { query: { from: startOf(range), limit: 1 } }),
    { everyMs: EVERY_MS, of: [range] },
  );
  const totals = data?.totals;
  const none = data && !totals ? t('usage.tooMany') : '–';
  const figures = [
    [t('usage.requests'), totals ? format.number(totals.requests) : none],
    [t('usage.failures'), totals ? format.number(totals.failures) : none],
    [t('usage.average'), totals ? format.milliseconds(totals.averageMs) : none],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div class="card figure" key={name}>
          <dt class="name">{name}</dt>
          <dd class="value">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const idOf = ({ hour, accountId, principal, method, route, status }: UsageEntry) =>
  JSON.stringify([hour, accountId, principal, method, route, status]);

function Entries({ range }: { readonly range: Range }) {
  const { t } = useWords();
  const { items, next, isLoaded, failure, more, reload } = usePages<UsageEntry>({
    path: '/api/usage',
    query: { from: startOf(range) },
    idOf,
    everyMs: EVERY_MS,
  });
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      {(isLoaded || !failure) && (
        <Card isFlush>
          {!isLoaded && <Skeleton lines={6} />}
          {isLoaded && items.length === 0 && (
            <Empty icon="usage" title={t('usage.empty')} text={t('usage.empty.text')} />
          )}
          {items.length > 0 && <Table entries={items} />}
          <More next={next} onMore={more} />
        </Card>
      )}
    </>
  );
}

function Table({ entries }: { readonly entries: readonly UsageEntry[] }) {
  const { t } = useWords();
  const nameOf = useCallers();
  return (
    <div class="table-wrap">
      <table>
        <caption class="visually-hidden">{t('usage.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('usage.hour')}</th>
            <th scope="col" class="hide-narrow">
              {t('usage.caller')}
            </th>
            <th scope="col">{t('usage.route')}</th>
            <th scope="col" class="number">
              {t('usage.status')}
            </th>
            <th scope="col" class="number">
              {t('usage.requests')}
            </th>
            <th scope="col" class="number hide-narrow">
              {t('usage.average')}
            </th>
            <th scope="col" class="number hide-narrow">
              {t('usage.slowest')}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row entry={entry} caller={nameOf(entry.principal)} key={idOf(entry)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = { readonly entry: UsageEntry; readonly caller: string };

function Row({ entry, caller }: RowProps) {
  const { format } = useWords();
  return (
    <tr>
      <td class="nowrap">{format.hour(entry.hour)}</td>
      <td class="hide-narrow break">{caller}</td>
      <td>
        <code>
          {entry.method} <Route of={entry.route} />
        </code>
      </td>
      <td class="number">
        <span class={entry.status >= 400 ? 'badge bad' : 'badge good'}>{entry.status}</span>
      </td>
      <td class="number">{format.number(entry.requests)}</td>
      <td class="number hide-narrow">{format.milliseconds(entry.averageMs)}</td>
      <td class="number hide-narrow">{format.milliseconds(entry.maxMs)}</td>
    </tr>
  );
}

/** A path that can wrap after each slash. */
function Route({ of }: { readonly of: string }) {
  return of.split(/(?=[/])/).map((part) => (
    <Fragment key={part}>
      <wbr />
      {part}
    </Fragment>
  ));
}

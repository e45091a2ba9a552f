import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { Switch } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { More } from '../../components/load-more.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { download } from '../../lib/api.ts';
import { isBackwards } from '../../lib/input/day-period.ts';
import { lacksAccount, useMe } from '../../lib/permissions.ts';
import { useQuery } from '../../lib/router.ts';
import type { Activity } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { type Filter, type Log, NO_FILTER, narrowing, toQuery } from './log-filter.ts';
import { LogFilters } from './log-filters.tsx';
import { LogTable } from './log-table.tsx';

const TAIL_MS = 2000;

const SHOWN = { ...NO_FILTER, log: 'activity' };

/** The logs, with live updates. */
export function Logs() {
  const { t } = useWords();
  const { me, readsAccount } = useMe();
  const [{ log: named, ...filter }, setShown] = useQuery(SHOWN);
  const log: Log = named === 'errors' ? 'errors' : 'activity';
  const setFilter = (next: Filter) => setShown({ ...next, log });
  const query = toQuery(filter, log);
  const save = useAction(() =>
    download('/api/analytics/export', { log, ...query }, `waverify-${log}.csv`),
  );
  const actions = readsAccount && (
    <>
      <Switch
        label={t('logs.which')}
        value={log}
        onValue={(next) => setShown({ ...filter, log: next })}
        options={[
          ['activity', t('logs.activity')],
          ['errors', t('logs.errors')],
        ]}
      />
      <button type="button" class="button" disabled={save.isBusy} onClick={() => save.run()}>
        <Icon name="down" />
        {t(save.isBusy ? 'logs.exporting' : 'logs.export')}
      </button>
    </>
  );
  return (
    <Page title={t('logs.title')} actions={actions}>
      <WholeAccount>
        <FailureNotice of={save.failure} />
        <LogFilters {...{ log, filter, onFilter: setFilter }} />
        {!lacksAccount(me, narrowing(filter)) && !isBackwards(filter) && (
          <Tail {...{ log, query, filter }} onClear={() => setFilter(NO_FILTER)} />
        )}
      </WholeAccount>
    </Page>
  );
}

type TailProps = {
  readonly log: Log;
  readonly filter: Filter;
  readonly query: Readonly<Record<string, string>>;
  readonly onClear: () => void;
};

function Tail({ log, filter, query, onClear }: TailProps) {
  const { t, format } = useWords();
  const [isPaused, setPaused] = useState(false);
  const { items, next, isLoaded, failure, more, reload } = usePages<Activity>({
    path: `/api/analytics/logs/${log}`,
    query,
    idOf: ({ id }) => String(id),
    everyMs: isPaused ? 0 : TAIL_MS,
  });
  const isFiltered = Object.values(narrowing(filter)).some(Boolean);
  const pause = (
    <button
      type="button"
      class="button compact"
      aria-pressed={isPaused}
      onClick={() => setPaused(!isPaused)}
    >
      <Icon name={isPaused ? 'play' : 'pause'} />
      {t(isPaused ? 'logs.resume' : 'logs.pause')}
    </button>
  );
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      {(isLoaded || !failure) && (
        <Card title={t(isPaused ? 'logs.paused' : 'logs.live')} beside={pause} isFlush>
          <p class="soft small card-body">
            {t('logs.count', { count: format.number(items.length) })}
          </p>
          {!isLoaded && <Skeleton lines={6} />}
          {isLoaded && items.length === 0 && <Nothing {...{ isFiltered, onClear }} />}
          {items.length > 0 && <LogTable entries={items} />}
          <More next={next} onMore={more} />
        </Card>
      )}
    </>
  );
}

type NothingProps = { readonly isFiltered: boolean; readonly onClear: () => void };

function Nothing({ isFiltered, onClear }: NothingProps) {
  const { t } = useWords();
  if (!isFiltered) return <Empty icon="logs" title={t('logs.empty')} text={t('logs.empty.text')} />;
  return (
    <Empty icon="search" title={t('logs.nothing')} text={t('logs.nothing.text')}>
      <button type="button" class="button" onClick={onClear}>
        {t('do.clear')}
      </button>
    </Empty>
  );
}

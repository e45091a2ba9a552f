import { useState } from 'preact/hooks';
import { download } from '../core/api.ts';
import { seesAllAccounts, useMe } from '../core/may.ts';
import type { Activity } from '../core/types.ts';
import { useAction } from '../core/use-action.ts';
import { usePages } from '../core/use-pages.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Skeleton } from '../parts/empty.tsx';
import { Field, Select, Switch } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { More } from '../parts/more.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Gate, Page } from '../parts/page.tsx';
import { timeZone } from '../words/formats.ts';
import { useWords } from '../words/words.tsx';
import { LogTable } from './log-table.tsx';

const TAIL_MS = 2000;

const ACTIONS = [
  ...['session_create', 'session_delete', 'session_restart', 'qr_generate', 'qr_scan'],
  ...['connection_open', 'connection_close', 'message_send', 'message_receive', 'otp_send'],
  ...['otp_verify', 'otp_expire', 'otp_unlock', 'limit_hit', 'api_call'],
] as const;

const NO_FILTER = { accountId: '', sessionId: '', phoneNumber: '', action: '', from: '', to: '' };
type Filter = typeof NO_FILTER;
type Log = 'activity' | 'errors';

/** What happened, as it happens. */
export function Logs() {
  const { t } = useWords();
  const [log, setLog] = useState<Log>('activity');
  const [filter, setFilter] = useState(NO_FILTER);
  const query = { ...filter, ...((filter.from || filter.to) && { timeZone: timeZone() }) };
  const save = useAction(() =>
    download('/api/analytics/export', { log, ...query }, `waverify-${log}.csv`),
  );
  const actions = (
    <>
      <Switch
        label={t('logs.which')}
        value={log}
        onValue={setLog}
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
      <Gate scopes={['analytics:read']}>
        <FailureNotice of={save.failure} />
        <Filters filter={filter} onFilter={setFilter} />
        <Tail log={log} query={query} onClear={() => setFilter(NO_FILTER)} />
      </Gate>
    </Page>
  );
}

type FilterProps = { readonly filter: Filter; readonly onFilter: (filter: Filter) => void };

function Filters({ filter, onFilter }: FilterProps) {
  const { t, name } = useWords();
  const { me } = useMe();
  const [draft, setDraft] = useState(filter);
  const field = (of: keyof Filter) => ({
    value: draft[of],
    onValue: (value: string) => setDraft({ ...draft, [of]: value }),
  });
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          onFilter(draft);
        }}
      >
        {seesAllAccounts(me) && <Field label={t('codes.account')} {...field('accountId')} />}
        <Select
          label={t('logs.action')}
          {...field('action')}
          options={[
            ['', t('say.all')],
            ...ACTIONS.map((action) => [action, name('action', action)] as const),
          ]}
        />
        <Field label={t('codes.session')} {...field('sessionId')} autocomplete="off" />
        <Field
          {...{ label: t('codes.phone'), inputMode: 'tel', autocomplete: 'off' }}
          {...field('phoneNumber')}
        />
        <Field label={t('logs.from')} type="date" {...field('from')} />
        <Field label={t('logs.to')} type="date" {...field('to')} />
        <button type="submit" class="button">
          <Icon name="search" />
          {t('codes.search')}
        </button>
      </form>
    </search>
  );
}

type TailProps = {
  readonly log: Log;
  readonly query: Readonly<Record<string, string>>;
  readonly onClear: () => void;
};

function Tail({ log, query, onClear }: TailProps) {
  const { t, format } = useWords();
  const [isPaused, setPaused] = useState(false);
  const { items, next, isLoaded, failure, more, reload } = usePages<Activity>({
    path: `/api/analytics/logs/${log}`,
    query,
    idOf: ({ id }) => String(id),
    everyMs: isPaused ? 0 : TAIL_MS,
  });
  const isFiltered = Object.values(query).some(Boolean);
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
      <Card title={t(isPaused ? 'logs.paused' : 'logs.live')} beside={pause} isFlush>
        <p class="soft small card-body">
          {t('logs.count', { count: format.number(items.length) })}
        </p>
        {!isLoaded && !failure && <Skeleton lines={6} />}
        {isLoaded && items.length === 0 && <Nothing {...{ isFiltered, onClear }} />}
        {items.length > 0 && <LogTable entries={items} />}
        <More next={next} onMore={more} />
      </Card>
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

import { useState } from 'preact/hooks';
import { seesAllAccounts, useMe } from '../core/may.ts';
import type { Code } from '../core/types.ts';
import { usePages } from '../core/use-pages.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Skeleton } from '../parts/empty.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { More } from '../parts/more.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Gate, Page } from '../parts/page.tsx';
import { useWords } from '../words/words.tsx';
import { CodeTable } from './code-table.tsx';
import { TestDialog } from './test-dialog.tsx';

const NO_FILTER = { phoneNumber: '', status: '', accountId: '' };
type Filter = typeof NO_FILTER;

/** All codes, with a search. */
export function Codes() {
  const { t } = useWords();
  const { may } = useMe();
  const [isTesting, setTesting] = useState(false);
  const [filter, setFilter] = useState(NO_FILTER);
  const test = may('otp:send') && (
    <button type="button" class="button primary" onClick={() => setTesting(true)}>
      <Icon name="send" />
      {t('codes.test')}
    </button>
  );
  return (
    <Page title={t('codes.title')} lead={t('codes.lead')} actions={test}>
      <Gate scopes={['analytics:read']}>
        <Filters filter={filter} onFilter={setFilter} />
        <List
          filter={filter}
          onTest={() => setTesting(true)}
          onClear={() => setFilter(NO_FILTER)}
        />
      </Gate>
      {isTesting && <TestDialog onClose={() => setTesting(false)} />}
    </Page>
  );
}

type FilterProps = { readonly filter: Filter; readonly onFilter: (filter: Filter) => void };

function Filters({ filter, onFilter }: FilterProps) {
  const { t, name } = useWords();
  const { me } = useMe();
  const [phoneNumber, setPhoneNumber] = useState(filter.phoneNumber);
  const statuses = ['sent', 'verified', 'expired', 'failed'];
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          onFilter({ ...filter, phoneNumber });
        }}
      >
        {seesAllAccounts(me) && (
          <Field
            label={t('codes.account')}
            hint={t('codes.operator')}
            value={filter.accountId}
            onValue={(accountId) => onFilter({ ...filter, accountId })}
          />
        )}
        <Field
          {...{ label: t('codes.phone'), type: 'search', inputMode: 'tel', autocomplete: 'off' }}
          {...{ value: phoneNumber, onValue: setPhoneNumber }}
        />
        <Select
          label={t('codes.status')}
          value={filter.status}
          onValue={(status) => onFilter({ ...filter, phoneNumber, status })}
          options={[
            ['', t('say.all')],
            ...statuses.map((status) => [status, name('code', status)] as const),
          ]}
        />
        <button type="submit" class="button">
          <Icon name="search" />
          {t('codes.search')}
        </button>
      </form>
    </search>
  );
}

type ListProps = {
  readonly filter: Filter;
  readonly onTest: () => void;
  readonly onClear: () => void;
};

function List({ filter, onTest, onClear }: ListProps) {
  const { items, next, isLoaded, failure, more, reload } = usePages<Code>({
    path: '/api/analytics/logs/otp',
    query: filter,
    idOf: ({ verificationId }) => verificationId,
    everyMs: 5000,
  });
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      <Card isFlush>
        {!isLoaded && !failure && <Skeleton lines={6} />}
        {isLoaded && items.length === 0 && <Nothing {...{ isFiltered, onTest, onClear }} />}
        {items.length > 0 && <CodeTable codes={items} />}
        <More next={next} onMore={more} />
      </Card>
    </>
  );
}

type NothingProps = Omit<ListProps, 'filter'> & { readonly isFiltered: boolean };

function Nothing({ isFiltered, onTest, onClear }: NothingProps) {
  const { t } = useWords();
  const { may } = useMe();
  if (isFiltered) {
    return (
      <Empty icon="search" title={t('codes.nothing')} text={t('codes.nothing.text')}>
        <button type="button" class="button" onClick={onClear}>
          {t('do.clear')}
        </button>
      </Empty>
    );
  }
  return (
    <Empty icon="codes" title={t('codes.empty')} text={t('codes.empty.text')}>
      {may('otp:send') && (
        <button type="button" class="button primary" onClick={onTest}>
          {t('codes.test')}
        </button>
      )}
    </Empty>
  );
}

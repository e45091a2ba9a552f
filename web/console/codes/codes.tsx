import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { More } from '../../components/load-more.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { nameRecipient } from '../../lib/input/recipient.ts';
import { lacksAccount, useMe } from '../../lib/permissions.ts';
import { useQuery } from '../../lib/router.ts';
import type { Code } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { CodeFilters, type Filter, NO_FILTER } from './code-filters.tsx';
import { CodeTable } from './code-table.tsx';
import { TestDialog } from './test-dialog.tsx';

/** All codes, with a search. */
export function Codes() {
  const { t } = useWords();
  const { may } = useMe();
  const [isTesting, setTesting] = useState(false);
  const [filter, setFilter] = useQuery(NO_FILTER);
  const onTest = () => setTesting(true);
  const test = may('otp:send') && (
    <button type="button" class="button primary" onClick={onTest}>
      <Icon name="send" />
      {t('codes.test')}
    </button>
  );
  return (
    <Page title={t('codes.title')} lead={t('codes.lead')} actions={test}>
      {may('otp:send') && !may('analytics:read') ? (
        <SendOnly />
      ) : (
        <WholeAccount>
          <CodeFilters filter={filter} onFilter={setFilter} />
          <List filter={filter} onTest={onTest} onClear={() => setFilter(NO_FILTER)} />
        </WholeAccount>
      )}
      {isTesting && <TestDialog onClose={() => setTesting(false)} />}
    </Page>
  );
}

/** For callers who may send codes but not read their log. */
function SendOnly() {
  const { t } = useWords();
  return (
    <Card>
      <Empty icon="codes" title={t('codes.test')} text={t('codes.empty.text')} />
    </Card>
  );
}

type ListProps = {
  readonly filter: Filter;
  readonly onTest: () => void;
  readonly onClear: () => void;
};

function List(props: ListProps) {
  const { me } = useMe();
  return lacksAccount(me, props.filter) ? null : <Found {...props} />;
}

function Found({ filter, onTest, onClear }: ListProps) {
  const { recipient, ...others } = filter;
  const { items, next, isLoaded, failure, more, reload } = usePages<Code>({
    path: '/api/analytics/logs/otp',
    query: { ...others, ...nameRecipient(recipient) },
    idOf: ({ verificationId }) => verificationId,
    everyMs: 5000,
  });
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      {(isLoaded || !failure) && (
        <Card isFlush>
          {!isLoaded && <Skeleton lines={6} />}
          {isLoaded && items.length === 0 && <Nothing {...{ isFiltered, onTest, onClear }} />}
          {items.length > 0 && <CodeTable codes={items} />}
          <More next={next} onMore={more} />
        </Card>
      )}
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

import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { download } from '../../lib/api.ts';
import { isBackwards } from '../../lib/input/day-period.ts';
import { recipientOf } from '../../lib/input/recipient.ts';
import { lacksAccount, useMe } from '../../lib/permissions.ts';
import { useQuery } from '../../lib/router.ts';
import type { Code } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { RecipientCard } from '../recipients/recipient-card.tsx';
import { type Filter, NO_FILTER, readTyped, toQuery } from './code-filter.ts';
import { CodeFilters } from './code-filters.tsx';
import { CodeTable } from './code-table.tsx';
import { TestDialog } from './test-dialog.tsx';

const REFRESH_MS = 5000;

/** All codes, with a search. */
export function Codes() {
  const { t } = useWords();
  const { may, readsAccount } = useMe();
  const [isTesting, setTesting] = useState(false);
  const [filter, setFilter] = useQuery(NO_FILTER);
  const onTest = () => setTesting(true);
  const actions = (
    <>
      {readsAccount && <Export filter={filter} />}
      {may('otp:send') && (
        <button type="button" class="button primary" onClick={onTest}>
          <Icon name="send" />
          {t('codes.test')}
        </button>
      )}
    </>
  );
  return (
    <Page title={t('codes.title')} lead={t('codes.lead')} actions={actions}>
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

/** Saves the codes that the filter finds as a file. */
function Export({ filter }: { readonly filter: Filter }) {
  const { t } = useWords();
  const { me, ...who } = useMe();
  const query = toQuery(filter, who);
  const save = useAction(() =>
    download('/api/analytics/export', { ...query, log: 'otp' }, 'waverify-codes.csv'),
  );
  const isOff = save.isBusy || lacksAccount(me, filter) || isUnusable(filter);
  return (
    <>
      <button type="button" class="button" disabled={isOff} onClick={() => save.run()}>
        <Icon name="down" />
        {t(save.isBusy ? 'logs.exporting' : 'logs.export')}
      </button>
      <FailureNotice of={save.failure} />
    </>
  );
}

/** Whether a filter says nothing that the API could search for. */
function isUnusable(filter: Filter): boolean {
  return isBackwards(filter) || readTyped(filter.recipient).kind === 'unclear';
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
  const { filter } = props;
  return lacksAccount(me, filter) || isUnusable(filter) ? null : <Found {...props} />;
}

function Found({ filter, onTest, onClear }: ListProps) {
  const { t } = useWords();
  const who = useMe();
  const { items, next, isLoaded, failure, more, reload } = usePages<Code>({
    path: '/api/analytics/logs/otp',
    query: toQuery(filter, who),
    idOf: ({ verificationId }) => verificationId,
    everyMs: REFRESH_MS,
  });
  const typed = readTyped(filter.recipient);
  const isIncomplete = typed.kind === 'number' && failure?.code === 'invalid_phone';
  const isFiltered = Object.values(filter).some(Boolean);
  if (isIncomplete) return <Notice tone="warn">{t('codes.incomplete')}</Notice>;
  return (
    <>
      {isLoaded && who.findsRecipients && (typed.kind === 'number' || typed.kind === 'email') && (
        <RecipientCard
          of={{ recipient: nameInFull(items, who.seesNumbers) ?? typed.text, isWhole: true }}
          {...{ onChange: reload, onErased: onClear }}
        />
      )}
      <ListCard
        {...{ items: isLoaded ? items : undefined, failure, reload, next, onMore: more }}
        empty={<Nothing {...{ isFiltered, onTest, onClear }} />}
      >
        {(codes) => <CodeTable codes={codes} />}
      </ListCard>
    </>
  );
}

/** The recipient as it is stored, which the list of its codes has unless numbers are masked. */
function nameInFull([first]: readonly Code[], seesNumbers: boolean): string | undefined {
  return first && seesNumbers ? recipientOf(first) : undefined;
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
    <Empty
      icon="codes"
      title={t('codes.empty')}
      text={t(may('otp:send') ? 'codes.empty.text' : 'codes.empty.others')}
    >
      {may('otp:send') && (
        <button type="button" class="button primary" onClick={onTest}>
          {t('codes.test')}
        </button>
      )}
    </Empty>
  );
}

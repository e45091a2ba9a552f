import { useState } from 'preact/hooks';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { Notice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import { useQuery } from '../../lib/router.ts';
import type { TestNumber } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { NumberDialog, numberPath } from './number-dialog.tsx';
import { NumberTable } from './number-table.tsx';

const REFRESH_MS = 10_000;

/** The open dialog of the page. */
type Asked = { readonly what: 'new' } | { readonly what: 'delete'; readonly number: TestNumber };

/** The numbers with a fixed code, for automated tests. */
export function TestNumbers() {
  const { t } = useWords();
  const { may } = useMe();
  const [asked, setAsked] = useState<Asked>();
  const begin = may('keys:manage') && <Begin onAsk={setAsked} />;
  return (
    <Page title={t('testNumbers.title')} lead={t('testNumbers.lead')} actions={begin}>
      <WholeAccount scope="keys:manage">
        <Notice tone="calm">{t('testNumbers.limits')}</Notice>
        <List asked={asked} onAsk={setAsked} />
      </WholeAccount>
    </Page>
  );
}

type AskProps = {
  readonly asked: Asked | undefined;
  readonly onAsk: (asked: Asked | undefined) => void;
};

function Begin({ onAsk }: Pick<AskProps, 'onAsk'>) {
  const { t } = useWords();
  return (
    <button type="button" class="button primary" onClick={() => onAsk({ what: 'new' })}>
      <Icon name="plus" />
      {t('testNumbers.new')}
    </button>
  );
}

function List({ asked, onAsk }: AskProps) {
  const { t } = useWords();
  const load = () => api<readonly TestNumber[]>('/api/test-numbers');
  const { data, failure, reload } = useData(load, { everyMs: REFRESH_MS });
  const [{ number }, setQuery] = useQuery({ number: '' });
  const open = data?.find((one) => one.phoneNumber === number);
  const onClose = () => {
    onAsk(undefined);
    setQuery({ number: '' });
  };
  const onDone = () => {
    onClose();
    reload();
  };
  return (
    <>
      <ListCard
        {...{ items: data, failure, reload }}
        textsOf={({ phoneNumber }) => [phoneNumber]}
        empty={
          <Empty icon="tests" title={t('testNumbers.empty')} text={t('testNumbers.empty.text')}>
            <Begin onAsk={onAsk} />
          </Empty>
        }
      >
        {(numbers) => (
          <NumberTable
            numbers={numbers}
            onDelete={(one) => onAsk({ what: 'delete', number: one })}
          />
        )}
      </ListCard>
      {asked?.what === 'new' && <NumberDialog {...{ onDone, onClose }} />}
      {asked?.what === 'delete' && <Deletion number={asked.number} {...{ onDone, onClose }} />}
      {!asked && open && <NumberDialog number={open} {...{ onDone, onClose }} />}
    </>
  );
}

type DeletionProps = {
  readonly number: TestNumber;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

function Deletion({ number: { phoneNumber }, ...acts }: DeletionProps) {
  const { t } = useWords();
  return (
    <Confirm
      title={t('testNumbers.delete.title', { number: phoneNumber })}
      text={t('testNumbers.delete.text')}
      verb={t('testNumbers.delete')}
      act={() => api(numberPath(phoneNumber), { method: 'DELETE' })}
      {...acts}
    />
  );
}

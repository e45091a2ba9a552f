import { useEffect, useState } from 'preact/hooks';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Icon } from '../../components/icon.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { isBackwards } from '../../lib/input/day-period.ts';
import { lacksAccount, useMe } from '../../lib/permissions.ts';
import { NameAccount } from '../layout/name-account.tsx';
import { type Filter, readTyped } from './code-filter.ts';

const STATUSES = ['sent', 'verified', 'expired', 'failed'];

type Props = { readonly filter: Filter; readonly onFilter: (filter: Filter) => void };

/** Filters for codes. A status applies immediately, typed text and days on submit. */
export function CodeFilters({ filter, onFilter }: Props) {
  const { t, name } = useWords();
  const { me } = useMe();
  const [draft, setDraft] = useState(filter);
  useEffect(() => setDraft(filter), [JSON.stringify(filter)]);
  const isVague = lacksAccount(me, draft);
  const field = (of: keyof Filter) => ({
    value: draft[of],
    onValue: (value: string) => setDraft({ ...draft, [of]: value }),
  });
  function show(next: Filter): void {
    setDraft(next);
    if (!lacksAccount(me, next) && !isBackwards(next)) onFilter(next);
  }
  return (
    <search class="stack">
      <Form
        class="filters many"
        onSubmit={() => {
          show(draft);
        }}
      >
        <Field
          {...{ label: t('codes.recipient.typed'), type: 'search', autocomplete: 'off' }}
          {...field('recipient')}
        />
        <Select
          label={t('codes.status')}
          value={draft.status}
          onValue={(status) => show({ ...draft, status })}
          options={[
            ['', t('say.all')],
            ...STATUSES.map((status) => [status, name('code', status)] as const),
          ]}
        />
        <Field label={t('logs.from')} type="date" {...field('from')} />
        <Field label={t('logs.to')} type="date" {...field('to')} />
        <button type="submit" class="button">
          <Icon name="search" />
          {t('codes.search')}
        </button>
      </Form>
      <p class="soft small">{t('codes.recipient.hint')}</p>
      {isBackwards(draft) && <Notice tone="bad">{t('logs.badRange')}</Notice>}
      {readTyped(filter.recipient).kind === 'unclear' && (
        <Notice tone="warn">{t('codes.unclear')}</Notice>
      )}
      <NameAccount isMissing={isVague} />
    </search>
  );
}

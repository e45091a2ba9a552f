import { useEffect, useState } from 'preact/hooks';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Icon } from '../../components/icon.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { lacksAccount, useMe } from '../../lib/permissions.ts';
import { NameAccount } from '../layout/name-account.tsx';

export const NO_FILTER = { recipient: '', status: '' };
export type Filter = typeof NO_FILTER;

const STATUSES = ['sent', 'verified', 'expired', 'failed'];

type Props = { readonly filter: Filter; readonly onFilter: (filter: Filter) => void };

/** Filters for codes. A status applies immediately, typed text on submit. */
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
    if (!lacksAccount(me, next)) onFilter(next);
  }
  return (
    <search class="stack">
      <Form
        class="filters"
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
        <button type="submit" class="button">
          <Icon name="search" />
          {t('codes.search')}
        </button>
      </Form>
      <NameAccount isMissing={isVague} />
    </search>
  );
}

import { useEffect, useState } from 'preact/hooks';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Icon } from '../../components/icon.tsx';
import { Notice } from '../../components/notice.tsx';
import { en } from '../../i18n/en.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { isBackwards } from '../../lib/input/day-period.ts';
import { lacksAccount, useMe } from '../../lib/permissions.ts';
import { NameAccount } from '../layout/name-account.tsx';
import { type Filter, type Log, narrowing } from './log-filter.ts';

/** All actions that have a translation. */
const ACTIONS = Object.keys(en).flatMap((word) => word.match(/^action[.](.+)/)?.slice(1) ?? []);

type Props = {
  readonly log: Log;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
};

/** Filters for log entries. The draft applies on submit if it is valid. */
export function LogFilters({ log, filter, onFilter }: Props) {
  const { t } = useWords();
  const { me } = useMe();
  const [draft, setDraft] = useState(filter);
  useEffect(() => setDraft(filter), [JSON.stringify(filter)]);
  return (
    <search class="stack">
      <Form
        class="filters"
        onSubmit={() => {
          if (!isBackwards(draft) && !lacksAccount(me, narrowing(draft))) onFilter(draft);
        }}
      >
        <Fields {...{ log, draft, onDraft: setDraft }} />
        <button type="submit" class="button">
          <Icon name="search" />
          {t('codes.search')}
        </button>
      </Form>
      {isBackwards(draft) && <Notice tone="bad">{t('logs.badRange')}</Notice>}
      <NameAccount isMissing={lacksAccount(me, narrowing(draft))} />
    </search>
  );
}

type FieldsProps = {
  readonly log: Log;
  readonly draft: Filter;
  readonly onDraft: (draft: Filter) => void;
};

function Fields({ log, draft, onDraft }: FieldsProps) {
  const { t, name } = useWords();
  const field = (of: keyof Filter) => ({
    value: draft[of],
    onValue: (value: string) => onDraft({ ...draft, [of]: value }),
  });
  return (
    <>
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
        {...{ label: t('codes.recipient.typed'), autocomplete: 'off' }}
        {...field('recipient')}
      />
      <Field label={t('logs.from')} type="date" {...field('from')} />
      <Field label={t('logs.to')} type="date" {...field('to')} />
      {log === 'activity' && <Calls draft={draft} onDraft={onDraft} />}
    </>
  );
}

/** Whether calls that are nothing else are shown, too. */
function Calls({ draft, onDraft }: Omit<FieldsProps, 'log'>) {
  const { t } = useWords();
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={draft.calls === 'true'}
        onChange={({ currentTarget: { checked } }) =>
          onDraft({ ...draft, calls: checked ? 'true' : '' })
        }
      />
      {t('logs.calls')}
    </label>
  );
}

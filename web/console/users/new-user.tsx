import { useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';

const EMPTY = { name: '', email: '', password: '', role: 'USER', accountId: '' };
type Draft = typeof EMPTY;

function make({ accountId, ...draft }: Draft): Promise<unknown> {
  const body = { ...draft, ...(accountId !== '' && { accountId }) };
  return api('/api/users', { method: 'POST', body });
}

type Props = { readonly onMade: () => void; readonly onClose: () => void };

/** Creates a user. */
export function NewPerson({ onMade, onClose }: Props) {
  const { t } = useWords();
  const [draft, setDraft] = useState(EMPTY);
  const { run, isBusy, failure } = useAction(() => make(draft), onMade);
  const field = (of: keyof Draft) => ({
    value: draft[of],
    onValue: (value: string) => setDraft((old) => ({ ...old, [of]: value })),
  });
  return (
    <Dialog title={t('people.new')} onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        <Field label={t('people.name')} required autocomplete="off" {...field('name')} />
        <Field
          {...{ label: t('people.email'), type: 'email', required: true, autocomplete: 'off' }}
          {...field('email')}
        />
        <Field
          {...{ label: t('people.password'), hint: t('people.password.hint'), required: true }}
          {...{ type: 'password', autocomplete: 'new-password' }}
          {...field('password')}
        />
        <Select
          label={t('people.role')}
          {...field('role')}
          options={[
            ['USER', t('people.user')],
            ['ADMIN', t('people.admin')],
          ]}
        />
        <Field
          {...{ label: t('people.account'), hint: t('people.account.hint'), autocomplete: 'off' }}
          {...field('accountId')}
          isOptional
        />
        <FailureNotice of={failure} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('do.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={isBusy}>
            {t('people.create')}
          </button>
        </div>
      </Form>
    </Dialog>
  );
}

import { useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAccount, useAccountIds } from '../../hooks/use-account.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';

/** The account that exists in every installation. */
const DEFAULT_ACCOUNT = 'default';

/** Stands for an account that is created with the user. It is no ID of an account. */
const NEW_ACCOUNT = '+';

const EMPTY = { name: '', email: '', password: '', role: 'USER', accountId: '', newAccountId: '' };
type Draft = typeof EMPTY;

/** Without an ID, the service names a new account. Operators act for no account. */
function make({ accountId, newAccountId, ...draft }: Draft): Promise<unknown> {
  const id = accountId === NEW_ACCOUNT ? newAccountId.trim() : accountId;
  const isNamed = id !== '' && draft.role === 'USER';
  const body = { ...draft, ...(isNamed && { accountId: id }) };
  return api('/api/users', { method: 'POST', body });
}

type Props = { readonly onMade: () => void; readonly onClose: () => void };

/** Creates a user. */
export function NewPerson({ onMade, onClose }: Props) {
  const { t } = useWords();
  const { accountId } = useAccount();
  const [draft, setDraft] = useState({ ...EMPTY, accountId: accountId || DEFAULT_ACCOUNT });
  const accountIds = useAccountIds() ?? [];
  const known = new Set([draft.accountId, ...accountIds].filter((id) => id !== NEW_ACCOUNT));
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
        {draft.role === 'USER' && (
          <Select
            label={t('people.account')}
            {...field('accountId')}
            options={[
              ...[...known].map((id) => [id, id] as const),
              [NEW_ACCOUNT, t('people.account.new')],
            ]}
          />
        )}
        {draft.role === 'USER' && draft.accountId === NEW_ACCOUNT && (
          <Field
            {...{ label: t('people.account.id'), hint: t('people.account.id.hint') }}
            {...{ autocomplete: 'off', isOptional: true }}
            {...field('newAccountId')}
          />
        )}
        <FailureNotice of={failure} />
        <DialogActions verb={t('people.create')} isDisabled={isBusy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}

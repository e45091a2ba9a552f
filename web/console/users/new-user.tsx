import { useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAccount, useAccountIds } from '../../hooks/use-account.ts';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { HandOver } from './hand-over.tsx';
import { drawTemporaryPassword } from './temporary-password.ts';

/** The account that exists in every installation. */
const DEFAULT_ACCOUNT = 'default';

/** Stands for an account that is created with the user. It is no ID of an account. */
const NEW_ACCOUNT = '+';

const EMPTY = { name: '', email: '', role: 'USER', accountId: '', newAccountId: '' };
type Draft = typeof EMPTY;

/**
 * Creates the user with a temporary password, and returns the password. Without an ID, the service names a new account.
 * Operators act for no account.
 */
async function make({ accountId, newAccountId, ...draft }: Draft): Promise<string> {
  const id = accountId === NEW_ACCOUNT ? newAccountId.trim() : accountId;
  const isNamed = id !== '' && draft.role === 'USER';
  const password = drawTemporaryPassword();
  const body = { ...draft, password, ...(isNamed && { accountId: id }) };
  await api('/api/users', { method: 'POST', body });
  return password;
}

type Props = { readonly onMade: () => void; readonly onClose: () => void };

/** Creates a user, then shows what the user needs to sign in. */
export function NewPerson({ onMade, onClose }: Props) {
  const { t } = useWords();
  const { accountId } = useAccount();
  const [draft, setDraft] = useState({ ...EMPTY, accountId: accountId || DEFAULT_ACCOUNT });
  const accountIds = useAccountIds() ?? [];
  const known = new Set([draft.accountId, ...accountIds].filter((id) => id !== NEW_ACCOUNT));
  const { run, isBusy, failure, result: password } = useAction(() => make(draft), onMade);
  const field = (of: keyof Draft) => ({
    value: draft[of],
    onValue: (value: string) => setDraft((old) => ({ ...old, [of]: value })),
  });
  if (password !== undefined) {
    return (
      <Dialog key="made" title={draft.name} onClose={onClose}>
        <HandOver email={draft.email} password={password} />
        <div class="dialog-actions">
          <button type="button" class="button primary" onClick={onClose}>
            {t('do.done')}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog key="new" title={t('people.new')} onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        <Field label={t('people.name')} required autocomplete="off" {...field('name')} />
        <Field
          {...{ label: t('people.email'), type: 'email', required: true, autocomplete: 'off' }}
          {...field('email')}
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
        <p class="soft small">{t('people.new.hint')}</p>
        <FailureNotice of={failure} />
        <DialogActions verb={t('people.create')} isDisabled={isBusy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}

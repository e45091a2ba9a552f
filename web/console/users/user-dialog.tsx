import { useState } from 'preact/hooks';
import { Confirm } from '../../components/confirm.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { User } from '../../lib/types.ts';
import { Facts } from '../sessions/session-facts.tsx';
import { HandOver } from './hand-over.tsx';
import { drawTemporaryPassword } from './temporary-password.ts';

type Props = {
  readonly user: User;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

type Changes = Partial<Pick<User, 'name' | 'role'>> & { readonly password?: string };

function change({ id }: User, body: Changes): Promise<User> {
  return api<User>(`/api/users/${id}`, { method: 'PATCH', body });
}

/** Changes the name or role of a user, sets a new password, or deletes the user. */
export function UserDialog({ user, onDone, onClose }: Props) {
  const { t, format } = useWords();
  const [isDeleting, setDeleting] = useState(false);
  if (isDeleting) {
    return (
      <Confirm
        {...{ key: 'delete', title: t('people.delete.title', { name: user.name }) }}
        {...{ text: t('people.delete.text'), verb: t('people.delete') }}
        typed={{ label: t('people.delete.type', { email: user.email }), name: user.email }}
        act={() => api(`/api/users/${user.id}`, { method: 'DELETE' })}
        {...{ onDone, onClose }}
      />
    );
  }
  return (
    <Dialog key="edit" title={user.name} onClose={onClose}>
      <Facts
        of={[
          [t('people.email'), user.email],
          [t('people.account'), user.accountId],
          [t('people.lastLogin'), user.lastLoginAt && format.moment(user.lastLoginAt)],
          [t('webhooks.created'), format.moment(user.createdAt)],
        ]}
      />
      <About user={user} onDone={onDone} />
      <Password user={user} />
      <div class="dialog-actions">
        <button type="button" class="button danger" onClick={() => setDeleting(true)}>
          {t('people.delete')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('do.close')}
        </button>
      </div>
    </Dialog>
  );
}

function About({ user, onDone }: Omit<Props, 'onClose'>) {
  const { t } = useWords();
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role);
  const { run, isBusy, failure } = useAction(() => change(user, { name, role }), onDone);
  return (
    <Form class="stack" onSubmit={() => run()}>
      <Field
        {...{ label: t('people.name'), value: name, onValue: setName, required: true }}
        {...{ maxLength: 120, autocomplete: 'off' }}
      />
      <Select
        label={t('people.role')}
        value={role}
        onValue={(next) => setRole(next === 'ADMIN' ? 'ADMIN' : 'USER')}
        options={[
          ['USER', t('people.user')],
          ['ADMIN', t('people.admin')],
        ]}
      />
      <FailureNotice of={failure} />
      <div>
        <button type="submit" class="button primary" disabled={isBusy}>
          {t('people.save')}
        </button>
      </div>
    </Form>
  );
}

/** Sets a temporary password, and shows it once. It ends the logins of the user. */
function Password({ user }: Pick<Props, 'user'>) {
  const { t } = useWords();
  const { run, isBusy, failure, result } = useAction(async () => {
    const password = drawTemporaryPassword();
    await change(user, { password });
    return password;
  });
  return (
    <section class="stack">
      <h3>{t('people.reset')}</h3>
      <p class="soft small">{t('people.reset.hint')}</p>
      <FailureNotice of={failure} />
      {result === undefined ? (
        <div>
          <button type="button" class="button" disabled={isBusy} onClick={() => run()}>
            {t('people.reset.do')}
          </button>
        </div>
      ) : (
        <HandOver email={user.email} password={result} />
      )}
    </section>
  );
}

import { useState } from 'preact/hooks';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';

const EMPTY = { currentPassword: '', newPassword: '', again: '' };
type Draft = typeof EMPTY;

type Props = {
  readonly email: string;
  /** Whether someone else has set the current password. */
  readonly isTemporary?: boolean;
  readonly onChanged?: () => void;
};

/** Changes the password of the user who is signed in, which ends all other logins. */
export function PasswordForm({ email, isTemporary = false, onChanged }: Props) {
  const { t } = useWords();
  const [draft, setDraft] = useState(EMPTY);
  const [isChanged, setChanged] = useState(false);
  const { currentPassword, newPassword, again } = draft;
  const body = { currentPassword, newPassword };
  const { run, isBusy, failure } = useAction(
    () => api('/api/auth/password', { method: 'POST', body }),
    () => {
      setDraft(EMPTY);
      setChanged(true);
      onChanged?.();
    },
  );
  const isDifferent = again !== '' && again !== newPassword;
  const field = (of: keyof Draft) => ({
    type: 'password' as const,
    required: true,
    value: draft[of],
    onValue: (value: string) => {
      setChanged(false);
      setDraft((old) => ({ ...old, [of]: value }));
    },
  });
  return (
    <Form
      class="stack"
      onSubmit={() => {
        if (again === newPassword) run();
      }}
    >
      {/* Password managers need to know whose password it is. */}
      <input
        class="visually-hidden"
        autocomplete="username"
        value={email}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field
        label={t(isTemporary ? 'people.handOver.password' : 'profile.password.current')}
        autocomplete="current-password"
        {...field('currentPassword')}
      />
      <Field
        {...{ label: t('profile.password.new'), hint: t('people.password.hint') }}
        {...{ autocomplete: 'new-password' }}
        {...field('newPassword')}
      />
      <Field
        {...{ label: t('profile.password.again'), autocomplete: 'new-password' }}
        {...field('again')}
      />
      {isDifferent && <Notice tone="warn">{t('profile.password.different')}</Notice>}
      <FailureNotice of={failure} />
      {isChanged && <Notice tone="good">{t('profile.password.changed')}</Notice>}
      <div>
        <button type="submit" class="button primary" disabled={isBusy || isDifferent}>
          {t('profile.password.change')}
        </button>
      </div>
    </Form>
  );
}

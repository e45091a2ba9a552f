import { useEffect } from 'preact/hooks';
import { Settings } from '../../components/settings.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { WelcomeFrame } from '../layout/frame.tsx';
import { PasswordForm } from './password-form.tsx';

type Props = {
  readonly email: string;
  readonly onChosen: () => void;
  readonly onSignOut: () => void;
};

/** Replaces a temporary password. Until then, the user sees nothing else of the console. */
export function ChoosePassword({ email, onChosen, onSignOut }: Props) {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${t('choose.title')} · Waverify`;
  }, [t]);
  return (
    <WelcomeFrame foot={<Settings />}>
      <div>
        <h1>{t('choose.title')}</h1>
        <p class="soft small">{t('choose.lead')}</p>
      </div>
      <PasswordForm email={email} isTemporary onChanged={onChosen} />
      <button type="button" class="button wide" onClick={onSignOut}>
        {t('do.signOut')}
      </button>
    </WelcomeFrame>
  );
}

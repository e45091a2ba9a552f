import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import { Page } from '../layout/page.tsx';
import { Logins } from './logins.tsx';
import { PasswordForm } from './password-form.tsx';

/** What users can see and change about themselves. API keys have no password and no logins. */
export function Profile() {
  const { t } = useWords();
  const { me } = useMe();
  if (me.kind !== 'user') {
    return (
      <Page title={t('profile.title')}>
        <Card>
          <Empty icon="people" title={t('profile.onlyUsers')} text={t('profile.onlyUsers.text')} />
        </Card>
      </Page>
    );
  }
  return (
    <Page title={t('profile.title')} lead={t('profile.lead')}>
      <div class="columns">
        <Card title={t('profile.you')}>
          <dl class="facts">
            <dt>{t('people.name')}</dt>
            <dd class="break">{me.name}</dd>
            <dt>{t('people.email')}</dt>
            <dd class="break">{me.email}</dd>
            <dt>{t('people.role')}</dt>
            <dd>{t(me.role === 'ADMIN' ? 'people.admin' : 'people.user')}</dd>
            <dt>{t('people.account')}</dt>
            <dd>{me.accountId}</dd>
          </dl>
        </Card>
        <Card title={t('profile.password')}>
          <PasswordForm email={me.email} />
        </Card>
      </div>
      <Logins />
    </Page>
  );
}
